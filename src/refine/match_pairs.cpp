// Matching rows by their keys.
#include <trueup/pairs.hpp>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <trueup/error.hpp>

namespace trueup {
namespace {

/// Rows of a table in the order of their keys.
class KeyedRows {
 public:
  KeyedRows(const Table& table, const std::vector<std::string>& key, const std::string& what)
      : order_(table.rows()) {
    table.require_rows(what);
    table.require_finite(key, what);
    for (const std::string& name : key) columns_.push_back(table.values(name));
    std::iota(order_.begin(), order_.end(), 0u);
    std::sort(order_.begin(), order_.end(),
              [this](std::uint32_t a, std::uint32_t b) { return compare(a, *this, b) < 0; });
    refuse_repeats(key, what);
  }

  std::size_t rows() const { return order_.size(); }
  std::uint32_t operator[](std::size_t i) const { return order_[i]; }
  /// Negative, 0, positive: the key of row a here is below, equal to, above that of row b there.
  int compare(std::uint32_t a, const KeyedRows& there, std::uint32_t b) const {
    for (std::size_t k = 0; k < columns_.size(); ++k) {
      const float x = columns_[k][a], y = there.columns_[k][b];
      if (x != y) return x < y ? -1 : 1;
    }
    return 0;
  }

 private:
  void refuse_repeats(const std::vector<std::string>& key, const std::string& what) const {
    for (std::size_t i = 1; i < order_.size(); ++i) {
      if (compare(order_[i - 1], *this, order_[i]) != 0) continue;
      throw DataError(
          fmt::format("{}: rows {} and {} have the same key ({}); a key must name one event. Numbers above "
                      "2^24 lose digits in "
                      "32-bit columns: split them over several",
                      what, std::min(order_[i - 1], order_[i]), std::max(order_[i - 1], order_[i]),
                      fmt::join(key, ", ")));
    }
  }

  std::vector<std::span<const float>> columns_;
  std::vector<std::uint32_t> order_;
};

}  // namespace

MatchedPairs match_pairs(const Table& fast, const Table& full, const std::vector<std::string>& key) {
  const KeyedRows a(fast, key, "the fast table"), b(full, key, "the full table");
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (std::size_t i = 0, j = 0; i < a.rows() && j < b.rows();) {
    const int order = a.compare(a[i], b, b[j]);
    if (order == 0) pairs.emplace_back(a[i], b[j]);
    i += order <= 0 ? 1 : 0;
    j += order >= 0 ? 1 : 0;
  }
  if (pairs.empty()) {
    throw DataError(
        fmt::format("no row of the fast table has the key ({}) of a row of the full table; are both of the "
                    "same events?",
                    fmt::join(key, ", ")));
  }
  std::sort(pairs.begin(), pairs.end());
  std::vector<std::uint32_t> fast_rows, full_rows;
  for (const auto& [f, t] : pairs) {
    fast_rows.push_back(f);
    full_rows.push_back(t);
  }
  return {fast.select(fast_rows),
          full.select(full_rows),
          {pairs.size(), fast.rows() - pairs.size(), full.rows() - pairs.size()}};
}

}  // namespace trueup
