// An objective under constraints.
#include <trueup/mdmm.hpp>

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup {

Mdmm::Mdmm(std::unique_ptr<BatchLoss> objective) : objective_(std::move(objective)) {
  if (!objective_) {
    throw ConfigError("MDMM needs an objective");
  }
}

void Mdmm::add_constraint(std::unique_ptr<BatchLoss> constraint, const ConstraintOptions& options) {
  const bool good =
      constraint != nullptr && options.damping >= 0.0 && options.learning_rate >= 0.0 &&
      std::isfinite(options.damping + options.learning_rate + options.target + options.multiplier);
  if (!good) {
    throw ConfigError(
        fmt::format("MDMM: target {}, damping {}, multiplier {} and learning rate {} of a constraint must "
                    "be finite, damping and learning rate not negative",
                    options.target, options.damping, options.multiplier, options.learning_rate));
  }
  constraints_.push_back({std::move(constraint), options, options.multiplier});
}

void Mdmm::climb(Constraint& constraint, double slope) const {
  constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;
  const auto t = static_cast<double>(steps_);
  constraint.first_moment = kBeta1 * constraint.first_moment + (1.0 - kBeta1) * slope;
  constraint.second_moment = kBeta2 * constraint.second_moment + (1.0 - kBeta2) * slope * slope;
  const double mean = constraint.first_moment / (1.0 - std::pow(kBeta1, t));
  const double square = constraint.second_moment / (1.0 - std::pow(kBeta2, t));
  constraint.multiplier += constraint.options.learning_rate * mean / (std::sqrt(square) + kEpsilon);
}

double Mdmm::value_and_gradient(const BatchView& batch, std::span<float> gradient, ThreadPool& pool) {
  objective_value_ = objective_->value_and_gradient(batch, gradient, pool);
  double total = objective_value_;
  const bool stepping = !gradient.empty();
  slopes_.resize(gradient.size());
  steps_ += stepping ? 1 : 0;
  for (Constraint& c : constraints_) {
    c.value = c.loss->value_and_gradient(batch, slopes_, pool);
    const double excess = c.value - c.options.target;
    total += c.multiplier * excess + 0.5 * c.options.damping * excess * excess;
    const auto factor = static_cast<float>(c.multiplier + c.options.damping * excess);
    for (std::size_t i = 0; i < gradient.size(); ++i) {
      gradient[i] += factor * slopes_[i];
    }
    if (stepping) {
      climb(c, excess);
    }
  }
  return total;
}

}  // namespace trueup
