// What the searches for a minimum share.
#include "fit/search.hpp"

#include <algorithm>
#include <utility>

namespace trueup {

void Minimum::add(Evaluation evaluation) {
  const bool lowest = std::ranges::all_of(
      points, [&](const ScanPoint& other) { return evaluation.point.objective < other.objective; });
  if (lowest) record = std::move(evaluation.record);
  trainings += evaluation.trainings;
  retrained += evaluation.retrained;
  points.push_back(std::move(evaluation.point));
}

bool near_edge(const std::vector<ModelParameter>& parameters, const std::vector<double>& theta) {
  constexpr double kEdgePart = 0.01;
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    const double edge = kEdgePart * (parameters[p].high - parameters[p].low);
    if (theta[p] < parameters[p].low + edge || theta[p] > parameters[p].high - edge) return true;
  }
  return false;
}

}  // namespace trueup
