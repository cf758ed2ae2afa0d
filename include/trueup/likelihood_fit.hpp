// Method likelihood of a fit: its options, and what it reports beside the fitted values.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace trueup {

/// How the ratio r(y|θ) = p(y|θ)/p(y|θ1) is learnt; ScoreOptions hold what is common with method score.
struct LikelihoodOptions {
  /// Networks of each fold, with different starts; r is the mean of their ratios.
  std::size_t members = 2;
  /// How many θ each simulated event is shown with.
  std::size_t theta_draws = 2;
  /// Half width of the range that these θ are drawn from, around θ1, in units of what one generator-level event tells.
  double window = 1.0;
  /// Whether log r is lessened by the logarithm of its mean over the simulation, so that r integrates to 1 at each θ.
  bool normalised = true;
};

/// 2 (log L at the maximum − log L) along one parameter, at the maximum over all others.
struct LikelihoodProfile {
  std::vector<double> theta;
  std::vector<double> rise;
  double low = 0.0;  ///< where it rises by 1; NaN where it does not within the range that r was learnt in
  double high = 0.0;
};

/// A closed line of constant likelihood in two parameters.
struct LikelihoodContour {
  double probability = 0.0;  ///< 0.6827 or 0.9545: 2 Δ log L is 2.30 or 6.18
  /// θ of each point, of the likelihood of the data alone. NaN where it leaves the range that r was learnt in.
  std::vector<std::vector<double>> data;
  /// The same moved to the fitted value and widened to the covariance of all shares.
  std::vector<std::vector<double>> all;
};

/// What a likelihood fit says beside the fitted values. Profiles and contours are of the first repetition.
struct LikelihoodReport {
  /// θ of the largest likelihood, mean of the repetitions, before its calibration.
  std::vector<double> maximum;
  /// Fitted value − maximum: the bias of the learnt ratio, as simulated events tell it.
  std::vector<double> correction;
  std::vector<double> correction_error;
  std::vector<double> hessian_error;  ///< from the likelihood's curvature: of the data alone, if r were exact
  double mean_ratio = 1.0;            ///< of r over the simulation at the maximum, before it is normalised
  std::vector<LikelihoodProfile> profiles;  ///< one a parameter
  std::vector<LikelihoodContour> contours;  ///< of fits of two parameters
};

}  // namespace trueup
