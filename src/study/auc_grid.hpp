// The AUC between data and reweighted simulation over a grid of θ, for figures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <trueup/fit.hpp>
#include <trueup/monitor.hpp>
#include <trueup/reweighter.hpp>
#include <trueup/table.hpp>
#include <trueup/threads.hpp>
#include <trueup/trainer.hpp>

#include "study/study_config.hpp"

namespace trueup {

/// Where and how the AUC is drawn; points = 0: not at all.
struct AucGrid {
  std::size_t points = 0;   ///< along each parameter
  std::size_t events = 0;   ///< of each sample, at most
  std::vector<double> low;  ///< one a parameter
  std::vector<double> high;
  std::vector<std::size_t> hidden = {32, 32};
  std::vector<std::size_t> member_hidden = {32, 32};  ///< as `hidden`
  TrainOptions training;

  /// The values along parameter p.
  std::vector<double> axis(std::size_t p) const;
};

/// [grid] of a study with one or two parameters; nothing when there is no such section.
AucGrid read_auc_grid(ConfigTable& root, const StudyConfig& config);

struct AucGridPoint {
  std::vector<double> theta;
  double auc = 0.5;
  double null_spread = 0.0;
};

/// A classifier of its own at each point, between what a fit with `seen` compares, the first parameter running fastest; its AUC on events it never saw.
std::vector<AucGridPoint> auc_over_grid(const AucGrid& grid, const Table& data, const Table& simulation,
                                        const FitOptions& seen, const Reweighter& reweighter,
                                        std::uint64_t seed, ThreadPool& pool, Monitor& monitor);

}  // namespace trueup
