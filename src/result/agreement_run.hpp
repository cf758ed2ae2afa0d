// Fits of the same data by other methods, compared with the main one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <trueup/fit.hpp>
#include <trueup/result.hpp>

namespace trueup {

/// A fit by another method; without a result when it found none.
struct OtherFit {
  FitMethod method = FitMethod::auc;
  std::optional<FitResult> fit;
  std::string why;  ///< there is none
};

/// Each with a seed of its own. DataError of a fit is kept; anything else is thrown as fit_parameters does.
std::vector<OtherFit> fit_by_others(const FitSamples& samples, const std::vector<Reweighter>& reweighters,
                                    const std::vector<FitOptions>& options, std::uint64_t seed,
                                    ThreadPool& pool, Monitor& monitor);

/// The main fit, and others on the same events.
struct ComparedFits {
  std::optional<FitResult> main;  ///< on fewer events; empty when it is the one that the run has
  std::vector<OtherFit> others;
  std::string note;  ///< on how many events, where fewer; or why there is nothing to compare
};

/// Fits by `others` on at most `events` data and simulated events each, chosen at random (0: all); on fewer than there are, the
/// main one as well. A generator's table and a background stay whole.
ComparedFits compare_fits(const FitSamples& samples, const std::vector<Reweighter>& reweighters,
                          const FitOptions& main, const std::vector<FitOptions>& others, std::size_t events,
                          ThreadPool& pool, Monitor& monitor);

/// One check for each pair of methods and parameter, which fails when they differ by more than four errors of the
/// difference; a method without a result fails, too. Values and errors go into the metrics as METHOD_value_PARAMETER,
/// METHOD_error_PARAMETER.
void add_agreement(FitMethod method, const FitResult& fit, const std::vector<OtherFit>& others,
                   Result& result);

}  // namespace trueup
