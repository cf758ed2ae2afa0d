// What must hold before a refiner is trained.
#pragma once

#include <trueup/refiner.hpp>

namespace trueup {

/// Throws ConfigError for options that contradict one another, and for a schedule that needs pairs without any.
void check_refine_options(const RefineOptions& options, Pairing pairing);

}  // namespace trueup
