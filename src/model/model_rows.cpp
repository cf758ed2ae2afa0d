// Standardising: in float, operation by operation as the ONNX graph does it.
#include <model/model_rows.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup {
namespace {

float standardise(float x, float shift, float scale) {
  return (x - shift) * scale;
}

std::span<const float> member_column(const JaggedGroup& group, const std::string& name) {
  std::vector<std::string> known;
  for (const Column& column : group.columns) {
    if (column.name == name) return column.values;
    known.push_back(column.name);
  }
  throw DataError(fmt::format("group '{}' has no column '{}'{}; it has {}", group.name, name,
                              did_you_mean(name, known), quoted_list(known)));
}

void require_finite_members(const JaggedGroup& group, const std::string& name,
                            std::span<const float> values) {
  const auto bad = std::find_if(values.begin(), values.end(), [](float x) { return !std::isfinite(x); });
  if (bad == values.end()) return;
  const auto member = static_cast<std::uint64_t>(bad - values.begin());
  const auto after = std::upper_bound(group.offsets.begin(), group.offsets.end(), member);
  throw DataError(fmt::format(
      "model's input: column '{}' of group '{}' has {} in row {} (counted from 0); remove or correct it",
      name, group.name, *bad, after - group.offsets.begin() - 1));
}

}  // namespace

ModelRows::ModelRows(const Model& model, const Table& table, ThetaColumns theta)
    : model_(model), theta_(std::move(theta)) {
  const std::vector<std::string> names = model.column_names();
  table.require_finite(names, "model's input");
  for (const std::string& name : names) columns_.push_back(table.values(name));
  if (model.members.columns.empty()) return;
  const JaggedGroup& group = table.group(model.members.group);
  offsets_ = group.offsets;
  for (const ModelInput& column : model.members.columns) {
    member_columns_.push_back(member_column(group, column.name));
    require_finite_members(group, column.name, member_columns_.back());
  }
}

std::size_t ModelRows::members(std::size_t first, std::size_t last) const {
  return offsets_.empty() ? 0 : offsets_[last] - offsets_[first];
}

void ModelRows::fill(std::span<float> inputs, std::size_t first, std::size_t count) const {
  const std::size_t F = columns_.size(), stride = width();
  for (std::size_t f = 0; f < F; ++f) {
    const auto [shift, scale] = std::pair(model_.inputs[f].shift, model_.inputs[f].scale);
    for (std::size_t r = 0; r < count; ++r) {
      inputs[r * stride + f] = standardise(columns_[f][first + r], shift, scale);
    }
  }
  for (std::size_t p = 0; p < theta_.columns.size(); ++p) {
    const auto [shift, scale] = std::pair(model_.parameters[p].shift, model_.parameters[p].scale);
    for (std::size_t r = 0; r < count; ++r) {
      inputs[r * stride + F + p] =
          standardise(theta_.columns[p][theta_.by_row ? first + r : 0], shift, scale);
    }
  }
}

void ModelRows::fill_members(std::span<float> values, std::size_t first, std::size_t count) const {
  const std::size_t begin = offsets_[first], members = offsets_[first + count] - begin;
  for (std::size_t f = 0; f < member_width(); ++f) {
    const auto [shift, scale] = std::pair(model_.members.columns[f].shift, model_.members.columns[f].scale);
    for (std::size_t m = 0; m < members; ++m) {
      values[m * member_width() + f] = standardise(member_columns_[f][begin + m], shift, scale);
    }
  }
}

}  // namespace trueup
