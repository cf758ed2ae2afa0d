// The figures of a fit study (SRGN Figs 2, 3, 5 in one parameter, 6 and 7 in two).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <trueup/fit.hpp>
#include <trueup/reweighter.hpp>

#include "result/figure.hpp"
#include "study/fit_variant.hpp"
#include "study/samples.hpp"
#include "study/study.hpp"

namespace trueup {

/// The fit of the paper's method at one level.
struct FitOfLevel {
  const FitVariant& variant;
  FitResult fit;
};

/// Where and how the AUC of two parameters is drawn; points = 0: not at all.
struct SurfaceGrid {
  std::size_t points = 0;  ///< along each parameter
  std::size_t events = 0;  ///< of each sample, at most
  std::vector<double> low;
  std::vector<double> high;
  std::vector<std::size_t> hidden;
  TrainOptions training;
};

/// [surface] of a study with two parameters; nothing when there is no such section.
SurfaceGrid read_surface_grid(ConfigTable& root, const StudyConfig& config);

struct FitFigureInput {
  const StudyConfig& config;
  const StudySamples& samples;
  const Table& data;
  const Table& simulation;
  const Reweighter& reweighter;
  const std::vector<FitOfLevel>& fits;
  const SurfaceGrid& surface;
  ThreadPool& pool;
  Monitor& monitor;
  std::uint64_t seed;
};

/// The AUC over the grid at the level of `level`, with truth, nominal and fitted values.
Figure auc_surface_figure(const FitFigureInput& input, const FitOfLevel& level);

/// Of one repetition: the nominal sample at both levels, reweighting to the parameters' `shown` values beside events
/// generated there and beside exact weights, and the AUC of both fits.
std::vector<Figure> fit_figures(const FitFigureInput& input);

/// Of all repetitions: how the fitted values scatter, one figure for each parameter.
std::vector<Figure> fitted_value_figures(const StudyConfig& config,
                                         const std::vector<Repetition>& repetitions);

}  // namespace trueup
