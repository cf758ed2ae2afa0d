// What toys say together: coverage within its binomial band, pulls, and the figure of both.
#pragma once

#include <string>
#include <vector>

#include <trueup/result.hpp>

#include "result/figure.hpp"
#include "study/rows.hpp"

namespace trueup {

/// Names of rows.
std::string coverage_row(const std::string& method, std::size_t events, bool all_retrained);
std::string pull_row(const std::string& method, std::size_t events, bool all_retrained);
inline constexpr const char* kNoticedRow = "wrong detector noticed";
std::string spoiled_row(const std::string& method);
inline constexpr const char* kSpoiledPlainRow = "error of the value, spoiled weights, plain moment";

/// Of coverage rows: 0.6827 within 2 binomial standard deviations. Of pull rows: the mean within 3/√n of 0, the width
/// within 0.08 or 2 of its own errors, 1/√(2n), of 1. Of the wrong detector: noticed by a check in 9 of 10. Of spoiled
/// weights: the bias is 0 within 0.002 or 3 standard errors. Other rows have none.
std::vector<Check> coverage_checks(const RowValues& row);

/// Histograms of the pulls, one panel a row, over the unit Gaussian.
Figure pull_figure(const std::vector<RowValues>& rows);

}  // namespace trueup
