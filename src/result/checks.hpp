// Quality checks: what a result must fulfil to be trusted, with a sentence for the reader.
#pragma once

#include <string>
#include <vector>

#include <trueup/fit.hpp>
#include <trueup/result.hpp>
#include <trueup/reweighter.hpp>

namespace trueup {

/// The weights of one training, at one θ, on the nominal sample.
struct WeightSummary {
  std::string label;  ///< "network 1"
  double mean = 0.0;
  double mean_error = 0.0;
  double effective_fraction = 0.0;
  double largest = 0.0;  ///< largest w / E[w]
};

/// "alphas = 0.15, mu = 1"
std::string theta_text(const std::vector<std::string>& names, const std::vector<double>& theta);

/// Mean weight: fails when off 1 by more than 5 of its errors and more than 5 %.
/// Effective fraction: fails below 1 %.
std::vector<Check> weight_checks(const std::vector<WeightSummary>& summaries, const std::string& where);

/// Mean weight, effective fraction, and the AUC of reweighted against generated events at each closure point: it fails
/// above 0.5 by more than 5 null spreads and more than 0.02.
std::vector<Check> closure_checks(const std::vector<ClosurePoint>& closure,
                                  const std::vector<std::string>& parameters);

/// Minima inside the range, an AUC at the minimum that says the samples agree (0.5 within 5 null spreads or 0.01), an
/// interval that is finite and has a width.
std::vector<Check> fit_checks(const FitResult& fit);

}  // namespace trueup
