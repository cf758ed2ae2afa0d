// A shower study in small: particle-flow networks, views, columns for score, and samples that are made once.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <core/temp_dir.hpp>
#include <trueup/simulate.hpp>

#include "study/run_study.hpp"
#include "study/samples.hpp"

namespace trueup {
namespace {

namespace fs = std::filesystem;
using testing_support::TempDir;

const std::string kCard = R"(
[source]
type = "pythia"
[pythia]
settings = ["23:onMode = off", "23:onIfAny = 1 2 3"]
"Beams:idA" = 11
"Beams:idB" = -11
"Beams:eCM" = 91.2
"PDF:lepton" = "off"
"WeakSingleBoson:ffbar2gmZ" = "on"
[output]
levels = ["generator"]
columns = ["gen_jet1_multiplicity", "gen_jet1_charged"]
groups = ["gen_constituents"]
)";

const std::string kStudy = R"(
title = "a small shower"
source = "nowhere"
kind = "fit"
card = "cards/shower.toml"
methods = ["auc", "dctr", "score"]
repetitions = 2
same_samples = true
[parameters.alphas]
setting = "TimeShower:alphaSvalue"
nominal = 0.1365
range = [0.08, 0.22]
truth = 0.17
[events]
data = 800
simulation = 800
scanned = 1500
[levels]
generator = ["gen_jet1_multiplicity", "gen_jet1_charged"]
[views.multiplicity]
generator = ["gen_jet1_multiplicity"]
methods = ["auc"]
[reweight.particles]
group = "gen_constituents"
columns = ["pt", "eta", "phi", "pid"]
hidden = [12, 12]
[reweight.network]
hidden = [12]
[reweight.training]
batch_size = 100
max_epochs = 6
learning_rate = 5e-3
schedule = "cosine"
[fit]
minimiser = "gradient"
[fit.particles]
group = "gen_constituents"
columns = ["pt", "eta", "phi", "pid"]
hidden = [8, 8]
[fit.network]
hidden = [8]
[fit.training]
batch_size = 100
max_epochs = 3
learning_rate = 5e-3
[score]
features = ["gen_jet1_multiplicity", "gen_jet1_charged"]
[score.network]
hidden = [8]
[score.training]
batch_size = 100
max_epochs = 3
[limits]
bias = 1.0
spread = 1.0
[scales.quick]
[scales.desk]
[scales.paper]
)";

void write_study(const TempDir& folder) {
  fs::create_directories(folder.path() / "p" / "cards");
  std::ofstream(folder.path() / "p" / "cards" / "shower.toml") << kCard;
  std::ofstream(folder.path() / "p" / "small.toml") << kStudy;
}

Result run(const TempDir& folder, const std::string& out, int threads) {
  const auto study = load_study(find_study(folder.path(), "small"), "quick", {});
  const RunFolder place(folder.path() / out, "study", false, RunFolder::Keep::nothing,
                        "# " + RunFolder::signature("study") + "\n" + study->config().toml);
  ThreadPool pool(threads);
  return run_study(*study, {"study", 3, false}, place, pool, silent_monitor());
}

std::ptrdiff_t files_in(const fs::path& folder) {
  return std::distance(fs::directory_iterator(folder), fs::directory_iterator{});
}

TEST(ShowerStudy, RowsMetricsAndSamples) {
  if (!has_pythia()) GTEST_SKIP();
  const TempDir folder;
  write_study(folder);
  setenv("TRUEUP_SAMPLES", (folder / "samples").c_str(), 1);
  const Result one = run(folder, "one", 1);
  // Data, simulation and scanned sample, the same in both repetitions, and the target of the first one's figures.
  EXPECT_EQ(files_in(folder / "samples"), 4);
  const Result two = run(folder, "two", 2);
  EXPECT_EQ(files_in(folder / "samples"), 4);
  unsetenv("TRUEUP_SAMPLES");
  std::vector<std::string> names;
  for (const ResultRow& row : one.rows) names.push_back(row.name);
  for (const char* name : {"alphas, generator level", "alphas, generator level, dctr",
                           "alphas, generator level, score", "alphas, generator level, multiplicity"}) {
    EXPECT_NE(std::find(names.begin(), names.end(), name), names.end()) << name;
  }
  ASSERT_EQ(one.rows.size(), two.rows.size());
  for (std::size_t i = 0; i < one.rows.size(); ++i) {
    EXPECT_TRUE(one.rows[i].value == two.rows[i].value || std::isnan(one.rows[i].value)) << one.rows[i].name;
  }
  EXPECT_TRUE(one.metrics.contains("closure_pull_gen_jet1_charged"));
}

TEST(ShowerStudy, FewScannedEventsHaveManyValues) {
  if (!has_pythia()) GTEST_SKIP();
  const TempDir folder;
  write_study(folder);
  setenv("TRUEUP_SAMPLES", "off", 1);
  const auto study = load_study(find_study(folder.path(), "small"), "quick", {});
  const StudySamples samples(study->config(), 1, silent_monitor());
  const Table scanned = samples.scanned(80, 1);  // the card's blocks have 250
  unsetenv("TRUEUP_SAMPLES");
  const std::span<const float> values = scanned.values("alphas");
  EXPECT_EQ(std::set<float>(values.begin(), values.end()).size(), 40u);
}

}  // namespace
}  // namespace trueup
