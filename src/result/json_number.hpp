// Numbers in our JSON files: JSON knows no NaN and no infinity, so null stands for them.
#pragma once

#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

namespace trueup {

/// null when `value` is not finite.
inline nlohmann::ordered_json json_number(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

/// NaN for null. Throws nlohmann's type_error for what is neither null nor a number.
inline double number_from_json(const nlohmann::ordered_json& json) {
  return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}

}  // namespace trueup
