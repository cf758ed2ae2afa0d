// Studies' files: found by name, changed by scale and options, refused when wrong.
#include <gtest/gtest.h>

#include <trueup/error.hpp>

#include "study/study.hpp"
#include "study_files.hpp"

namespace trueup {
namespace {

using study_tests::kCard;
using study_tests::kStudy;
using study_tests::StudyFolder;

/// The message of the ConfigError that loading gives; fails when there is none.
std::string complaint(const StudyFolder& folder, const std::vector<std::string>& overrides = {}) {
  try {
    load_study(folder.small(), "quick", overrides);
  } catch (const ConfigError& error) {
    return error.what();
  }
  ADD_FAILURE() << "no complaint";
  return "";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(StudyConfig, ListedByNameAndFound) {
  const StudyFolder folder;
  const std::vector<StudyInfo> studies = list_studies(folder.path());
  ASSERT_EQ(studies.size(), 1u);  // the card is none
  EXPECT_EQ(studies[0].name, "small");
  EXPECT_EQ(studies[0].title, "a small study");
  EXPECT_THROW(list_studies(folder.path() / "absent"), EnvironmentError);
  try {
    find_study(folder.path(), "smal");
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_TRUE(has(error.what(), "did you mean 'small'")) << error.what();
  }
}

TEST(StudyConfig, ScalesAndOptionsChangeKeys) {
  const StudyFolder folder;
  EXPECT_EQ(load_study(folder.small(), "quick")->config().repetitions, 2u);
  const auto desk = load_study(folder.small(), "desk");
  EXPECT_EQ(desk->config().repetitions, 3u);
  EXPECT_TRUE(has(desk->config().toml, "hidden = [ 9 ]")) << desk->config().toml;
  EXPECT_EQ(load_study(folder.small(), "desk", {"repetitions=7"})->config().repetitions, 7u);
}

TEST(StudyConfig, WhatDecidesARepetition) {
  const StudyFolder folder;
  const auto deciding = [&](const std::vector<std::string>& overrides) {
    return load_study(folder.small(), "quick", overrides)->config().deciding;
  };
  const std::string base = deciding({});
  EXPECT_EQ(base, deciding({"repetitions=9"}));
  EXPECT_EQ(base, deciding({"limits.bias=0.1"}));
  EXPECT_NE(base, deciding({"events.data=7000"}));
  EXPECT_NE(base, deciding({"parameters.mu.truth=0.3"}));
}

TEST(StudyConfig, FilesThatTheCardIncludesDecideToo) {
  const StudyFolder folder;
  const std::filesystem::path cards = folder.path() / "p" / "cards";
  const auto deciding = [&] { return load_study(folder.small(), "quick")->config().deciding; };
  const std::string plain = deciding();
  std::ofstream(cards / "gaussian.toml") << kCard + "[gaussian]\ninclude = \"numbers.toml\"\n";
  std::ofstream(cards / "numbers.toml") << "noise = 0.25\n";
  const std::string one = deciding();
  EXPECT_NE(one, plain);
  std::ofstream(cards / "numbers.toml") << "noise = 0.5  # of the detector\n";
  const std::string two = deciding();
  EXPECT_NE(one, two);
  // A comment changes nothing.
  std::ofstream(cards / "numbers.toml") << "# of the detector\nnoise = 0.5\n";
  EXPECT_EQ(deciding(), two);
}

TEST(StudyConfig, WrongFiles) {
  const StudyFolder folder;
  EXPECT_TRUE(has(complaint(folder, {"kind=fits"}), "did you mean 'fit'"));
  EXPECT_TRUE(has(complaint(folder, {"repetition=3"}), "did you mean 'repetitions'"));
  EXPECT_TRUE(has(complaint(folder, {"fit.fine_point=8"}), "did you mean 'fit.fine_points'"));
  EXPECT_TRUE(has(complaint(folder, {"reweight.feature=[\"gen_x\"]"}), "reweight.feature"));
  EXPECT_TRUE(has(complaint(folder, {"reweight.parameters=[\"mu\"]"}), "filled in by the study"));
  EXPECT_TRUE(has(complaint(folder, {"fit.observables=[\"det_x\"]"}), "filled in by the study"));
  EXPECT_TRUE(has(complaint(folder, {"parameters.mu.truth=3.0"}), "must lie between -1 and 1"));
  EXPECT_TRUE(has(complaint(folder, {"parameters.mu.range=[1.0, -1.0]"}), "low < high"));
  EXPECT_TRUE(has(complaint(folder, {"parameters.mu.setting=meen"}), "meen"));
  EXPECT_TRUE(has(complaint(folder, {"events.data=0"}), "must be at least 100"));
  EXPECT_TRUE(has(complaint(folder, {"methods=[]"}), "names no method"));
  EXPECT_TRUE(has(complaint(folder, {"methods=[\"aux\"]"}), "fit.method"));
  EXPECT_THROW(load_study(folder.small(), "quick", {"card=cards/absent.toml"}), Error);
}

}  // namespace
}  // namespace trueup
