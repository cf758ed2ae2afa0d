// Two populations that two detectors see differently (Fast Perfekt Sec. 3.1).
#include <algorithm>
#include <cmath>

#include <trueup/error.hpp>

#include "simulate/analytic.hpp"

namespace trueup::sim {
namespace {

/// A normal pair with this covariance, of two standard normal numbers (Cholesky).
std::array<double, 2> correlated(const Covariance2& c, double first, double second) {
  const double x = std::sqrt(c.xx), slope = x > 0.0 ? c.xh / x : 0.0;
  return {x * first, slope * first + std::sqrt(std::max(0.0, c.hh - slope * slope)) * second};
}

class Populations : public AnalyticSource {
 public:
  explicit Populations(PopulationsCard card) : card_(std::move(card)) {}
  std::unique_ptr<AnalyticSource> clone() const override { return std::make_unique<Populations>(*this); }

  std::string name() const override { return "populations"; }
  std::vector<std::string> settings() const override { return {"small_fraction", "shift_x", "shift_h"}; }

  void set(const std::string& setting, double value) override {
    (setting == "small_fraction" ? card_.small_fraction : card_.small_shift[setting == "shift_x" ? 0 : 1]) =
        value;
  }

  void check() const override {
    if (!(card_.small_fraction >= 0.0 && card_.small_fraction <= 1.0))
      throw ConfigError("the populations source needs a small_fraction between 0 and 1");
  }

  std::vector<SimulatedColumn> generator_columns() const override {
    return {{"gen_x", "", "feature at generator level"}, {"gen_h", "", "hidden feature at generator level"}};
  }
  std::vector<SimulatedColumn> detector_columns() const override {
    return {{"det_x", "", "feature as the detector gives it"},
            {"det_h", "", "hidden feature as the detector gives it"}};
  }

  /// The truth first, then both detectors' smearing: one seed gives both detectors the same events.
  void draw(RandomStream& stream, std::span<float> values) const override {
    const bool small = stream.uniform() < card_.small_fraction;
    std::array<double, 6> normal{};
    for (double& n : normal) n = stream.normal();
    const auto& mean = small ? card_.small_mean : card_.large_mean;
    const auto truth =
        correlated(small ? card_.small_covariance : card_.large_covariance, normal[0], normal[1]);
    const std::size_t own = card_.detector == "fast" ? 2 : 4;
    const auto smear = correlated(card_.smearing, normal[own], normal[own + 1]);
    for (std::size_t k = 0; k < 2; ++k) {
      values[k] = static_cast<float>(mean[k] + truth[k]);
      values[2 + k] =
          static_cast<float>(mean[k] + truth[k] + smear[k] + (small ? card_.small_shift[k] : 0.0));
    }
  }

  double log_density(std::size_t, double) const override {
    throw ConfigError(
        "the density of the source 'populations' is not known: its columns depend on one another");
  }

 private:
  PopulationsCard card_;
};

}  // namespace

std::unique_ptr<AnalyticSource> populations_source(const PopulationsCard& card) {
  return std::make_unique<Populations>(card);
}

}  // namespace trueup::sim
