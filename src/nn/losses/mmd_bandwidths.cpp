// The median rule for the bandwidths of an MMD.
#include <trueup/mmd.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/random.hpp>

namespace trueup {
namespace {

/// Rows of a sample, without repeats, in the order of a random permutation.
std::vector<std::uint32_t> chosen_rows(std::span<const float> values, std::size_t columns,
                                       const MedianOptions& options, const char* name) {
  if (columns == 0 || values.size() % columns != 0)
    throw ConfigError(fmt::format("median bandwidths, {}: {} values are not rows of {} columns", name,
                                  values.size(), columns));
  if (values.empty()) throw DataError(fmt::format("median bandwidths, {}: there are no rows", name));
  if (options.rows == 0) throw ConfigError("median bandwidths: the subsample has no rows; use at least 1");
  RandomStream stream(options.seed, fmt::format("median bandwidths {}", name));
  std::vector<std::uint32_t> rows = random_permutation(values.size() / columns, stream);
  rows.resize(std::min(rows.size(), options.rows));
  return rows;
}

std::vector<double> column_of(std::span<const float> values, std::size_t columns, std::size_t column,
                              const std::vector<std::uint32_t>& rows, const char* name) {
  std::vector<double> found;
  for (const std::uint32_t row : rows) {
    const float x = values[row * columns + column];
    if (!std::isfinite(x))
      throw DataError(fmt::format("median bandwidths, {}: row {}, column {} is {}; values must be finite",
                                  name, row, column, x));
    found.push_back(static_cast<double>(x));
  }
  return found;
}

/// The upper median where the number of pairs is even.
double median_distance(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> distances;
  distances.reserve(a.size() * b.size());
  for (const double x : a) {
    for (const double y : b) distances.push_back(std::abs(x - y));
  }
  const auto middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
  std::nth_element(distances.begin(), middle, distances.end());
  return *middle;
}

}  // namespace

std::vector<double> median_bandwidths(std::span<const float> a, std::span<const float> b, std::size_t columns,
                                      const MedianOptions& options) {
  const std::vector<std::uint32_t> rows_a = chosen_rows(a, columns, options, "first sample");
  const std::vector<std::uint32_t> rows_b = chosen_rows(b, columns, options, "second sample");
  std::vector<double> bandwidths;
  for (std::size_t l = 0; l < columns; ++l) {
    const double median = median_distance(column_of(a, columns, l, rows_a, "first sample"),
                                          column_of(b, columns, l, rows_b, "second sample"));
    if (!(median > 0.0))
      throw DataError(fmt::format(
          "median bandwidths: in column {} more than half of the pairs are equal, so their median distance "
          "is 0; leave the column out, or give its bandwidth yourself",
          l));
    bandwidths.push_back(median);
  }
  return bandwidths;
}

}  // namespace trueup
