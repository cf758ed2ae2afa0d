// The checks of a refiner.
#include <model/check_refiner.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include <fmt/format.h>

#include <model/column_transform.hpp>

namespace trueup {

std::string refiner_defect(const RefinerModel& model) {
  if (model.refined.empty()) return "it refines no column";
  std::set<std::string> seen;
  for (const std::string& name : model.column_names()) {
    if (name.empty()) return "a column has no name";
    if (!seen.insert(name).second) return fmt::format("two columns are named '{}'", name);
  }
  const Network& network = model.network;
  if (network.member_inputs() > 0) return "its network is one over members";
  if (network.inputs() != seen.size() || network.outputs() != model.refined.size()) {
    return fmt::format("the network has {} inputs and {} outputs for {} columns, of which {} are refined",
                       network.inputs(), network.outputs(), seen.size(), model.refined.size());
  }
  for (const std::vector<RefinerColumn>* columns : {&model.refined, &model.conditions}) {
    for (const RefinerColumn& column : *columns) {
      if (const std::string defect = column_defect(column); !defect.empty()) return defect;
    }
  }
  const auto values = network.parameters();
  const auto bad = std::find_if(values.begin(), values.end(), [](float v) { return !std::isfinite(v); });
  return bad == values.end() ? "" : fmt::format("the network has a weight that is {}", *bad);
}

}  // namespace trueup
