// Study of intervals: how often the 68.27 % interval of method score or likelihood holds the truth, and what happens when an input is wrong.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <trueup/fit.hpp>

#include "result/config_sections.hpp"
#include "study/samples.hpp"
#include "study/study.hpp"

namespace trueup {

/// In each repetition w is trained anew, on new samples. Then toys of several sizes, each with new data, new simulation and new
/// generator-level events; the first of a repetition is independent of everything in the others. One more fit has data from
/// a detector that is not the simulation's, and two have weights that are spoiled on purpose: by score and by the plain moment.
class CoverageStudy : public Study {
 public:
  explicit CoverageStudy(const StudyFile& file);

  std::vector<std::string> plan() const override;
  Repetition repeat(const RepetitionContext& context) const override;
  StudySummary summarise(const std::vector<Repetition>& repetitions) const override;

 private:
  CoverageStudy(const StudyFile& file, ConfigTable root);

  struct Work;
  void fit_toys(Work& work) const;
  void fit_wrong_detector(Work& work) const;
  void fit_spoiled_weights(Work& work) const;

  ReweightSection reweight_;
  std::string method_;
  FitOptions fit_;
  std::size_t toys_ = 0;
  std::vector<std::size_t> sizes_;
  std::vector<std::string> wrong_detector_;  ///< overrides of the card
  bool spoiled_ = false;
};

std::unique_ptr<Study> load_coverage_study(const StudyFile& file);

}  // namespace trueup
