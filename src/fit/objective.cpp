// What a fit minimises.
#include "fit/objective.hpp"

#include <utility>

namespace trueup {

Evaluation Objective::evaluate(std::span<const double> theta) const {
  const std::vector<std::vector<double>> one{{theta.begin(), theta.end()}};
  return std::move(evaluate_all(one).front());
}

}  // namespace trueup
