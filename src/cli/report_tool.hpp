// Runs the Python package's report on a run folder.
#pragma once

#include <filesystem>
#include <string>

namespace trueup::cli {

/// Path of the report. EnvironmentError that says what is missing when it could not be made.
std::filesystem::path make_report(const std::filesystem::path& run);

}  // namespace trueup::cli
