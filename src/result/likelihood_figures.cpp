// Figures of a likelihood's shape.
#include "result/likelihood_figures.hpp"

#include <cmath>

#include <fmt/format.h>

namespace trueup {
namespace {

constexpr int kParabolaPoints = 41;
constexpr double kShown = 3.0;  // errors to each side

std::string axis_label(const FittedParameter& parameter) {
  return parameter.unit.empty() ? parameter.name : parameter.name + ", " + parameter.unit;
}

/// What the interval says: ((θ − θ̂) / error)² with the error of either side.
FigureSeries interval_parabola(const FittedParameter& fitted) {
  FigureSeries series{"all shares of the error", "fit", "line", {}, {}};
  for (int i = 0; i < kParabolaPoints; ++i) {
    const double errors = kShown * (2.0 * i / (kParabolaPoints - 1) - 1.0);
    const double error = errors < 0.0 ? fitted.value - fitted.low : fitted.high - fitted.value;
    series.x.push_back(fitted.value + errors * error);
    series.y.push_back(errors * errors);
  }
  return series;
}

void add_truth(const FittedParameter& fitted, const std::map<std::string, double>& truth, Figure& figure) {
  const auto known = truth.find(fitted.name);
  if (known == truth.end()) return;
  figure.panels.front().marks.push_back({"truth", "truth", known->second, true});
}

Figure profile_figure(const FitResult& fit, std::size_t p, const std::map<std::string, double>& truth) {
  const FittedParameter& fitted = fit.parameters[p];
  const LikelihoodReport& report = *fit.likelihood;
  const LikelihoodProfile& profile = report.profiles[p];
  FigurePanel panel{"-2 log (L / L max)", 1.0, {}};
  panel.series.push_back(
      {"likelihood of the data, as learnt", "nominal", "dashed", profile.theta, profile.rise});
  panel.series.push_back(interval_parabola(fitted));
  panel.marks.push_back({"", "other", 1.0, false});
  panel.marks.push_back({"", "fit", fitted.value, true});
  panel.y_range = {0.0, kShown * kShown};
  Figure figure{"", "Likelihood of " + fitted.name, "", axis_label(fitted), {panel}};
  add_truth(fitted, truth, figure);
  figure.caption = fmt::format(
      "Dashed: the likelihood of the data with the learnt ratio, at its maximum over all other parameters; "
      "it rises by 1 "
      "at {:.5g} and {:.5g}. Simulated events of known {} move its maximum by {:+.3g} +- {:.3g}. Line: the "
      "result, "
      "with the finite simulation and the trainings in its error.",
      profile.low, profile.high, fitted.name, report.correction[p], report.correction_error[p]);
  return figure;
}

FigureSeries line_of(const std::vector<std::vector<double>>& points, const std::string& label,
                     const std::string& role, const std::string& style) {
  FigureSeries series{label, role, style, {}, {}};
  for (const std::vector<double>& point : points) {
    series.x.push_back(point[0]);
    series.y.push_back(point[1]);
  }
  return series;
}

Figure contour_figure(const FitResult& fit, const std::map<std::string, double>& truth) {
  const FittedParameter &a = fit.parameters[0], &b = fit.parameters[1];
  FigurePanel panel{axis_label(b), 1.0, {}};
  for (const LikelihoodContour& contour : fit.likelihood->contours) {
    const bool first = panel.series.empty();
    panel.series.push_back(line_of(contour.all, first ? "68 % and 95 %, all shares" : "", "fit", "line"));
    panel.series.push_back(line_of(contour.data, first ? "the same of the data's likelihood, as learnt" : "",
                                   "nominal", "dashed"));
  }
  panel.series.push_back({"fitted values", "fit", "cross", {a.value}, {b.value}});
  const auto x = truth.find(a.name), y = truth.find(b.name);
  if (x != truth.end() && y != truth.end()) {
    panel.series.push_back({"truth", "truth", "cross", {x->second}, {y->second}});
  }
  return {"",
          fmt::format("Contours of {} and {}", a.name, b.name),
          "Lines that hold both true values together with a probability of 68 % (inner) and 95 % (outer). "
          "Dashed: where "
          "the likelihood of the data with the learnt ratio puts them, before its bias is taken out and the "
          "other shares "
          "of the error are added.",
          axis_label(a),
          {panel}};
}

}  // namespace

std::vector<Figure> likelihood_figures(const FitResult& fit, const std::map<std::string, double>& truth) {
  std::vector<Figure> figures;
  if (!fit.likelihood || !fit.rejected.empty()) return figures;
  for (std::size_t p = 0; p < fit.likelihood->profiles.size(); ++p) {
    figures.push_back(profile_figure(fit, p, truth));
  }
  if (!fit.likelihood->contours.empty()) figures.push_back(contour_figure(fit, truth));
  return figures;
}

}  // namespace trueup
