// From arguments to exit code.
#pragma once

namespace trueup::cli {

/// Exit codes: 0 done; 1 quality checks failed; 2 usage or configuration; 3 input data; 4 environment, and internal
/// errors; 130 interrupted.
int run_command(int argc, char** argv);

}  // namespace trueup::cli
