// Scan of an objective: coarse over the ranges, fine around the minimum, which the fit of a curve or surface then finds.
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "fit/auc_curve.hpp"
#include "fit/search.hpp"
#include "fit/surface.hpp"

namespace trueup {

namespace {

constexpr int kMostMoves = 2;
// A centre this near to the edge of the fine window (fraction of its half width) has too few points on one side.
constexpr double kInnerPart = 0.6;

/// A box in the parameters.
struct Window {
  std::vector<double> low;
  std::vector<double> high;
  double middle(std::size_t p) const { return 0.5 * (low[p] + high[p]); }
  double half(std::size_t p) const { return 0.5 * (high[p] - low[p]); }
};

Window whole_range(const std::vector<ModelParameter>& parameters) {
  Window window;
  for (const ModelParameter& p : parameters) window.low.push_back(p.low), window.high.push_back(p.high);
  return window;
}

Window window_around(const std::vector<double>& centre, double part,
                     const std::vector<ModelParameter>& parameters) {
  Window window;
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    const double half = 0.5 * part * (parameters[p].high - parameters[p].low);
    const double middle = std::clamp(centre[p], parameters[p].low + half, parameters[p].high - half);
    window.low.push_back(middle - half);
    window.high.push_back(middle + half);
  }
  return window;
}

/// One parameter: evenly from end to end. More: Roberts' additive recurrence, which fills a box evenly for any number of
/// points; the step in parameter p is g^−(p+1), with g the positive root of g^(P+1) = g + 1.
std::vector<std::vector<double>> points_of(const Window& window, std::size_t points) {
  const std::size_t P = window.low.size();
  double g = 2.0;
  for (int i = 0; i < 60; ++i) g = std::pow(1.0 + g, 1.0 / static_cast<double>(P + 1));
  std::vector<std::vector<double>> thetas;
  for (std::size_t i = 0; i < points; ++i) {
    std::vector<double> theta;
    for (std::size_t p = 0; p < P; ++p) {
      const double even = static_cast<double>(i) / static_cast<double>(points - 1);
      const double spread = 0.5 + static_cast<double>(i) * std::pow(g, -static_cast<double>(p + 1));
      const double part = P == 1 ? even : spread - std::floor(spread);
      theta.push_back(part == 1.0 ? window.high[p] : window.low[p] + part * (window.high[p] - window.low[p]));
    }
    thetas.push_back(std::move(theta));
  }
  return thetas;
}

std::vector<ScanPoint> scan(const Objective& objective, const Window& window, std::size_t points, bool fine,
                            Minimum& minimum, Monitor& monitor) {
  std::vector<ScanPoint> scanned;
  for (Evaluation& evaluation : objective.evaluate_all(points_of(window, points))) {
    ScanPoint& point = evaluation.point;
    point.fine = fine;
    monitor.message(LogLevel::debug, fmt::format("theta {:.6g}: objective {:.6f}",
                                                 fmt::join(point.theta, ", "), point.objective));
    scanned.push_back(point);
    minimum.add(std::move(evaluation));
  }
  return scanned;
}

std::vector<double> lowest_theta(const std::vector<ScanPoint>& points) {
  return std::min_element(points.begin(), points.end(),
                          [](const ScanPoint& a, const ScanPoint& b) { return a.objective < b.objective; })
      ->theta;
}

/// The minimum of a window's points, into minimum.theta and curve; false when they have none.
bool fit_window(const std::vector<ScanPoint>& points, const Window& window, FitMethod method,
                Minimum& minimum) {
  if (method == FitMethod::auc && window.low.size() == 1) {
    minimum.curve = fit_auc_curve(points, window.low.front(), window.high.front());
    const bool found = minimum.curve.slope > 0.0;
    minimum.theta = found ? std::vector<double>{minimum.curve.centre} : lowest_theta(points);
    return found;
  }
  const Surface surface = fit_surface(points, method);
  minimum.theta = surface.minimum;
  return surface.convex;
}

bool well_inside(const std::vector<double>& theta, const Window& window) {
  for (std::size_t p = 0; p < theta.size(); ++p) {
    if (!(std::abs(theta[p] - window.middle(p)) < kInnerPart * window.half(p))) return false;
  }
  return true;
}

}  // namespace

Minimum scan_minimum(const Objective& objective, const std::vector<ModelParameter>& parameters,
                     const FitOptions& options, const std::vector<double>& start, Monitor& monitor) {
  Minimum minimum;
  const Window range = whole_range(parameters);
  std::vector<double> centre = start;
  if (centre.empty()) {
    centre = lowest_theta(scan(objective, range, options.coarse_points, false, minimum, monitor));
  }
  Window window = window_around(centre, options.fine_window, parameters);
  bool found = false;
  for (int move = 0;; ++move) {
    const auto points = scan(objective, window, options.fine_points, true, minimum, monitor);
    found = fit_window(points, window, options.method, minimum);
    const Window next = window_around(minimum.theta, options.fine_window, parameters);
    if ((found && well_inside(minimum.theta, window)) || move == kMostMoves || next.low == window.low) break;
    window = next;
  }
  minimum.at_edge = !found || near_edge(parameters, minimum.theta);
  return minimum;
}

}  // namespace trueup
