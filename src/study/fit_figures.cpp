// Figures of a fit study as numbers and captions.
#include "study/fit_figures.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <trueup/random.hpp>

#include "study/rows.hpp"
#include "study/shape_figure.hpp"

namespace trueup {
namespace {

constexpr std::size_t kFewestForHistogram = 8;
constexpr std::size_t kValueBins = 16;

std::string theta_words(const StudyConfig& config, const std::vector<double>& theta) {
  std::string text;
  for (std::size_t p = 0; p < theta.size(); ++p)
    text += fmt::format("{}{} = {:.4g}", p == 0 ? "" : ", ", config.parameters[p].name, theta[p]);
  return text;
}

/// The columns of one level.
std::vector<std::string> columns_of(const Table& table, const std::string& prefix) {
  std::vector<std::string> names;
  for (const std::string& name : table.column_names()) {
    if (name.starts_with(prefix)) names.push_back(name);
  }
  return names;
}

Figure nominal_figure(const FitFigureInput& in) {
  const std::string gen = columns_of(in.simulation, "gen_").front();
  const std::string det = columns_of(in.simulation, "det_").front();
  ShapeFigure shapes =
      shape_figure(in.config.figure("nominal"), "The nominal sample before and after the detector", "x",
                   {"detector level", "detector", in.simulation.values(det), {}},
                   {{"generator level", "generator", in.simulation.values(gen), {}}});
  Figure figure = std::move(shapes.figure);
  figure.panels.resize(1);
  figure.caption = fmt::format(
      "{} events at {}. The detector's noise makes the distribution wider: the same shift of the parameter "
      "changes "
      "it less, so a fit at detector level is less precise.",
      in.simulation.rows(), theta_words(in.config, nominal_theta(in.config)));
  return figure;
}

Figure reweighting_figure(const FitFigureInput& in, const std::string& column, const Table& target,
                          const std::vector<float>& learnt, const std::vector<float>& exact) {
  const bool generator = column.starts_with("gen_");
  const std::string level = generator ? "generator level" : "detector level";
  std::vector<ShapeSample> samples{{"nominal", "nominal", in.simulation.values(column), {}},
                                   {"learnt weights", "reweighted", in.simulation.values(column), learnt}};
  if (!exact.empty()) samples.push_back({"exact weights", "exact", in.simulation.values(column), exact});
  const std::string where = theta_words(in.config, shown_theta(in.config));
  ShapeFigure shapes = shape_figure(in.config.figure("reweighting"), "Reweighting to " + where + ", " + level,
                                    column + ", " + level,
                                    {"generated at " + where, "target", target.values(column), {}}, samples);
  Figure figure = std::move(shapes.figure);
  figure.caption = fmt::format(
      "Nominal events, weighted to become events of {}, beside an independent sample generated there. {} "
      "chi2/ndof "
      "against that sample: {}.",
      where,
      generator
          ? "The weights were learnt here."
          : "The weights know generator-level values only, and turn the detector-level distribution as well.",
      chi2_words(shapes, samples));
  return figure;
}

/// Scan of one parameter: points, fitted curve and minimum of each level.
Figure auc_figure(const FitFigureInput& in) {
  const StudyParameter& parameter = in.config.parameters.front();
  Figure figure{in.config.figure("auc"),
                "AUC against " + parameter.name,
                "",
                parameter.name,
                {{"AUC, data against reweighted simulation", 1.0, {}}}};
  FigurePanel& panel = figure.panels.front();
  panel.marks.push_back({"truth", "truth", parameter.truth, true});
  panel.marks.push_back({"", "target", 0.5, false});
  std::string values;
  for (const FitOfLevel& level : in.fits) {
    const std::string role = level.variant.at_generator_level() ? "generator" : "detector";
    FigureSeries points{level.variant.level, role, "points", {}, {}, {}};
    for (const ScanPoint& point : level.fit.scan) {
      points.x.push_back(point.theta.front());
      points.y.push_back(point.auc);
      points.errors.push_back(point.auc_null_spread);
    }
    panel.series.push_back(points);
    const double fitted = level.fit.repetitions.front().front();
    panel.series.push_back({"", role, "cross", {fitted}, {level.fit.auc_at_minimum}, {}});
    values += fmt::format("{}{:.4f} at {}", values.empty() ? "" : " and ", fitted, level.variant.level);
  }
  figure.caption = fmt::format(
      "One repetition. Each point is a classifier trained afresh and judged on events that it never saw. The "
      "AUC "
      "comes down to 0.5 at the truth ({:.4g}) and rises faster at generator level, where nothing is "
      "smeared. "
      "Crosses: the fitted values, {}.",
      parameter.truth, values);
  return figure;
}

}  // namespace

std::vector<Figure> fit_figures(const FitFigureInput& in) {
  std::vector<Figure> figures;
  const std::vector<double> shown = shown_theta(in.config);
  const Table target = in.samples.at(shown, in.config.events.data, derive_seed(in.seed, "shown"));
  const std::vector<float> learnt = in.reweighter.weights(in.simulation, shown, in.pool);
  const SimulationCard there = in.samples.card_at(shown),
                       nominal = in.samples.card_at(nominal_theta(in.config));
  std::vector<float> exact;
  if (has_exact_density(there)) exact = exact_weights(there, nominal, in.simulation);
  if (in.config.parameters.size() == 1) figures.push_back(nominal_figure(in));
  for (const std::string& column : in.simulation.column_names())
    figures.push_back(reweighting_figure(in, column, target, learnt, exact));
  if (in.config.parameters.size() == 1) figures.push_back(auc_figure(in));
  for (const FitOfLevel& level : in.fits) {
    if (in.surface.points > 0) figures.push_back(auc_surface_figure(in, level));
  }
  return figures;
}

std::vector<Figure> fitted_value_figures(const StudyConfig& config,
                                         const std::vector<Repetition>& repetitions) {
  std::vector<Figure> figures;
  for (const StudyParameter& parameter : config.parameters) {
    Figure figure{"", "Fitted values of " + parameter.name, "", parameter.name, {{"repetitions", 1.0, {}}}};
    FigurePanel& panel = figure.panels.front();
    panel.marks.push_back({"truth", "truth", parameter.truth, true});
    std::vector<RowValues> shown;
    std::vector<float> all;
    for (RowValues& row : rows_of(repetitions)) {
      const bool own =
          row.name == parameter.name + ", generator level" || row.name == parameter.name + ", detector level";
      if (!own) continue;
      for (const double v : row.values) all.push_back(static_cast<float>(v));
      shown.push_back(std::move(row));
    }
    if (all.size() < 2 * kFewestForHistogram) continue;
    const auto [low, high] = std::minmax_element(all.begin(), all.end());
    const double margin = 0.05 * static_cast<double>(*high - *low) + 1e-9;
    std::vector<double> edges;
    for (std::size_t i = 0; i <= kValueBins; ++i) {
      edges.push_back(*low - margin + (*high - *low + 2.0 * margin) * static_cast<double>(i) / kValueBins);
    }
    for (const RowValues& row : shown) {
      const std::vector<float> values(row.values.begin(), row.values.end());
      const bool generator = row.name.ends_with("generator level");
      panel.series.push_back({generator ? "generator level" : "detector level",
                              generator ? "generator" : "detector",
                              "steps",
                              edges,
                              histogram(values, {}, edges).sums,
                              {}});
    }
    figure.caption =
        "One entry for each repetition, all with their own events and trainings. Their standard deviation is "
        "the error "
        "of one fit; the mean should lie on the truth.";
    figures.push_back(std::move(figure));
  }
  return figures;
}

}  // namespace trueup
