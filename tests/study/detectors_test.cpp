// Samples that several detectors of one card have seen.
#include "study/detectors.hpp"

#include <gtest/gtest.h>

#include <core/temp_dir.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

TEST(Detectors, AFurtherDetectorTakesTheFirstOnesPlace) {
  Table t;
  t.add_column("gen_met", {1.0f, 2.0f}, "GeV");
  t.add_column("det_met", {3.0f, 4.0f}, "GeV");
  t.add_column("fast_met", {5.0f, 6.0f}, "GeV");
  t.add_column("faster_met", {7.0f, 8.0f}, "GeV");
  t.set_weights({1.0f, -1.0f});
  const Table seen = seen_by(t, "fast");
  EXPECT_EQ(seen.column_names(), (std::vector<std::string>{"gen_met", "det_met"}));
  EXPECT_EQ(seen.column("det_met").values, (std::vector<float>{5.0f, 6.0f}));
  EXPECT_EQ(seen.column("det_met").unit, "GeV");
  EXPECT_EQ(seen.weights_or_ones(), (std::vector<float>{1.0f, -1.0f}));
  const Table first = seen_by(t, "det");
  EXPECT_EQ(first.column_names(), seen.column_names());
  EXPECT_EQ(first.column("det_met").values, (std::vector<float>{3.0f, 4.0f}));
}

TEST(Detectors, OneThatIsNotThereIsRefused) {
  SimulationCard card;
  card.variants.push_back({"fast", {}, {}});
  EXPECT_NO_THROW(require_detector(card, "fast", "c.toml"));
  const std::string message =
      testing_support::message_of<ConfigError>([&] { require_detector(card, "fats", "c.toml"); });
  EXPECT_NE(message.find("c.toml"), std::string::npos);
  EXPECT_NE(message.find("did you mean 'fast'"), std::string::npos) << message;
}

}  // namespace
}  // namespace trueup
