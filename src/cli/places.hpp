// Where the command finds what comes with it: cards, example configurations, Python.
#pragma once

#include <filesystem>
#include <string>

namespace trueup::cli {

/// A file such as "cards/ee_z_nominal.toml": in share/trueup beside an installed binary's folder, else in the source
/// tree. EnvironmentError that says where it was looked for.
std::filesystem::path shared_file(const std::string& name);

/// $TRUEUP_PYTHON, else the source tree's virtual environment, else "python3" of the PATH.
std::string python_interpreter();
/// The folder that holds the Python package in the source tree; empty when there is none.
std::filesystem::path python_package_folder();

}  // namespace trueup::cli
