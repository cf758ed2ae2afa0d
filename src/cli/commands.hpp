// All commands; each is in the file of its name.
#pragma once

#include "cli/session.hpp"

namespace trueup::cli {

Command add_simulate(CLI::App& app);
Command add_reweight(CLI::App& app);
Command add_fit(CLI::App& app);
Command add_refine(CLI::App& app);
Command add_apply(CLI::App& app);
Command add_compare(CLI::App& app);
Command add_info(CLI::App& app);
Command add_merge(CLI::App& app);
Command add_report(CLI::App& app);
Command add_demo(CLI::App& app);
Command add_study(CLI::App& app);
#ifdef TRUEUP_HAS_BENCH
Command add_bench(CLI::App& app);
#endif

}  // namespace trueup::cli
