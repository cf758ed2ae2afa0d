// Making a refinement's figures.
#include "result/refine_figures.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include <trueup/stats.hpp>

#include "result/shape_figure.hpp"

namespace trueup {
namespace {

FigureSeries scatter(const std::string& label, const std::string& role, const Table& table,
                     const std::string& x, const std::string& y, std::size_t points) {
  FigureSeries series{label, role, "points", {}, {}};
  for (std::size_t r = 0; r < std::min(points, table.rows()); ++r) {
    series.x.push_back(static_cast<double>(table.values(x)[r]));
    series.y.push_back(static_cast<double>(table.values(y)[r]));
  }
  return series;
}

constexpr std::size_t kPairsNamed = 3;  // of each sample

/// "a with b" of every pair of columns.
std::vector<std::string> pair_names(const std::vector<std::string>& columns) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    for (std::size_t j = i + 1; j < columns.size(); ++j)
      names.push_back(fmt::format("{} with {}", columns[i], columns[j]));
  }
  return names;
}

/// Differences of one sample's correlations from those of full, over pairs of columns.
FigureSeries correlation_series(const std::string& label, const std::string& role, const Table& sample,
                                const Table& full, const std::vector<std::string>& columns) {
  FigureSeries series{label, role, "points", {}, {}};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    for (std::size_t j = i + 1; j < columns.size(); ++j) {
      const auto of = [&](const Table& table) {
        return pearson_correlation(table.values(columns[i]), table.values(columns[j]), table.weights());
      };
      series.x.push_back(static_cast<double>(series.x.size() + 1));
      series.y.push_back(of(sample) - of(full));
    }
  }
  return series;
}

/// "a with b (+0.031), …": the pairs that are farthest off.
std::string farthest_pairs(const FigureSeries& series, const std::vector<std::string>& names) {
  std::vector<std::size_t> order(names.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const std::size_t named = std::min(kPairsNamed, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(named), order.end(),
                    [&](std::size_t a, std::size_t b) {
                      return std::pair(-std::abs(series.y[a]), a) < std::pair(-std::abs(series.y[b]), b);
                    });
  std::string text;
  for (std::size_t k = 0; k < named; ++k) {
    text += fmt::format("{}{} ({:+.3f})", text.empty() ? "" : ", ", names[order[k]], series.y[order[k]]);
  }
  return text;
}

}  // namespace

Figure refined_column_figure(const std::string& source, const std::string& title, const std::string& column,
                             const RefinedSamples& samples) {
  const std::vector<ShapeSample> shown = {
      {"fast", "nominal", samples.fast.values(column), samples.fast.weights()},
      {"refined", "reweighted", samples.refined.values(column), samples.refined.weights()}};
  ShapeFigure shapes = shape_figure(
      source, title, column, {"full", "target", samples.full.values(column), samples.full.weights()}, shown);
  shapes.figure.caption =
      fmt::format("On rows that trained nothing. chi2/ndof against full: {}.", chi2_words(shapes, shown));
  return std::move(shapes.figure);
}

Figure correlation_figure(const std::string& source, const std::vector<std::string>& columns,
                          const RefinedSamples& samples) {
  FigurePanel panel{"correlation - that of full", 1.0, {}};
  panel.series = {correlation_series("fast", "nominal", samples.fast, samples.full, columns),
                  correlation_series("refined", "reweighted", samples.refined, samples.full, columns)};
  panel.marks = {{"", "target", 0.0, false}};
  const std::vector<std::string> names = pair_names(columns);
  return {
      source,
      "Pearson correlations",
      fmt::format("Differences from full simulation, of all pairs of columns. Farthest off of fast: {}; of "
                  "refined: {}.",
                  farthest_pairs(panel.series[0], names), farthest_pairs(panel.series[1], names)),
      "pair of columns",
      {std::move(panel)}};
}

Figure scatter_figure(const std::string& source, const std::string& title, const std::string& x,
                      const std::string& y, const RefinedSamples& samples, std::size_t points) {
  FigurePanel panel{y, 1.0, {}};
  panel.series = {scatter("full", "target", samples.full, x, y, points),
                  scatter("fast", "nominal", samples.fast, x, y, points),
                  scatter("refined", "reweighted", samples.refined, x, y, points)};
  return {source, title, fmt::format("{} rows of each that trained nothing.", points), x, {std::move(panel)}};
}

}  // namespace trueup
