// Two Gaussians, the second of which decides how the detector distorts the first (SRGN Sec. III.A, Fig. 4).
#include <cmath>

#include <trueup/error.hpp>

#include "simulate/analytic.hpp"

namespace trueup::sim {
namespace {

class GaussianPair : public AnalyticSource {
 public:
  explicit GaussianPair(const GaussianPairCard& card) : card_(card) {}
  std::unique_ptr<AnalyticSource> clone() const override { return std::make_unique<GaussianPair>(*this); }

  std::string name() const override { return "gaussian_pair"; }
  std::vector<std::string> settings() const override { return {"mean", "omega0", "omega1"}; }

  void set(const std::string& setting, double value) override {
    (setting == "mean" ? card_.mean : setting == "omega0" ? card_.omega0 : card_.omega1) = value;
  }

  void check() const override {
    if (!(width() > 0.0))
      throw ConfigError("the gaussian_pair source needs omega0 + omega1 mean to be other than 0");
  }

  std::vector<SimulatedColumn> generator_columns() const override {
    return {{"gen_x0", "", "first value at generator level"},
            {"gen_x1", "", "second value at generator level, which decides the detector's response"}};
  }
  std::vector<SimulatedColumn> detector_columns() const override {
    return {{"det_x", "", "first value, shifted and smeared as the second one says"}};
  }

  void draw(RandomStream& stream, std::span<float> values) const override {
    const double x0 = card_.mean + stream.normal();
    const double x1 = width() * stream.normal();
    values[0] = static_cast<float>(x0);
    values[1] = static_cast<float>(x1);
    values[2] = static_cast<float>(x0 + 4.0 * std::abs(x1) + x1 * x1 * stream.normal());
  }

  double log_density(std::size_t column, double x) const override {
    return column == 0 ? log_normal_density(x, card_.mean, 1.0) : log_normal_density(x, 0.0, width());
  }

 private:
  /// ν = (ω0 + ω1 μ)², the standard deviation of the second value.
  double width() const {
    const double root = card_.omega0 + card_.omega1 * card_.mean;
    return root * root;
  }

  GaussianPairCard card_;
};

}  // namespace

std::unique_ptr<AnalyticSource> gaussian_pair_source(const GaussianPairCard& card) {
  return std::make_unique<GaussianPair>(card);
}

}  // namespace trueup::sim
