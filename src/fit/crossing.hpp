// The fitted value from classifiers that know a direction: where data and weighted simulation agree in their outputs.
#pragma once

#include <cstddef>
#include <vector>

#include "fit/classifier_objective.hpp"

namespace trueup {

// Of the classifiers from the centre, in generator-level standard deviations of one event: far enough that a direction is
// learnt well against the noise of training, near enough that it is the direction that counts at the minimum.
inline constexpr double kCrossingDistance = 0.4;

/// Statistics t_j, one a parameter, of one fold's scored events.
struct FoldStatistics {
  std::vector<std::uint32_t> data_rows;
  std::vector<std::uint32_t> simulation_rows;
  std::vector<std::vector<float>> data;        ///< (parameters, data rows)
  std::vector<std::vector<float>> simulation;  ///< (parameters, simulation rows)
  /// (parameters, all simulated events), those that trained the fold's classifiers among them; empty unless corrected.
  std::vector<std::vector<float>> all_simulation;
};

/// Equations S_j(θ) = 0 with S_j = mean of t_j over data − mean over simulation weighted to θ, and what follows from them.
/// At the truth they hold for any t_j that was learnt from other events, so errors of the classifiers do not shift θ̂ in
/// first order; they only cost precision. Both must outlive the equations.
class CrossingEquations {
 public:
  CrossingEquations(const std::vector<FoldStatistics>& folds, const FitEvents& events);

  struct Values {
    std::vector<double> s;    ///< S (parameters)
    SquareMatrix slope;       ///< ∂S_j/∂θ_p = −Cov_w(t_j, s_p)
    SquareMatrix covariance;  ///< of S, from the finite samples
  };
  Values at(const Reweighter::WeightsWithScore& simulation) const;

  struct Root {
    std::vector<double> theta;
    SquareMatrix covariance;  ///< of θ̂: slope⁻¹ covariance slope⁻ᵀ
    bool found = false;       ///< false: no root within the parameters' ranges
  };
  Root solve(const Reweighter& reweighter, const std::vector<double>& start, ThreadPool& pool) const;

 private:
  const std::vector<FoldStatistics>& folds_;
  const FitEvents& events_;
};

struct CrossingResult {
  std::vector<double> theta;               ///< mean of the roots
  std::vector<std::vector<double>> roots;  ///< of each reweighter
  SquareMatrix covariance;                 ///< from the finite samples
  std::vector<Evaluation> evaluations;     ///< the first is at the centre
  std::vector<FoldStatistics> statistics;  ///< of the last classifiers
  SquareMatrix information;                ///< of one generator-level event, where they were trained
  bool at_edge = false;
};

/// Trains classifiers at `centre` and to both sides of it, along as many directions as there are parameters, in steps of
/// `distance` generator-level standard deviations. t_j is the difference of the two logits of a direction (loss), or its
/// rank among the data (auc: then S_j = 0 says that the AUC of t_j is 1/2). When the roots lie farther from the centre than
/// the classifiers, it is done again around them, twice at most.
/// A training whose held-out loss is lower than the median of its direction by five median absolute deviations and five
/// standard errors has failed and is repeated with another start.
CrossingResult find_crossing(const ClassifierObjective& objective, FitMethod method, std::size_t trained_with,
                             const std::vector<Reweighter>& reweighters, const std::vector<double>& centre,
                             ThreadPool& pool);

}  // namespace trueup
