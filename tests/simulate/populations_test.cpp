// The two populations of Fast Perfekt's example: their moments, and that two detectors see the same events.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include <trueup/error.hpp>
#include <trueup/simulate.hpp>
#include <trueup/stats.hpp>

namespace trueup {
namespace {

SimulationCard card(const std::string& more) {
  return parse_simulation_card("[source]\ntype = \"populations\"\nevents = 200000\n[populations]\n" + more,
                               "test.toml");
}

Table fast_events() {
  return simulate(card("detector = \"fast\"\nsmearing = [0.5, 0.04, 0.01]\nsmall_shift = [-2.2, 0.0]\n"), {},
                  silent_monitor());
}

TEST(Populations, BothDetectorsSeeTheSameEventsEachWithItsOwnSmearing) {
  const Table fast = fast_events(), full = simulate(card(""), {}, silent_monitor());
  double fast_square = 0.0, full_square = 0.0, product = 0.0, hidden = 0.0, small = 0.0, large = 0.0;
  for (std::size_t r = 0; r < full.rows(); ++r) {
    ASSERT_EQ(fast.values("gen_x")[r], full.values("gen_x")[r]);
    ASSERT_EQ(fast.values("gen_h")[r], full.values("gen_h")[r]);
    const double a = fast.values("det_x")[r] - fast.values("gen_x")[r];
    const double b = full.values("det_x")[r] - full.values("gen_x")[r];
    if (full.values("gen_h")[r] > 1.75) {  // five standard deviations from either population
      small += 1.0;
      continue;
    }
    large += 1.0;
    fast_square += a * a, full_square += b * b, product += a * b;
    hidden += a * (fast.values("det_h")[r] - fast.values("gen_h")[r]);
  }
  EXPECT_NEAR(small / (small + large), 0.15, 0.004);
  EXPECT_NEAR(fast_square / large, 0.5, 0.01);
  EXPECT_NEAR(full_square / large, 0.02, 0.001);
  EXPECT_NEAR(hidden / large, 0.04, 0.002);
  EXPECT_NEAR(product / large, 0.0, 0.002) << "the two smearings are independent";
}

/// Mean squared distance of the feature: 0.52 + 0.15 · 3.7² (Table 4's numbers).
TEST(Populations, ShiftsAreThoseOfTheTable) {
  const Table fast = fast_events(), full = simulate(card(""), {}, silent_monitor());
  double square = 0.0;
  for (std::size_t r = 0; r < full.rows(); ++r)
    square += std::pow(fast.values("det_x")[r] - full.values("det_x")[r], 2.0);
  EXPECT_NEAR(square / static_cast<double>(full.rows()), 2.5735, 0.05);
}

TEST(Populations, SettingsThatMakeNoSenseAreRefused) {
  EXPECT_THROW(card("smearing = [0.1, 0.2, 0.1]\n"), ConfigError);
  EXPECT_THROW(card("large_mean = [0.1]\n"), ConfigError);
  EXPECT_THROW(card("detector = \"slow\"\n"), ConfigError);
  EXPECT_THROW(check_settings(card("small_fraction = 1.5\n")), ConfigError);
  EXPECT_FALSE(has_exact_density(card("")));
  EXPECT_THROW(log_density(card(""), fast_events()), ConfigError);
}

}  // namespace
}  // namespace trueup
