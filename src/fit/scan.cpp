// Scan of the AUC over one parameter: coarse over the range, fine around the minimum, which the curve's fit then finds.
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "fit/auc_curve.hpp"
#include "fit/search.hpp"

namespace trueup {

namespace {

constexpr int kMostMoves = 2;
// A centre this near to the edge of the fine window (fraction of its half width) has too few points on one side.
constexpr double kInnerPart = 0.6;
constexpr double kEdgePart = 0.01;

struct Window {
  double low;
  double high;
  double middle() const { return 0.5 * (low + high); }
  double half() const { return 0.5 * (high - low); }
};

Window window_around(double centre, double width, const ModelParameter& parameter) {
  const double half = 0.5 * width;
  const double middle = std::clamp(centre, parameter.low + half, parameter.high - half);
  return {middle - half, middle + half};
}

std::vector<std::vector<double>> points_of(Window window, std::size_t points) {
  std::vector<std::vector<double>> thetas;
  const double step = (window.high - window.low) / static_cast<double>(points - 1);
  for (std::size_t i = 0; i < points; ++i) {
    thetas.push_back({i + 1 == points ? window.high : window.low + step * static_cast<double>(i)});
  }
  return thetas;
}

std::vector<ScanPoint> scan(const AucObjective& objective, Window window, std::size_t points, bool fine,
                            Minimum& minimum, Monitor& monitor) {
  std::vector<ScanPoint> scanned;
  for (AucEvaluation& evaluation : objective(points_of(window, points))) {
    ScanPoint& point = evaluation.point;
    point.fine = fine;
    const bool lowest = std::all_of(scanned.begin(), scanned.end(),
                                    [&](const ScanPoint& other) { return point.auc < other.auc; });
    if (lowest) {
      minimum.record = std::move(evaluation.record);
    }
    monitor.message(LogLevel::debug, fmt::format("theta {:.6g}: AUC {:.5f}", point.theta.front(), point.auc));
    scanned.push_back(point);
    minimum.points.push_back(point);
  }
  return scanned;
}

double lowest_theta(const std::vector<ScanPoint>& points) {
  return std::min_element(points.begin(), points.end(),
                          [](const ScanPoint& a, const ScanPoint& b) { return a.auc < b.auc; })
      ->theta.front();
}

}  // namespace

Minimum scan_minimum(const AucObjective& objective, const ModelParameter& parameter,
                     const FitOptions& options, double start, Monitor& monitor) {
  Minimum minimum;
  const Window range{parameter.low, parameter.high};
  if (std::isnan(start)) {
    start = lowest_theta(scan(objective, range, options.coarse_points, false, minimum, monitor));
  }
  const double width = options.fine_window * (range.high - range.low);
  Window window = window_around(start, width, parameter);
  for (int move = 0;; ++move) {
    const auto points = scan(objective, window, options.fine_points, true, minimum, monitor);
    minimum.curve = fit_auc_curve(points, window.low, window.high);
    const bool inside = minimum.curve.slope > 0.0 &&
                        std::abs(minimum.curve.centre - window.middle()) < kInnerPart * window.half();
    const Window next = window_around(minimum.curve.slope > 0.0 ? minimum.curve.centre : lowest_theta(points),
                                      width, parameter);
    if (inside || move == kMostMoves || next.low == window.low) {
      break;
    }
    window = next;
  }
  minimum.theta = {minimum.curve.centre};
  const double edge = kEdgePart * (range.high - range.low);
  minimum.at_edge = !(minimum.curve.slope > 0.0) || minimum.curve.centre < range.low + edge ||
                    minimum.curve.centre > range.high - edge;
  return minimum;
}

}  // namespace trueup
