// Making a refinement's figures.
#include "result/refine_figures.hpp"

#include <algorithm>
#include <cmath>
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
  std::string pairs;
  for (std::size_t i = 0, number = 0; i < columns.size(); ++i) {
    for (std::size_t j = i + 1; j < columns.size(); ++j)
      pairs += fmt::format("{}{} {} with {}", pairs.empty() ? "" : ", ", ++number, columns[i], columns[j]);
  }
  FigurePanel panel{"correlation - that of full", 1.0, {}};
  panel.series = {correlation_series("fast", "nominal", samples.fast, samples.full, columns),
                  correlation_series("refined", "reweighted", samples.refined, samples.full, columns)};
  panel.marks = {{"", "target", 0.0, false}};
  return {source,
          "Pearson correlations",
          fmt::format("Differences from full simulation. Pairs: {}.", pairs),
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
