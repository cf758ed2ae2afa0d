// One Gaussian, seen through Gaussian noise (SRGN Sec. III.A).
#include <cmath>
#include <numbers>

#include <trueup/error.hpp>

#include "simulate/analytic.hpp"

namespace trueup::sim {

double log_normal_density(double x, double mean, double sigma) {
  const double u = (x - mean) / sigma;
  return -0.5 * u * u - std::log(sigma) - 0.5 * std::log(2.0 * std::numbers::pi);
}

namespace {

class Gaussian : public AnalyticSource {
 public:
  explicit Gaussian(const GaussianCard& card) : card_(card) {}
  std::unique_ptr<AnalyticSource> clone() const override { return std::make_unique<Gaussian>(*this); }

  std::string name() const override { return "gaussian"; }
  std::vector<std::string> settings() const override { return {"mean", "sigma", "noise"}; }

  void set(const std::string& setting, double value) override {
    (setting == "mean" ? card_.mean : setting == "sigma" ? card_.sigma : card_.noise) = value;
  }

  void check() const override {
    if (!(card_.sigma > 0.0) || !(card_.noise >= 0.0)) {
      throw ConfigError("the gaussian source needs sigma > 0 and noise >= 0, over the whole range of a scan");
    }
  }

  std::vector<SimulatedColumn> generator_columns() const override {
    return {{"gen_x", "", "value at generator level"}};
  }
  std::vector<SimulatedColumn> detector_columns() const override {
    return {{"det_x", "", "value with the detector's noise"}};
  }

  void draw(RandomStream& stream, std::span<float> values) const override {
    const double x = card_.mean + card_.sigma * stream.normal();
    values[0] = static_cast<float>(x);
    values[1] = static_cast<float>(x + card_.noise * stream.normal());
  }

  double log_density(std::size_t, double x) const override {
    return log_normal_density(x, card_.mean, card_.sigma);
  }

 private:
  GaussianCard card_;
};

}  // namespace

std::unique_ptr<AnalyticSource> gaussian_source(const GaussianCard& card) {
  return std::make_unique<Gaussian>(card);
}

}  // namespace trueup::sim
