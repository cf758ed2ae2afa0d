// Figures of a fit study as numbers and captions.
#include "study/fit_figures.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include <trueup/random.hpp>

#include "result/likelihood_figures.hpp"
#include "result/shape_figure.hpp"
#include "study/rows.hpp"

namespace trueup {
namespace {

constexpr std::size_t kFewestForHistogram = 8;
constexpr std::size_t kValueBins = 16;
const std::vector<double> kContours{0.505, 0.52, 0.54, 0.57, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9};

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

/// The scans of several methods: what each minimises, and the AUC of the same classifiers.
Figure scan_figure(const FitFigureInput& in, const std::string& level) {
  const StudyParameter& parameter = in.config.parameters.front();
  Figure figure{in.config.figure("scan"),
                "What the methods minimise, " + level,
                "",
                parameter.name,
                {{"AUC", 1.0, {}}, {"log 2 - loss", 1.0, {}}}};
  std::string values;
  for (FigurePanel& panel : figure.panels) panel.marks.push_back({"", "truth", parameter.truth, true});
  for (const FitOfLevel& fit : in.fits) {
    if (fit.variant.level != level) continue;
    const bool auc = fit.variant.options.method == FitMethod::auc;
    const std::string label = fit.variant.method.empty() ? "AUC" : fit.variant.method;
    FigureSeries points{
        label, fit.variant.method == kRawLoss ? "partial" : auc ? "detector" : "exact", "points", {}, {}, {}};
    for (const ScanPoint& point : fit.fit.scan) {
      points.x.push_back(point.theta.front());
      points.y.push_back(auc ? point.auc : point.objective);
      points.errors.push_back(auc ? point.auc_null_spread : point.objective_error);
    }
    figure.panels[auc ? 0 : 1].series.push_back(std::move(points));
    values +=
        fmt::format("{}{} {:.4f}", values.empty() ? "" : ", ", label, fit.fit.repetitions.front().front());
  }
  figure.caption = fmt::format(
      "One repetition, data at {} = {:.4g} (line). Above the AUC; below how much better than guessing the "
      "loss is, with "
      "weights scaled to a fixed sum at each value (loss) and as they are (raw loss): what raw weights lose "
      "or win in "
      "their sum goes straight into it. Found: {}.",
      parameter.name, parameter.truth, values);
  return figure;
}

bool compares_methods(const FitFigureInput& in) {
  const bool scans = std::all_of(in.fits.begin(), in.fits.end(), [](const FitOfLevel& f) {
    return f.variant.options.minimiser == Minimiser::scan;
  });
  const bool several = std::any_of(in.fits.begin(), in.fits.end(),
                                   [](const FitOfLevel& f) { return !f.variant.method.empty(); });
  return scans && several && in.config.parameters.size() == 1;
}

std::vector<AucGridPoint> grid_of(const FitFigureInput& in, const FitVariant& variant) {
  return auc_over_grid(in.grid, in.data, in.simulation, variant.options, in.reweighter, in.seed, in.pool,
                       in.monitor);
}

bool is_view(const FitVariant& variant) {
  return variant.level.find(", ") != std::string::npos;
}

/// A panel for each level where views stand beside it at both, one for all otherwise (SRGN Fig. 10).
std::vector<FigurePanel> auc_panels(const FitFigureInput& in) {
  const auto has_view = [&](bool generator) {
    return std::any_of(in.fits.begin(), in.fits.end(), [&](const FitOfLevel& f) {
      return is_view(f.variant) && f.variant.at_generator_level() == generator;
    });
  };
  std::vector<FigurePanel> panels;
  if (has_view(true) && has_view(false)) {
    panels = {{"AUC, generator level", 1.0, {}}, {"AUC, detector level", 1.0, {}}};
  } else {
    panels = {{"AUC, data against reweighted simulation", 1.0, {}}};
  }
  for (FigurePanel& panel : panels) {
    panel.marks.push_back({"truth", "truth", in.config.parameters.front().truth, true});
    panel.marks.push_back({"", "target", 0.5, false});
  }
  return panels;
}

/// One parameter: the AUC and the fitted value of each level.
Figure auc_figure(const FitFigureInput& in) {
  const StudyParameter& parameter = in.config.parameters.front();
  Figure figure{in.config.figure("auc"), "AUC against " + parameter.name, "", parameter.name, auc_panels(in)};
  std::string values;
  for (const FitOfLevel& level : in.fits) {
    if (!level.variant.method.empty()) continue;
    const bool generator = level.variant.at_generator_level();
    FigurePanel& panel = generator ? figure.panels.front() : figure.panels.back();
    const std::string role = is_view(level.variant) ? "partial" : generator ? "generator" : "detector";
    FigureSeries points{level.variant.level, role, "points", {}, {}, {}};
    for (const AucGridPoint& point : grid_of(in, level.variant)) {
      points.x.push_back(point.theta.front());
      points.y.push_back(point.auc);
      points.errors.push_back(point.null_spread);
    }
    panel.series.push_back(points);
    const double fitted = level.fit.repetitions.front().front();
    panel.series.push_back({"", role, "cross", {fitted}, {0.5}, {}});
    values += fmt::format("{}{:.4f} at {}", values.empty() ? "" : " and ", fitted, level.variant.level);
  }
  figure.caption = fmt::format(
      "One repetition. Each point is a classifier trained afresh and judged on events that it never saw. The "
      "AUC comes down to 0.5 at the truth ({:.4g}) and rises the faster the more the classifier sees. "
      "Crosses: "
      "the fitted values, {}.",
      parameter.truth, values);
  return figure;
}

/// Two parameters: contours of the AUC at one level, with the fitted values.
Figure auc_surface_figure(const FitFigureInput& in, const FitOfLevel& level) {
  const StudyParameter &first = in.config.parameters.at(0), &second = in.config.parameters.at(1);
  FigureSurface surface{"AUC", in.grid.axis(0), in.grid.axis(1), {}, kContours};
  const std::vector<AucGridPoint> points = grid_of(in, level.variant);
  for (std::size_t j = 0; j < in.grid.points; ++j) {
    surface.z.emplace_back();
    for (std::size_t i = 0; i < in.grid.points; ++i)
      surface.z.back().push_back(points[j * in.grid.points + i].auc);
  }
  const std::vector<double>& found = level.fit.repetitions.front();
  Figure figure{
      in.config.figure("auc"), "AUC, " + level.variant.level, "", first.name, {{second.name, 1.0, {}}}};
  FigurePanel& panel = figure.panels.front();
  panel.surface = std::move(surface);
  panel.series = {{"nominal", "exact", "cross", {first.nominal}, {second.nominal}, {}},
                  {"truth", "truth", "points", {first.truth}, {second.truth}, {}},
                  {"fitted", "reweighted", "cross", {found[0]}, {found[1]}, {}}};
  figure.caption = fmt::format(
      "Contours of the AUC between data and reweighted simulation, each point of the grid a classifier of "
      "its own. It "
      "falls to 0.5 at the truth ({} = {:.4g}, {} = {:.4g}); the fit comes to {:.4f} and {:.4f}. Contours "
      "are closer "
      "together at generator level.",
      first.name, first.truth, second.name, second.truth, found[0], found[1]);
  return figure;
}

}  // namespace

namespace {

void add_likelihood_figures(const FitFigureInput& in, std::vector<Figure>& figures) {
  std::map<std::string, double> truth;
  for (const StudyParameter& p : in.config.parameters) truth[p.name] = p.truth;
  for (const FitOfLevel& level : in.fits) {
    for (Figure& figure : likelihood_figures(level.fit, truth)) {
      figure.title += ", " + level.variant.level;
      figures.push_back(std::move(figure));
    }
  }
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
  const bool both_levels =
      !columns_of(in.simulation, "gen_").empty() && !columns_of(in.simulation, "det_").empty();
  if (in.config.parameters.size() == 1 && both_levels) figures.push_back(nominal_figure(in));
  for (const std::string& column : in.simulation.column_names())
    figures.push_back(reweighting_figure(in, column, target, learnt, exact));
  if (compares_methods(in)) figures.push_back(scan_figure(in, in.fits.front().variant.level));
  add_likelihood_figures(in, figures);
  if (in.grid.points == 0) return figures;
  if (in.config.parameters.size() == 1) {
    figures.push_back(auc_figure(in));
  } else {
    for (const FitOfLevel& level : in.fits) {
      if (level.variant.method.empty()) figures.push_back(auc_surface_figure(in, level));
    }
  }
  return figures;
}

namespace {

/// The rows of fits to the study's own truth.
std::vector<RowValues> rows_of_parameter(const std::string& parameter,
                                         const std::vector<Repetition>& repetitions) {
  std::vector<RowValues> rows;
  for (RowValues& row : rows_of(repetitions)) {
    const bool shown = row.name.starts_with(parameter + ", ") && !row.name.ends_with(kUncorrected);
    if (shown && !row.values.empty()) rows.push_back(std::move(row));
  }
  return rows;
}

/// Methods have colours of their own; the paper's has that of its level.
std::string role_of_row(const std::string& row) {
  if (row.ends_with(", loss")) return "exact";
  if (row.ends_with(kRawLoss)) return "partial";
  return row.ends_with("generator level") ? "generator" : "detector";
}

std::vector<double> value_edges(const std::vector<RowValues>& rows) {
  double low = rows.front().values.front(), high = low;
  for (const RowValues& row : rows) {
    for (const double v : row.values) {
      low = std::min(low, v);
      high = std::max(high, v);
    }
  }
  const double margin = 0.05 * (high - low) + 1e-9;
  std::vector<double> edges;
  for (std::size_t i = 0; i <= kValueBins; ++i)
    edges.push_back(low - margin + (high - low + 2.0 * margin) * static_cast<double>(i) / kValueBins);
  return edges;
}

}  // namespace

std::vector<Figure> fitted_value_figures(const StudyConfig& config,
                                         const std::vector<Repetition>& repetitions) {
  std::vector<Figure> figures;
  if (repetitions.size() < kFewestForHistogram) return figures;
  for (const StudyParameter& parameter : config.parameters) {
    const std::vector<RowValues> rows = rows_of_parameter(parameter.name, repetitions);
    if (rows.empty()) continue;
    Figure figure{config.figure("values"),
                  "Fitted values of " + parameter.name,
                  "",
                  parameter.name,
                  {{"repetitions", 1.0, {}}}};
    FigurePanel& panel = figure.panels.front();
    panel.marks.push_back({"truth", "truth", parameter.truth, true});
    const std::vector<double> edges = value_edges(rows);
    for (const RowValues& row : rows) {
      const std::vector<float> values(row.values.begin(), row.values.end());
      panel.series.push_back({row.name.substr(parameter.name.size() + 2),
                              role_of_row(row.name),
                              "steps",
                              edges,
                              histogram(values, {}, edges).sums,
                              {}});
    }
    figure.caption =
        "One entry for each repetition, all with their own events and trainings. The width is the error of "
        "one fit; the "
        "mean should lie on the truth.";
    figures.push_back(std::move(figure));
  }
  return figures;
}

}  // namespace trueup
