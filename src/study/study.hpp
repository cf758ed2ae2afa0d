// A study: repetitions that do not depend on one another, each from its seed, and what is made of all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <trueup/monitor.hpp>
#include <trueup/result.hpp>
#include <trueup/threads.hpp>

#include "result/figure.hpp"
#include "study/study_config.hpp"

namespace trueup {

/// One number that a repetition found, for the row of its name.
struct Estimate {
  std::string row;
  double value = 0.0;
  double truth = 0.0;  ///< what exact work would give on average; NaN when that is not known
  bool usable = true;  ///< false: a fit without a minimum inside the range; counted, not averaged
};

struct Repetition {
  std::vector<Estimate> estimates;
  std::map<std::string, double> metrics;  ///< the result has their means over repetitions
  std::vector<Figure> figures;            ///< of the first repetition only
};

/// What a repetition works with.
struct RepetitionContext {
  std::size_t index = 0;
  std::uint64_t seed = 1;
  ThreadPool& pool;
  Monitor& monitor;
  std::uint64_t study_seed = 1;  ///< the same in all repetitions

  /// Figures are of the first repetition.
  bool makes_figures() const { return index == 0; }
};

/// What all repetitions together say.
struct StudySummary {
  std::vector<ResultRow> rows;  ///< beside those of the estimates
  std::vector<Check> checks;
  std::vector<Figure> figures;
  std::vector<std::string> notes;
};

class Study {
 public:
  explicit Study(StudyConfig config) : config_(std::move(config)) {}
  virtual ~Study() = default;
  Study(const Study&) = delete;
  Study& operator=(const Study&) = delete;

  const StudyConfig& config() const noexcept { return config_; }
  /// What a repetition does, in words.
  virtual std::vector<std::string> plan() const = 0;
  /// The same seed gives the same bits, for any number of threads.
  virtual Repetition repeat(const RepetitionContext& context) const = 0;
  virtual StudySummary summarise(const std::vector<Repetition>& repetitions) const = 0;

 private:
  StudyConfig config_;
};

/// Reads a study's file at a scale, "--set" overrides applied last. ConfigError for anything wrong in it.
std::unique_ptr<Study> load_study(const StudyInfo& info, const std::string& scale,
                                  const std::vector<std::string>& overrides = {});

}  // namespace trueup
