// Newton's method on objectives that are known: exact ones, noisy ones, and minima outside the range.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

#include <trueup/random.hpp>

#include "fit/newton.hpp"

namespace trueup {
namespace {

/// D(θ) = log cosh of (a − c_a) and a quarter of a tilted parabola in the other: not a parabola, gradient bounded.
class Valley : public Objective {
 public:
  explicit Valley(double noise = 0.0) : noise_(noise) {}

  std::vector<Evaluation> evaluate_all(const std::vector<std::vector<double>>& thetas) const override {
    std::vector<Evaluation> found;
    for (const auto& theta : thetas) found.push_back(at(theta));
    return found;
  }
  std::size_t repetition() const override { return 0; }
  std::size_t calls() const { return *calls_; }

  static constexpr double kA = 0.7;
  static constexpr double kB = -0.2;

 private:
  Evaluation at(const std::vector<double>& theta) const {
    RandomStream stream(3, "valley", (*calls_)++);
    const double a = theta[0] - kA, b = theta[1] - kB + 0.3 * a;
    Evaluation evaluation;
    evaluation.point.theta = theta;
    evaluation.point.objective = std::log(std::cosh(a)) + 0.25 * b * b;
    evaluation.point.gradient = {std::tanh(a) + 0.15 * b + noise_ * stream.normal(),
                                 0.5 * b + noise_ * stream.normal()};
    evaluation.point.gradient_error = {noise_, noise_};
    // On purpose only roughly the curvature, and without the tilt.
    evaluation.curvature = SquareMatrix(2);
    evaluation.curvature(0, 0) = 0.6;
    evaluation.curvature(1, 1) = 0.8;
    return evaluation;
  }

  double noise_;
  std::shared_ptr<std::size_t> calls_ = std::make_shared<std::size_t>(0);
};

std::vector<ModelParameter> box(double low, double high) {
  ModelParameter a{"a", "", 0.0, low, high}, b{"b", "", 0.0, low, high};
  return {a, b};
}

TEST(Newton, FindsAnExactMinimum) {
  const Valley valley;
  NewtonOptions options;
  options.heed_noise = false;
  options.tolerance = 1e-7;
  options.most_evaluations = 40;
  const NewtonResult found = newton_minimum(valley, box(-3, 3), {-2.0, 1.5}, options);
  EXPECT_TRUE(found.converged);
  EXPECT_FALSE(found.at_edge);
  EXPECT_TRUE(std::abs(found.theta[0] - Valley::kA) <= 1e-5) << found.theta[0];
  EXPECT_TRUE(std::abs(found.theta[1] - Valley::kB) <= 1e-5) << found.theta[1];
  EXPECT_EQ(found.evaluations.size(), valley.calls());
}

TEST(Newton, StopsAtTheNoise) {
  const Valley exact, noisy(0.02);
  NewtonOptions options;
  options.tolerance = 1e-7;
  options.most_evaluations = 40;
  const NewtonResult found = newton_minimum(noisy, box(-3, 3), {-2.0, 1.5}, options);
  EXPECT_TRUE(found.converged);
  EXPECT_LT(found.evaluations.size(), 25u);
  // Noise 0.02 in the gradient over curvatures of 1 and 0.5, several times.
  EXPECT_TRUE(std::abs(found.theta[0] - Valley::kA) <= 0.15) << found.theta[0];
  EXPECT_TRUE(std::abs(found.theta[1] - Valley::kB) <= 0.25) << found.theta[1];
}

TEST(Newton, StaysInTheRangeAndSaysSo) {
  const Valley valley;
  NewtonOptions options;
  options.heed_noise = false;
  const NewtonResult found = newton_minimum(valley, box(-3, 0.2), {-2.0, -1.0}, options);
  EXPECT_TRUE(found.at_edge);
  for (const Evaluation& e : found.evaluations) {
    EXPECT_LE(e.point.theta[0], 0.2);
    EXPECT_GE(e.point.theta[1], -3.0);
  }
}

}  // namespace
}  // namespace trueup
