// A whole small study: the same numbers for any number of threads, and whether it was interrupted or not.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

#include <core/files.hpp>
#include <trueup/error.hpp>

#include "study/repetition_file.hpp"
#include "study/run_study.hpp"
#include "study_files.hpp"

namespace trueup {
namespace {

namespace fs = std::filesystem;
using study_tests::StudyFolder;

class CountingMonitor : public Monitor {
 public:
  void message(LogLevel, std::string_view text) override {
    reused += text.find("made earlier, reused") != std::string_view::npos ? 1 : 0;
  }
  void progress(std::string_view, std::size_t, std::size_t, std::string_view) override {}
  bool stop_requested() const override { return stop; }

  int reused = 0;
  bool stop = false;
};

Result run(const StudyFolder& folder, const std::string& out, bool resume, int threads = 1,
           const std::vector<std::string>& overrides = {}, CountingMonitor* monitor = nullptr) {
  CountingMonitor own;
  const auto study = load_study(folder.small(), "quick", overrides);
  const RunFolder place(folder.path() / out, "study", false,
                        resume ? RunFolder::Keep::finished : RunFolder::Keep::nothing,
                        "# " + RunFolder::signature("study") + "\n" + study->config().toml);
  ThreadPool pool(threads);
  return run_study(*study, {"study", 3, resume}, place, pool, monitor != nullptr ? *monitor : own);
}

/// NaN is the spread of a single usable run.
bool same(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

void expect_same_rows(const Result& a, const Result& b) {
  ASSERT_EQ(a.rows.size(), b.rows.size());
  for (std::size_t i = 0; i < a.rows.size(); ++i) {
    EXPECT_EQ(a.rows[i].name, b.rows[i].name);
    EXPECT_TRUE(same(a.rows[i].value, b.rows[i].value)) << a.rows[i].name;
    EXPECT_TRUE(same(a.rows[i].error, b.rows[i].error)) << a.rows[i].name;
  }
}

TEST(RunStudy, RowsBesideThePublishedNumbersForAnyNumberOfThreads) {
  const StudyFolder folder;
  const Result one = run(folder, "one", false, 1, {"random_truths=1"});
  ASSERT_EQ(one.rows.size(), 5u);
  EXPECT_EQ(one.rows[0].name, "mu, generator level");
  EXPECT_EQ(one.rows[1].name, "mu, detector level");
  EXPECT_EQ(one.rows[2].name, "mean of gen_x, learnt - exact weights");
  EXPECT_EQ(one.rows[4].name, "mu - truth, detector level, random truths");
  EXPECT_EQ(one.rows[1].published, 0.4);
  EXPECT_EQ(one.rows[1].runs, 2u);
  // 15,000 events and small networks: a fit of a shift by 0.4 knows it to 0.1 or so.
  for (std::size_t i : {0u, 1u}) EXPECT_NEAR(one.rows[i].value, 0.4, 0.3);
  EXPECT_TRUE(fs::exists(folder.path() / "one" / "repetitions" / "0002.json"));
  EXPECT_TRUE(fs::exists(folder.path() / "one" / "plots.json"));
  expect_same_rows(one, run(folder, "two", false, 2, {"random_truths=1"}));
}

TEST(RunStudy, GoesOnWhereItWasInterrupted) {
  const StudyFolder folder;
  const Result whole = run(folder, "whole", false);
  run(folder, "parts", false, 1, {"repetitions=1"});
  CountingMonitor monitor;
  const Result resumed = run(folder, "parts", true, 1, {}, &monitor);
  EXPECT_EQ(monitor.reused, 1);
  expect_same_rows(whole, resumed);
  // Other settings make other repetitions; a spoiled file is repeated; without resume everything is.
  CountingMonitor other;
  run(folder, "parts", true, 1, {"events.data=15001"}, &other);
  EXPECT_EQ(other.reused, 0);
  std::ofstream(folder.path() / "whole" / "repetitions" / "0001.json") << "{";
  CountingMonitor spoiled;
  expect_same_rows(whole, run(folder, "whole", true, 1, {}, &spoiled));
  EXPECT_EQ(spoiled.reused, 1);
  CountingMonitor fresh;
  run(folder, "whole", false, 1, {"repetitions=1"}, &fresh);
  EXPECT_EQ(fresh.reused, 0);
  EXPECT_FALSE(fs::exists(folder.path() / "whole" / "repetitions" / "0002.json"));
}

TEST(RunStudy, ViewsHaveRowsOfTheirOwn) {
  const StudyFolder folder;
  const Result found = run(folder, "views", false, 2,
                           {"repetitions=1", "views.blurred.detector=[\"det_x\"]",
                            "views.blurred.methods=[\"loss\"]", "views.same.generator=[\"gen_x\"]",
                            "views.same.detector=[\"det_x\"]", "views.same.methods=[\"auc\"]"});
  ASSERT_GE(found.rows.size(), 4u);
  EXPECT_EQ(found.rows[0].name, "mu, generator level");
  EXPECT_EQ(found.rows[2].name, "mu, detector level, blurred");
  EXPECT_EQ(found.rows[3].name, "mu, generator level, same");
  EXPECT_EQ(found.rows[3].value, found.rows[0].value);  // it sees the same
  EXPECT_NE(found.rows[2].value, found.rows[1].value);
  EXPECT_EQ(found.rows[4].name, "mu, detector level, same");
  EXPECT_EQ(found.rows[4].value, found.rows[1].value);
  EXPECT_THROW(run(folder, "none", false, 1, {"views.a.generator=[\"gen_x\"]", "views.a.methods=[\"dctr\"]"}),
               ConfigError);
  EXPECT_THROW(run(folder, "none", false, 1, {"views.a.generator=[\"gen_x\"]", "views.a.methods=[]"}),
               ConfigError);
  EXPECT_THROW(run(folder, "none", false, 1, {"views.a.methods=[\"auc\"]"}), ConfigError);
}

TEST(RunStudy, ErrorsOfSoManyEventsBesideThePublishedOnes) {
  const StudyFolder folder;
  const Result found = run(folder, "precision", false, 2,
                           {"methods=[\"auc\", \"score\"]", "score.training.max_epochs=3",
                            "published.\"mu, detector level\".events=50000", "limits.precision=1000.0"});
  std::map<std::string, ResultRow> rows;
  for (const ResultRow& row : found.rows) rows[row.name] = row;
  const double scale = std::sqrt(15000.0), published = 0.1 * std::sqrt(50000.0);
  const ResultRow& spread = rows.at("error x sqrt(events), mu, detector level");
  EXPECT_DOUBLE_EQ(spread.value, scale * rows.at("mu, detector level").error);
  EXPECT_NEAR(spread.error, spread.value / std::sqrt(2.0), 1e-12 * spread.value);  // of two runs
  EXPECT_DOUBLE_EQ(*spread.published, published);
  // The score beside the error of the paper's method; its own one is that of its intervals.
  const ResultRow& stated = rows.at("stated error x sqrt(events), mu, detector level, score");
  EXPECT_DOUBLE_EQ(stated.value, scale * found.metrics.at("stated error, mu, detector level, score"));
  EXPECT_DOUBLE_EQ(*stated.published, published);
  EXPECT_EQ(stated.runs, 2u);
  EXPECT_FALSE(rows.contains("error x sqrt(events), mu, generator level"));  // of which nothing is published
  // Spreads of two runs are not judged, stated errors are.
  int checks = 0;
  for (const Check& check : found.checks) {
    if (check.name.find("sqrt(events)") == std::string::npos) continue;
    ++checks;
    EXPECT_EQ(check.name, "stated error x sqrt(events), mu, detector level, score");
    EXPECT_TRUE(check.passed);
    EXPECT_DOUBLE_EQ(check.value, stated.value / published);
  }
  EXPECT_EQ(checks, 1);
}

TEST(RunStudy, StopsWhenAsked) {
  const StudyFolder folder;
  CountingMonitor monitor;
  monitor.stop = true;
  EXPECT_THROW(run(folder, "stopped", false, 1, {}, &monitor), Interrupted);
  EXPECT_FALSE(fs::exists(folder.path() / "stopped" / "result.json"));
}

TEST(RunStudy, ARepetitionReadsBackAsWritten) {
  const StudyFolder folder;
  Repetition repetition;
  repetition.estimates.push_back({"mu", 0.1, 0.2, false});
  repetition.metrics["seconds"] = 1.5;
  Figure figure{"Fig. 1", "title", "caption", "x", {{"y", 2.0, {}}}};
  figure.panels[0].series.push_back({"label", "target", "steps", {0.0, 1.0, 2.0}, {3.0, 4.0}, {0.1, 0.2}});
  figure.panels[0].marks.push_back({"truth", "truth", 0.5, true});
  figure.panels[0].surface =
      FigureSurface{"AUC", {0.0, 1.0}, {2.0, 3.0}, {{1.0, 2.0}, {3.0, 4.0}}, {1.5, 2.5}};
  repetition.figures.push_back(figure);
  const fs::path file = folder.path() / "r.json", again = folder.path() / "again.json";
  save_repetition(repetition, "key", file);
  const auto loaded = load_repetition(file, "key", silent_monitor());
  ASSERT_TRUE(loaded.has_value());
  EXPECT_FALSE(loaded->estimates.at(0).usable);
  save_repetition(*loaded, "key", again);
  EXPECT_EQ(read_text(file), read_text(again));
  EXPECT_FALSE(load_repetition(file, "other key", silent_monitor()).has_value());
  EXPECT_FALSE(load_repetition(folder.path() / "absent.json", "key", silent_monitor()).has_value());
}

}  // namespace
}  // namespace trueup
