// Whether rows of two tables can be pairs.
#include <trueup/pairs.hpp>

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/stats.hpp>

namespace trueup {
namespace {

constexpr double kSigmas = 5.0;
/// What the two simulations are told alike may have been through other files: a few units in a float's last place.
constexpr float kSame = 1e-6f;

[[noreturn]] void not_pairs(const std::string& reason) {
  throw DataError(
      fmt::format("the rows of the fast and the full table are not pairs: {}. Match them by a key, or use "
                  "the schedule 'mmd', which "
                  "needs no pairs",
                  reason));
}

/// Equal values of a column that is constant prove nothing.
bool varies(std::span<const float> values) {
  return std::any_of(values.begin(), values.end(), [&](float v) { return v != values.front(); });
}

void require_same(const std::string& name, std::span<const float> a, std::span<const float> b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::fabs(a[i] - b[i]) <= kSame * std::max(std::fabs(a[i]), std::fabs(b[i]))) continue;
    not_pairs(
        fmt::format("in row {} (counted from 0) '{}' is {} in one and {} in the other", i, name, a[i], b[i]));
  }
}

}  // namespace

void require_pairs(const Table& fast, const Table& full, const std::vector<std::string>& same,
                   const std::vector<std::string>& related) {
  if (fast.rows() != full.rows()) {
    not_pairs(fmt::format("the fast table has {} rows, the full one {}", fast.rows(), full.rows()));
  }
  fast.require_rows("the fast table");
  bool proven = false;
  for (const std::string& name : same) {
    if (!fast.has(name) || !full.has(name)) continue;
    require_same(name, fast.values(name), full.values(name));
    proven = proven || varies(fast.values(name));
  }
  if (proven || related.empty()) return;
  const double none = kSigmas / std::sqrt(static_cast<double>(fast.rows()));
  double largest = 0.0;
  for (const std::string& name : related) {
    largest = std::max(largest, std::fabs(pearson_correlation(fast.values(name), full.values(name), {})));
  }
  if (largest > none) return;
  not_pairs(fmt::format(
      "no refined column is correlated between them (at most {:.4f}; {:.4f} is 5 standard errors)", largest,
      none));
}

}  // namespace trueup
