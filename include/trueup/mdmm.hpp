// The modified differential method of multipliers: an objective under constraints, each of them a loss.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <trueup/batch_loss.hpp>

namespace trueup {

struct ConstraintOptions {
  double target = 0.0;          ///< ε: the value that the constraint should take
  double damping = 1.0;         ///< δ
  double multiplier = 1.0;      ///< λ at the start
  double learning_rate = 1e-3;  ///< of λ, which climbs where the network's parameters descend
};

/// L = f + Σ_c [λ_c (g_c − ε_c) + δ_c/2 (g_c − ε_c)²], minimised over the network's parameters and maximised over the λ
/// (Platt and Barr 1987; Fast Perfekt Eq. 5, up to the sign in which λ is counted). The damping keeps the two from circling.
///
/// Each call with a gradient is one step of the λ, by Adam (β 0.9 and 0.999), after the gradient was formed.
class Mdmm final : public BatchLoss {
 public:
  explicit Mdmm(std::unique_ptr<BatchLoss> objective);
  /// Throws ConfigError when damping or learning rate are negative or something is not finite.
  void add_constraint(std::unique_ptr<BatchLoss> constraint, const ConstraintOptions& options);

  double value_and_gradient(const BatchView& batch, std::span<float> gradient, ThreadPool& pool) override;
  std::string describe() const override;
  std::vector<double> state() const override;
  void set_state(std::span<const double> state) override;

  /// Of the last call: the objective's value, and each constraint's.
  double objective() const noexcept { return objective_value_; }
  double constraint(std::size_t c) const { return constraints_.at(c).value; }
  double multiplier(std::size_t c) const { return constraints_.at(c).multiplier; }

 private:
  struct Constraint {
    std::unique_ptr<BatchLoss> loss;
    ConstraintOptions options;
    double multiplier;
    double value = 0.0;
    double first_moment = 0.0;
    double second_moment = 0.0;
  };
  void climb(Constraint& constraint, double slope) const;
  /// The objective and the constraints, in order.
  std::vector<BatchLoss*> parts() const;

  std::unique_ptr<BatchLoss> objective_;
  std::vector<Constraint> constraints_;
  double objective_value_ = 0.0;
  std::size_t steps_ = 0;
  std::vector<float> slopes_;
};

}  // namespace trueup
