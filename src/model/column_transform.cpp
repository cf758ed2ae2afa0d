// The transforms of a refiner's columns.
#include <model/column_transform.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup {
namespace {

constexpr std::array<std::pair<ColumnTransform, const char*>, 3> kNames = {
    {{ColumnTransform::identity, "identity"},
     {ColumnTransform::log, "log"},
     {ColumnTransform::logit, "logit"}}};

float inverse(const RefinerColumn& column, float t) {
  switch (column.transform) {
    case ColumnTransform::log:
      return std::exp(t) + column.low;
    case ColumnTransform::logit:
      return 1.0f / (1.0f + std::exp(-t)) * (column.high - column.low) + column.low;
    case ColumnTransform::identity:
      break;
  }
  return t;
}

}  // namespace

std::string to_string(ColumnTransform transform) {
  const auto found = std::find_if(kNames.begin(), kNames.end(),
                                  [transform](const auto& known) { return known.first == transform; });
  return found == kNames.end() ? "unknown" : found->second;
}

ColumnTransform column_transform_from_string(const std::string& name) {
  std::vector<std::string> known;
  for (const auto& [transform, text] : kNames) {
    if (name == text) return transform;
    known.emplace_back(text);
  }
  throw ConfigError(fmt::format("unknown transform '{}'{}; known are {}", name, did_you_mean(name, known),
                                quoted_list(known)));
}

bool in_domain(const RefinerColumn& column, float x) {
  if (!std::isfinite(x)) return false;
  if (column.transform == ColumnTransform::log) return x > column.low;
  if (column.transform == ColumnTransform::logit) return x >= column.low && x <= column.high;
  return true;
}

std::string domain_text(const RefinerColumn& column) {
  if (column.transform == ColumnTransform::log)
    return fmt::format("must be above {} for its logarithm", column.low);
  if (column.transform == ColumnTransform::logit)
    return fmt::format("must lie between its bounds {} and {}", column.low, column.high);
  return "must be finite";
}

float transformed(const RefinerColumn& column, float x) {
  switch (column.transform) {
    case ColumnTransform::log:
      return std::log(x - column.low);
    case ColumnTransform::logit: {
      const float inner = (x - column.low) * (1.0f / (column.high - column.low));
      const float u = std::min(std::max(inner, kLogitEdge), 1.0f - kLogitEdge);
      return std::log(u) - std::log(1.0f - u);
    }
    case ColumnTransform::identity:
      break;
  }
  return x;
}

float from_network(const RefinerColumn& column, float z) {
  const float x = inverse(column, z * (1.0f / column.scale) + column.shift);
  const float bounded = std::min(std::max(x, column.low), column.high);
  return column.integer ? std::nearbyint(bounded) : bounded;
}

std::string column_defect(const RefinerColumn& column) {
  const std::string what = fmt::format("column '{}'", column.name);
  if (!std::isfinite(column.shift)) return fmt::format("{} has shift {}", what, column.shift);
  if (!std::isfinite(column.scale) || column.scale == 0.0f)
    return fmt::format("{} has scale {}", what, column.scale);
  if (!(column.low < column.high))
    return fmt::format("{} has the bounds {} and {}", what, column.low, column.high);
  if (column.transform == ColumnTransform::log && !std::isfinite(column.low))
    return fmt::format("{} has a logarithm without a lower bound", what);
  const bool bounded = std::isfinite(column.low) && std::isfinite(column.high);
  if (column.transform == ColumnTransform::logit && !bounded)
    return fmt::format("{} has a logit without two bounds", what);
  return "";
}

}  // namespace trueup
