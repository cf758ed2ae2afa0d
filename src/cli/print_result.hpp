// A finished run for people and programs: value, checks, report, and the exit code.
#pragma once

#include <string>
#include <vector>

#include <trueup/result.hpp>

#include "cli/session.hpp"

namespace trueup::cli {

/// "alphas = 0.1503 +0.0012 -0.0012"
std::string parameter_text(const ParameterResult& parameter);

/// Makes the report of a run, says in its result whether there is one, prints the result, and returns the exit code.
/// A report that cannot be made is a warning.
int finish_run(Session& session, const RunFolder& run, Result result);

}  // namespace trueup::cli
