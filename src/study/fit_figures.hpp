// The figures of a fit study (SRGN Figs 2, 3, 5 in one parameter, 6 and 7 in two).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <trueup/fit.hpp>
#include <trueup/reweighter.hpp>

#include "result/figure.hpp"
#include "study/auc_grid.hpp"
#include "study/fit_variant.hpp"
#include "study/samples.hpp"
#include "study/study.hpp"

namespace trueup {

/// The fit of the paper's method at one level.
struct FitOfLevel {
  const FitVariant& variant;
  FitResult fit;
};

struct FitFigureInput {
  const StudyConfig& config;
  const StudySamples& samples;
  const Table& data;
  const Table& simulation;
  const Reweighter& reweighter;
  const std::vector<FitOfLevel>& fits;
  const AucGrid& grid;
  ThreadPool& pool;
  Monitor& monitor;
  std::uint64_t seed;
};

/// Of one repetition: the nominal sample at both levels, reweighting to the parameters' `shown` values beside events
/// generated there and beside exact weights, and the AUC of both fits.
std::vector<Figure> fit_figures(const FitFigureInput& input);

/// Of all repetitions: how the fitted values scatter, one figure for each parameter.
std::vector<Figure> fitted_value_figures(const StudyConfig& config,
                                         const std::vector<Repetition>& repetitions);

}  // namespace trueup
