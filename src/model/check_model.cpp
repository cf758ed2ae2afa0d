// The checks that a model must pass before it is applied, after it was read, and before it is written.
#include <model/check_model.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <model/moment_basis.hpp>

namespace trueup {
namespace {

constexpr std::size_t kMostDegree = 4;

std::string scaling_defect(const std::string& what, float shift, float scale) {
  if (!std::isfinite(shift)) return fmt::format("{} has shift {}", what, shift);
  if (!std::isfinite(scale) || scale == 0.0f) return fmt::format("{} has scale {}", what, scale);
  return "";
}

std::string parameter_defect(const ModelParameter& parameter) {
  const std::string what = fmt::format("parameter '{}'", parameter.name);
  if (!std::isfinite(parameter.nominal))
    return fmt::format("{} has nominal value {}", what, parameter.nominal);
  if (!std::isfinite(parameter.low) || !std::isfinite(parameter.high) || !(parameter.low <= parameter.high)) {
    return fmt::format("{} has the range {} to {}", what, parameter.low, parameter.high);
  }
  return scaling_defect(what, parameter.shift, parameter.scale);
}

std::string names_defect(const std::vector<std::string>& names) {
  std::set<std::string> seen;
  for (const std::string& name : names) {
    if (name.empty()) return "an input has no name";
    if (!seen.insert(name).second) return fmt::format("two inputs are named '{}'", name);
  }
  return "";
}

std::string columns_defect(const std::vector<ModelInput>& columns) {
  for (const ModelInput& column : columns) {
    const std::string defect =
        scaling_defect(fmt::format("column '{}'", column.name), column.shift, column.scale);
    if (!defect.empty()) return defect;
  }
  return "";
}

std::string members_defect(const Model& model) {
  const ModelMembers& members = model.members;
  if (model.network.member_inputs() != members.columns.size()) {
    return fmt::format("the network has {} inputs for each member, and {} columns of members are named",
                       model.network.member_inputs(), members.columns.size());
  }
  if (members.columns.empty() != members.group.empty()) {
    return members.group.empty() ? "the group of its members has no name"
                                 : fmt::format("no columns of group '{}' are named", members.group);
  }
  std::vector<std::string> names;
  for (const ModelInput& column : members.columns) names.push_back(column.name);
  const std::string defect = names_defect(names);
  return defect.empty() ? columns_defect(members.columns) : defect;
}

/// Sizes before anything is laid out: a damaged file may name any order and degree.
std::string moments_defect(const Model& model) {
  const MomentCorrection& moments = model.moments;
  if (moments.none()) return "";
  if (moments.order < 1 || moments.order > 2 || moments.degree > kMostDegree ||
      (moments.degree < 1 && !model.parameters.empty())) {
    return fmt::format("its correction of moments has order {} and degree {}", moments.order, moments.degree);
  }
  const MomentBasis basis(model, moments.order, moments.degree);
  const std::size_t sums = basis.variables() - basis.columns();
  if (moments.coefficients.size() != basis.coefficients() || moments.sums.size() != sums) {
    return fmt::format("its correction of moments has {} coefficients and {} sums, not {} and {}",
                       moments.coefficients.size(), moments.sums.size(), basis.coefficients(), sums);
  }
  for (const SumScaling& scaling : moments.sums) {
    const std::string defect = scaling_defect("a sum over members", scaling.shift, scaling.scale);
    if (!defect.empty()) return defect;
  }
  const auto bad = std::ranges::find_if(moments.coefficients, [](float c) { return !std::isfinite(c); });
  return bad == moments.coefficients.end()
             ? ""
             : fmt::format("its correction of moments has a coefficient that is {}", *bad);
}

std::string network_defect(const Model& model) {
  const std::size_t named = model.inputs.size() + model.parameters.size();
  if (model.network.inputs() != named) {
    return fmt::format("the network has {} inputs for {} columns and {} parameters", model.network.inputs(),
                       model.inputs.size(), model.parameters.size());
  }
  if (model.network.outputs() != 1)
    return fmt::format("the network has {} outputs, not 1", model.network.outputs());
  for (const AnchoredInput& anchor : model.network.spec().anchors) {
    if (!std::isfinite(anchor.value))
      return fmt::format("the network is anchored where input {} is {}", anchor.input, anchor.value);
  }
  const auto values = model.network.parameters();
  const auto bad =
      std::find_if(values.begin(), values.end(), [](float value) { return !std::isfinite(value); });
  return bad == values.end() ? "" : fmt::format("the network has a weight that is {}", *bad);
}

}  // namespace

std::string model_defect(const Model& model) {
  std::string defect = names_defect(model.input_names());
  if (defect.empty()) defect = network_defect(model);
  if (defect.empty()) defect = columns_defect(model.inputs);
  if (defect.empty()) defect = members_defect(model);
  if (defect.empty()) defect = moments_defect(model);
  for (const ModelParameter& parameter : model.parameters) {
    if (defect.empty()) defect = parameter_defect(parameter);
  }
  return defect;
}

}  // namespace trueup
