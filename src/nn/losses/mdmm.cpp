// An objective under constraints.
#include <trueup/mdmm.hpp>

#include <cmath>
#include <cstddef>
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

std::vector<BatchLoss*> Mdmm::parts() const {
  std::vector<BatchLoss*> parts{objective_.get()};
  for (const Constraint& c : constraints_) {
    parts.push_back(c.loss.get());
  }
  return parts;
}

std::string Mdmm::describe() const {
  std::string text = "mdmm of " + objective_->describe();
  for (const Constraint& c : constraints_) {
    text += fmt::format(" under {} at {} damping {} multiplier {} rate {}", c.loss->describe(),
                        c.options.target, c.options.damping, c.options.multiplier, c.options.learning_rate);
  }
  return text;
}

std::vector<double> Mdmm::state() const {
  std::vector<double> state{static_cast<double>(steps_)};
  for (const Constraint& c : constraints_) {
    state.insert(state.end(), {c.multiplier, c.first_moment, c.second_moment});
  }
  for (const BatchLoss* part : parts()) {
    const std::vector<double> inner = part->state();
    state.insert(state.end(), inner.begin(), inner.end());
  }
  return state;
}

void Mdmm::set_state(std::span<const double> state) {
  const auto take = [&state](std::size_t count) {
    const std::span<const double> taken = state.first(count);
    state = state.subspan(count);
    return taken;
  };
  steps_ = static_cast<std::size_t>(take(1)[0]);
  for (Constraint& c : constraints_) {
    const std::span<const double> of_constraint = take(3);
    c.multiplier = of_constraint[0];
    c.first_moment = of_constraint[1];
    c.second_moment = of_constraint[2];
  }
  for (BatchLoss* part : parts()) {
    part->set_state(take(part->state().size()));
  }
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
