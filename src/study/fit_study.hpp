// Studies that fit parameters: fresh samples, weights, and fits at each level in every repetition (SRGN Tables I and II).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "result/config_sections.hpp"
#include "study/fit_figures.hpp"
#include "study/fit_variant.hpp"
#include "study/rows.hpp"
#include "study/study.hpp"

namespace trueup {

class FitRepetition;

/// In each repetition: data at the truth, one nominal simulation, one scanned generator-level sample, all new;
/// trainings of w; a fit with each variant, and detector-level fits to data at truths drawn at random. With
/// same_samples = true the samples of all repetitions are the same, and only trainings differ (SRGN Table III).
class FitStudy : public Study {
 public:
  explicit FitStudy(const StudyFile& file);

  std::vector<std::string> plan() const override;
  Repetition repeat(const RepetitionContext& context) const override;
  StudySummary summarise(const std::vector<Repetition>& repetitions) const override;

 private:
  FitStudy(const StudyFile& file, ConfigTable root);

  void fit_truth(FitRepetition& work, const Table& data) const;
  /// Where the density is known: how far learnt weights move the mean and the width of a feature from where exact ones do.
  void compare_weights(FitRepetition& work, const Table& data) const;
  /// Where it is not: how many errors a column's mean under learnt weights is off that of data at the truth.
  void compare_with_data(FitRepetition& work, const Table& data) const;
  void fit_random_truths(FitRepetition& work) const;

  ReweightSection reweight_;
  std::vector<FitVariant> fits_;
  std::size_t random_truths_ = 0;
  bool same_samples_ = false;
  RowLimits limits_;
  AucGrid grid_;
};

std::unique_ptr<Study> load_fit_study(const StudyFile& file);

}  // namespace trueup
