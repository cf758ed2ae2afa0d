// Histograms of weighted samples as figures.
#include "result/shape_figure.hpp"

#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

namespace trueup {
namespace {

constexpr std::size_t kBins = 50;

FigureSeries unit_area(const Histogram& h, const ShapeSample& sample) {
  const double total = std::accumulate(h.sums.begin(), h.sums.end(), 0.0);
  const bool points = sample.role == "target";
  FigureSeries series{sample.label, sample.role, points ? "points" : "steps", h.edges, {}, {}};
  for (std::size_t i = 0; i < h.sums.size(); ++i) {
    series.y.push_back(total > 0.0 ? h.sums[i] / total : 0.0);
    series.errors.push_back(total > 0.0 ? std::sqrt(h.squares[i]) / total : 0.0);
  }
  if (points) {
    series.x.clear();
    for (std::size_t i = 0; i < h.sums.size(); ++i) series.x.push_back(0.5 * (h.edges[i] + h.edges[i + 1]));
  }
  return series;
}

/// Without a label: the panel above has it.
FigureSeries ratio(const FigureSeries& series, const FigureSeries& target, const std::vector<double>& edges) {
  FigureSeries result{"", series.role, "points", {}, {}, {}};
  for (std::size_t i = 0; i < target.y.size(); ++i) {
    const double base = target.y[i];
    result.x.push_back(0.5 * (edges[i] + edges[i + 1]));
    result.y.push_back(base > 0.0 ? series.y[i] / base : std::numeric_limits<double>::quiet_NaN());
    result.errors.push_back(base > 0.0 ? series.errors[i] / base : 0.0);
  }
  return result;
}

}  // namespace

ShapeFigure shape_figure(const std::string& source, const std::string& title, const std::string& x_label,
                         const ShapeSample& target, const std::vector<ShapeSample>& samples) {
  const std::vector<double> edges = suggest_edges(target.values, kBins);
  const Histogram target_histogram = histogram(target.values, target.weights, edges);
  const FigureSeries target_series = unit_area(target_histogram, target);
  ShapeFigure result;
  result.figure = {
      source, title, "", x_label, {{"fraction of events", 2.2, {}}, {"ratio to target", 1.0, {}}}};
  FigurePanel& main = result.figure.panels[0];
  FigurePanel& below = result.figure.panels[1];
  below.marks.push_back({"", "target", 1.0, false});
  below.y_range = {0.75, 1.25};
  for (const ShapeSample& sample : samples) {
    const Histogram own = histogram(sample.values, sample.weights, edges);
    main.series.push_back(unit_area(own, sample));
    below.series.push_back(ratio(main.series.back(), target_series, edges));
    result.against_target.push_back(compare_shapes(own, target_histogram));
  }
  main.series.push_back(target_series);
  below.series.push_back(ratio(target_series, target_series, edges));
  return result;
}

std::string chi2_words(const ShapeFigure& figure, const std::vector<ShapeSample>& samples) {
  std::string text;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    text +=
        fmt::format("{}{} {:.3g}", i == 0 ? "" : ", ", samples[i].label, figure.against_target[i].per_ndof());
  }
  return text;
}

}  // namespace trueup
