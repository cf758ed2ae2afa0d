// The detector's numbers: the card beside the defaults, further detectors, and what is refused.
#include "simulate/detector_card.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include <core/temp_dir.hpp>
#include <trueup/error.hpp>

#include "simulate/levels.hpp"

namespace trueup {
namespace {

using testing_support::message_of;

constexpr const char* kCards = TRUEUP_TEST_DATA "/../../cards/";

/// No number is that of the default, so that one which the file lacks shows.
DetectorCard spoiled() {
  DetectorCard card;
  card.solenoid = {1.0, 1.0, 1.0};
  card.efficiency = {{9.0}, {1.0}, {1.0}, {1.0}, {0.1}, {0.1}, {0.1}, 1.0, 1.0};
  card.resolution = {{9.0}, {1.0}, {1.0}, {1.0}, {1.0}, {1.0}, {1.0}};
  for (CalorimeterCard* c : {&card.ecal, &card.hcal}) {
    c->grid = {1.0, 1, 1, {}, {}};
    c->resolution = {{9.0}, {0.5}, {0.5}, {0.5}, {0.5}, {0.5}, {0.5}};
    c->deposit = {0.5, 0.5, 0.5, 0.5};
    c->min_energy = c->min_significance = 7.0;
  }
  for (ObjectCard* o : {&card.electron, &card.photon, &card.muon}) *o = {1.0, {9.0}, {0.1}, 9.0, 9.0, 9.0};
  card.jets = {9.0, 9.0, 9.0, 9.0, 9.0, "truth", 9.0, {9.0, 9.0, 9.0}, {9.0, 9.0, 9.0}, 9.0, 9.0};
  return card;
}

TEST(DetectorCard, TheFileHasEveryDefault) {
  DetectorCard read = spoiled();
  sim::read_detector(ConfigTable::from_file(std::string(kCards) + "cms.toml"), read);
  DetectorCard expected;
  expected.type = "cms";
  EXPECT_TRUE(read.solenoid == expected.solenoid);
  EXPECT_TRUE(read.efficiency == expected.efficiency);
  EXPECT_TRUE(read.resolution == expected.resolution);
  EXPECT_TRUE(read.ecal == expected.ecal);
  EXPECT_TRUE(read.hcal == expected.hcal);
  EXPECT_TRUE(read.electron == expected.electron);
  EXPECT_TRUE(read.photon == expected.photon);
  EXPECT_TRUE(read.muon == expected.muon);
  EXPECT_TRUE(read.jets == expected.jets);
  EXPECT_TRUE(read == expected);
}

TEST(DetectorCard, PhysicsCardsAreAccepted) {
  for (const char* name : {"ttbar.toml", "ttbar_scan.toml", "ttbar_two_detectors.toml", "z_mumu.toml"}) {
    const SimulationCard card = load_simulation_card(std::string(kCards) + name);
    EXPECT_EQ(card.detector.type, "cms") << name;
    EXPECT_EQ(card.toml.find("include"), std::string::npos) << "the card in the metadata must stand alone";
    // What the metadata hold reads back the same.
    EXPECT_TRUE(parse_simulation_card(card.toml, "metadata").detector == card.detector) << name;
  }
}

constexpr const char* kCard = R"(
[source]
type = "pythia"
[pythia]
"Top:gg2ttbar" = "on"
[detector]
type = "cms"
[detector.ecal]
min_energy = 0.7
[detectors.fast.ecal.resolution]
constant = [0.01, 0.01, 0.107]
[detectors.coarse]
solenoid = {field = 2.0}
)";

SimulationCard with(const std::vector<std::string>& overrides) {
  return parse_simulation_card(kCard, "test.toml", overrides);
}

TEST(DetectorCard, FurtherDetectorsInherit) {
  const SimulationCard card = with({});
  ASSERT_EQ(card.variants.size(), 2u);
  const DetectorCard& fast = card.variants[0].detector;
  EXPECT_EQ(card.variants[0].name, "fast");
  EXPECT_EQ(fast.ecal.resolution.constant[0], 0.01);
  EXPECT_EQ(fast.ecal.min_energy, 0.7);
  DetectorCard same = fast;
  same.ecal.resolution.constant = card.detector.ecal.resolution.constant;
  EXPECT_TRUE(same == card.detector);
  EXPECT_EQ(card.variants[1].detector.solenoid.field, 2.0);
  EXPECT_EQ(card.output.levels, (std::vector<std::string>{"generator", "detector", "fast", "coarse"}));
  const auto columns = simulated_columns(card);
  const auto has = [&](const std::string& name) {
    return std::any_of(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; });
  };
  for (const char* name : {"gen_met", "det_met", "fast_met", "coarse_muon1_pt", "fast_m_b1_mu_nu"})
    EXPECT_TRUE(has(name)) << name;
  EXPECT_FALSE(has("fast_kaons"));
}

TEST(DetectorCard, ATrackerHasNoColliderColumns) {
  for (const SimulatedColumn& c : simulated_columns(with({"detector={type=\"tracker\"}", "detectors={}"}))) {
    EXPECT_EQ(c.name.find("met"), std::string::npos) << c.name;
    EXPECT_EQ(c.name.find("muon"), std::string::npos) << c.name;
  }
}

TEST(DetectorCard, RefusesWhatMakesNoSense) {
  const auto says = [](const std::vector<std::string>& overrides, const std::string& word) {
    const std::string message = message_of<ConfigError>([&] { with(overrides); });
    EXPECT_NE(message.find(word), std::string::npos) << overrides[0] << ": " << message;
    EXPECT_FALSE(message.empty()) << overrides[0];
  };
  says({"detector.type=\"atlas\""}, "cms");
  says({"detector.ecal.min_enery=1.0"}, "min_energy");
  says({"detector.ecal.min_energy=-1.0"}, "not be negative");
  says({"detector.ecal.grid.eta_step=0.0"}, "positive");
  says({"detector.ecal.grid.phi_bins=0"}, "at least 1");
  says({"detector.ecal.grid.phi_bins=1000000"}, "10 million");
  says({"detector.ecal.grid.outer_eta_edges=[3.0, 2.9]", "detector.ecal.grid.outer_phi_bins=[1,1]"},
       "rising");
  says({"detector.ecal.grid.outer_eta_edges=[2.0]", "detector.ecal.grid.outer_phi_bins=[1]"}, "rising");
  says({"detector.ecal.grid.outer_phi_bins=[36]"}, "11 numbers");
  says({"detector.hcal.grid.outer_phi_bins=[1.5]", "detector.hcal.grid.outer_eta_edges=[5.0]"},
       "whole number");
  says({"detector.hcal.resolution.constant=[0.1]"}, "2 numbers");
  says({"detector.hcal.resolution.noise=[-0.1, 0.1]"}, "not be negative");
  says({"detector.hcal.resolution.eta_edges=[3.0, 4.0]"}, "last edge");
  says({"detector.hcal.deposit.hadron=1.5"}, "at most 1");
  says({"detector.muon.efficiency=[1.5]"}, "between 0 and 1");
  says({"detector.electron.efficiency=[0.9]"}, "2 numbers");
  says({"detector.photon.isolation_max=-1"}, "not be negative");
  says({"detector.jets.tag=\"none\""}, "parametrised");
  says({"detector.jets.tag_bottom=3"}, "table");
  says({"detector.jets.tag_bottom={d=1}"}, "unknown key");
  says({"detector.jets.flavour_radius=0"}, "positive");
  says({"detector.jets.scale_constant=nan"}, "finite");
  says({"detectors.gen={}"}, "taken");
  says({"detectors.detector={}"}, "taken");
  says({"detectors.\"a b\"={}"}, "lower-case");
  says({"detectors.fast.type=\"tracker\""}, "type of [detector]");
  says({"detectors.fast.ecal.grid.eta_stepp=1.0"}, "eta_step");
  says({"detectors.fast=1"}, "table");
  says({"output.levels=[\"slow\"]"}, "'fast'");
  says({"output.levels=[\"detector\"]", "output.groups=[\"fast_jets\"]"}, "needs the level 'fast'");
  says({"output.require=[\"det_top_selectd\"]"}, "det_top_selected");
  says({"output.levels=[\"generator\"]", "output.require=[\"det_njets\"]"}, "output.require");
  says({"detector.include=\"nowhere.toml\""}, "nowhere.toml");
}

}  // namespace
}  // namespace trueup
