// χ² between the shapes of two weighted histograms.
#include <trueup/stats.hpp>

#include <numeric>

#include <trueup/error.hpp>

namespace trueup {
namespace {

/// Below this many effective events a bin's content is too far from Gaussian for a χ².
constexpr double kFewestEvents = 10.0;

double total_of(const Histogram& h) {
  return std::accumulate(h.sums.begin(), h.sums.end(), 0.0);
}

bool is_filled(const Histogram& h, std::size_t bin) {
  const double sum = h.sums[bin], squares = h.squares[bin];
  return squares > 0.0 && sum * sum >= kFewestEvents * squares;
}

}  // namespace

// χ² = Σ (a/A − b/B)² / (σa²/A² + σb²/B²). Its mean is k − P for k bins compared that hold a share P of the events:
// normalising takes away one degree of freedom when the bins left out are nearly empty, none when they hold the most.
ShapeComparison compare_shapes(const Histogram& a, const Histogram& b) {
  if (a.edges != b.edges) throw ConfigError("comparison of shapes: the histograms have different bin edges");
  const double total_a = total_of(a), total_b = total_of(b);
  ShapeComparison result;
  if (!(total_a > 0.0) || !(total_b > 0.0)) return result;  // one lies outside the edges: no bin to compare
  double share = 0.0;
  for (std::size_t bin = 0; bin < a.sums.size(); ++bin) {
    if (!is_filled(a, bin) || !is_filled(b, bin)) continue;
    const double pa = a.sums[bin] / total_a, pb = b.sums[bin] / total_b;
    const double variance = a.squares[bin] / (total_a * total_a) + b.squares[bin] / (total_b * total_b);
    result.chi2 += (pa - pb) * (pa - pb) / variance;
    result.ndof += 1;
    share += 0.5 * (pa + pb);
  }
  if (share > 0.5) result.ndof -= 1;
  return result;
}

}  // namespace trueup
