// The study of refinement with a hidden feature: schedules side by side on the same events (Fast Perfekt Sec. 3).
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <trueup/agreement.hpp>
#include <trueup/refiner.hpp>

#include "result/refine_config.hpp"
#include "result/refine_figures.hpp"
#include "study/study.hpp"

namespace trueup {

/// In each repetition: new events through both detectors, one refiner for each schedule, each judged on events that trained
/// nothing. Rows "metric, fast" and "metric, schedule".
class RefineStudy : public Study {
 public:
  explicit RefineStudy(const StudyFile& file);

  std::vector<std::string> plan() const override;
  Repetition repeat(const RepetitionContext& context) const override;
  StudySummary summarise(const std::vector<Repetition>& repetitions) const override;

 private:
  struct Card {
    std::string text, source;
  };
  RefineStudy(const StudyFile& file, ConfigTable root);
  RefineStudy(const StudyFile& file, ConfigTable& root, Card fast);
  static Card read_fast_card(const StudyFile& file, ConfigTable& root);
  /// Fast and full of the same events.
  std::pair<Table, Table> pairs(std::size_t events, std::uint64_t seed,
                                const RepetitionContext& context) const;

  /// What the checks ask for.
  struct Limits {
    double omniscient = 0.0, mse = 0.0, chi2 = 0.0, auc = 0.0;  ///< of two-stage, at most
    double mmd_alone = 0.0;                                     ///< MMD of the schedule mmd, at most
    double mmd_alone_omniscient = 0.0;                          ///< and its omniscient MMD, at least
  };
  struct Events;
  struct Trained;
  Table simulated(const std::string& card, const std::string& source, std::size_t events, std::uint64_t seed,
                  const RepetitionContext& context) const;
  Trained train(RefineSchedule schedule, const Events& events, const RepetitionContext& context) const;
  void judge(const std::string& label, const Table& sample, const Events& events,
             const RepetitionContext& context, Repetition& repetition) const;
  void add_figures(const Trained& trained, const RefinedSamples& samples, Repetition& repetition) const;

  Card fast_;                  ///< empty when a further detector of the study's card is the fast one
  std::string fast_detector_;  ///< its name
  RefineSection refine_;
  std::vector<RefineSchedule> schedules_;
  std::size_t train_events_ = 0, test_events_ = 0;
  AgreementOptions judging_;
  std::size_t points_ = 500;
  Limits limits_;
};

std::unique_ptr<Study> load_refine_study(const StudyFile& file);

}  // namespace trueup
