// A figure of one column in several weighted samples, with their ratios to a target.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <trueup/stats.hpp>

#include "result/figure.hpp"

namespace trueup {

struct ShapeSample {
  std::string label;
  std::string role;
  std::span<const float> values;
  std::span<const float> weights;  ///< empty: 1
};

struct ShapeFigure {
  Figure figure;                                ///< without caption
  std::vector<ShapeComparison> against_target;  ///< one for each sample
};

/// Histograms with unit area and, below, their ratios to `target`, whose own errors are the ratio's points at 1.
/// Roles: "target" for the target; samples have their own.
ShapeFigure shape_figure(const std::string& source, const std::string& title, const std::string& x_label,
                         const ShapeSample& target, const std::vector<ShapeSample>& samples);

/// "nominal 523, learnt weights 1.1": χ²/ndof of each sample against the target.
std::string chi2_words(const ShapeFigure& figure, const std::vector<ShapeSample>& samples);

}  // namespace trueup
