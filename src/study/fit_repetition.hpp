// One repetition of a fit study: its samples, its weights, and what it has found so far.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <trueup/fit.hpp>
#include <trueup/reweighter.hpp>

#include "result/config_sections.hpp"
#include "study/fit_figures.hpp"
#include "study/fit_variant.hpp"
#include "study/samples.hpp"
#include "study/study.hpp"

namespace trueup {

class FitRepetition {
 public:
  /// Makes the simulation and the scanned sample, and trains w. With `same_samples` the events are those of every repetition.
  FitRepetition(const StudyConfig& config, const ReweightSection& reweight, bool same_samples,
                const RepetitionContext& context);
  // The generator events ask `samples` of this very object.
  FitRepetition(const FitRepetition&) = delete;
  FitRepetition& operator=(const FitRepetition&) = delete;

  std::uint64_t seed(const std::string& purpose, std::size_t index = 0) const;
  /// Of events.
  std::uint64_t sample_seed(const std::string& purpose) const;

  /// A fit that fails (its minimum at the edge of the range, say) is one without values.
  std::optional<FitResult> fit(const FitVariant& variant, const Table& data, std::uint64_t own_seed);

  /// What the last fit, which stated its error, says of it.
  void add_score_metrics(const FitVariant& variant, const FitResult& fit);
  /// The value of a parameter less `offset` (0, or the truth), its pull and its uncorrected value, where the variant has them.
  void add_value(const std::string& row, const FitVariant& variant, const std::optional<FitResult>& fit,
                 std::size_t parameter, double truth, double offset);
  /// Of two methods that see the same events, when at least one knows the error of the difference.
  void add_difference(const FitVariant& variant, const FitResult& fit, const FitOfLevel& other);

  /// Mean seconds of a fit.
  double seconds_fit() const { return seconds_fits_ / static_cast<double>(fits_); }

  const RepetitionContext& context;
  const bool same_samples;
  const StudySamples samples;
  const Table simulation;
  std::vector<Reweighter> reweighters;
  Repetition found;

 private:
  void train_weights(const ReweightSection& reweight, const Table& scanned);

  GeneratorEvents generator_;
  double seconds_fits_ = 0.0;
  double seconds_last_fit_ = 0.0;
  std::size_t fits_ = 0;
};

}  // namespace trueup
