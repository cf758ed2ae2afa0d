// The comparison of two tables as JSON: what `trueup compare --json` prints about them.
#pragma once

#include <nlohmann/json.hpp>

#include "result/compare.hpp"

namespace trueup {

/// Numbers that are not finite become null when it is written.
nlohmann::ordered_json json_of(const Comparison& comparison);

}  // namespace trueup
