// Figures of a refinement: columns with ratios, correlations, scatter.
#pragma once

#include <string>
#include <vector>

#include <trueup/table.hpp>

#include "result/figure.hpp"

namespace trueup {

/// The same rows before and after refinement, and the full simulation.
struct RefinedSamples {
  const Table& fast;
  const Table& refined;
  const Table& full;
};

/// One column of the three with ratios to full; `source` is the paper's figure, or "".
Figure refined_column_figure(const std::string& source, const std::string& title, const std::string& column,
                             const RefinedSamples& samples);

/// Pearson correlation of every pair of columns that all three have, minus that of full, for fast and refined; the caption
/// names the pairs that are farthest off. `columns`: at least two.
Figure correlation_figure(const std::string& source, const std::vector<std::string>& columns,
                          const RefinedSamples& samples);

/// Points of two columns, at most `points` of each sample (Fast Perfekt, Figs 3 and 4, top).
Figure scatter_figure(const std::string& source, const std::string& title, const std::string& x,
                      const std::string& y, const RefinedSamples& samples, std::size_t points = 500);

}  // namespace trueup
