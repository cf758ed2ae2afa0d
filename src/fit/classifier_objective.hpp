// The objectives of methods auc and loss: classifiers between data and weighted simulation, trained afresh at θ and
// judged on events that did not train them (SRGN Eqs 4, 5 and B1).
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <stats/held_out.hpp>

#include "fit/events.hpp"
#include "fit/objective.hpp"

namespace trueup {

/// The classifiers at one θ, one for each fold. Which events a fold scores is the same at every θ.
struct Classified {
  std::vector<HeldOutScores> folds;
  std::vector<double> losses;  ///< log 2 − held-out cross-entropy of each fold, in nats
  std::vector<double> loss_errors;
  std::size_t trainings = 0;
  std::size_t retrained = 0;
};

class ClassifierObjective : public Objective {
 public:
  /// The reweighter must outlive the objective.
  ClassifierObjective(FitEvents events, const Reweighter& reweighter, const FitOptions& options,
                      std::size_t repetition, ThreadPool& pool, Monitor& monitor);

  std::vector<Evaluation> evaluate_all(const std::vector<std::vector<double>>& thetas) const override;
  std::size_t repetition() const override { return repetition_; }

  /// Classifiers at several θ. A training is taken for failed when its held-out loss is worse than guessing by more than
  /// five standard errors and more than 0.005 nats; it is then done again with another start, twice at most.
  std::vector<Classified> classify(const std::vector<std::vector<double>>& thetas) const;
  /// What evaluating at θ gives for classifiers trained there.
  Evaluation judge(std::span<const double> theta, const Classified& classified) const;
  /// Trains one fold at θ again with another start; true when the new one has the better held-out loss and was kept.
  bool train_again(std::span<const double> theta, std::size_t fold, Classified& classified) const;

  const FitEvents& events() const { return events_; }

 private:
  Classified classify_at(std::span<const double> theta, Monitor& monitor) const;
  void train_fold(std::span<const float> weights, std::size_t fold, std::size_t attempt,
                  Classified& classified, Monitor& monitor) const;

  FitEvents events_;
  const Reweighter& reweighter_;
  FitMethod method_;
  LossWeights weights_;
  bool with_gradient_;
  std::size_t repetition_;
  HeldOutOptions classifier_;
  ThreadPool& pool_;
  Monitor& monitor_;
};

}  // namespace trueup
