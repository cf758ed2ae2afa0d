// Standardising: in float, operation by operation as the ONNX graph does it.
#include <model/model_rows.hpp>

#include <string>
#include <utility>

#include <trueup/member_features.hpp>

namespace trueup {
namespace {

float standardise(float x, float shift, float scale) {
  return (x - shift) * scale;
}

}  // namespace

ModelRows::ModelRows(const Model& model, const Table& table, ThetaColumns theta)
    : model_(model), theta_(std::move(theta)) {
  const std::vector<std::string> names = model.column_names();
  table.require_finite(names, "model's input");
  for (const std::string& name : names) columns_.push_back(table.values(name));
  if (model.members.columns.empty()) return;
  std::vector<std::string> members;
  for (const ModelInput& column : model.members.columns) members.push_back(column.name);
  MemberColumns found = member_columns(table, model.members.group, members, "model's input");
  offsets_ = found.offsets;
  member_columns_ = std::move(found.columns);
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
