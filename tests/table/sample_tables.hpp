// Tables of many shapes, and what it means that two are the same.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include <trueup/table.hpp>

namespace trueup::testing_support {

inline std::vector<float> random_values(std::size_t n, RandomStream& stream) {
  std::vector<float> values(n);
  for (float& v : values) v = static_cast<float>(stream.normal() * std::exp(10 * stream.normal()));
  return values;
}

inline JaggedGroup random_group(const std::string& name, std::size_t rows, std::size_t columns,
                                RandomStream& stream) {
  JaggedGroup group{name, {0}, {}};
  for (std::size_t r = 0; r < rows; ++r) group.offsets.push_back(group.offsets.back() + stream.below(4));
  for (std::size_t c = 0; c < columns; ++c) {
    group.columns.push_back(
        {"m" + std::to_string(c), c == 0 ? "GeV" : "", random_values(group.members(), stream)});
  }
  return group;
}

/// rows × columns with units, NaN and infinities among the values; weights of both signs.
inline Table random_table(std::size_t rows, std::size_t columns, bool weights, std::size_t groups,
                          std::uint64_t seed) {
  RandomStream stream(seed, "table");
  Table table;
  for (std::size_t c = 0; c < columns; ++c) {
    std::vector<float> values = random_values(rows, stream);
    if (rows > 3) {
      values[1] = std::numeric_limits<float>::quiet_NaN();
      values[2] = std::numeric_limits<float>::infinity();
      values[3] = -std::numeric_limits<float>::infinity();
    }
    // Columns out of alphabetical order.
    table.add_column("x" + std::to_string((c * 7 + 3) % 101), std::move(values), c % 2 == 0 ? "GeV" : "");
  }
  if (weights) {
    std::vector<float> w = random_values(rows, stream);
    if (rows > 0) w[0] = 0.0F;
    table.set_weights(std::move(w));
  }
  for (std::size_t g = 0; g < groups; ++g) {
    table.add_group(random_group("group" + std::to_string(g), rows, g + 1, stream));
  }
  return table;
}

/// Same numbers, NaN equal to NaN.
inline void expect_same_values(std::span<const float> a, std::span<const float> b, const std::string& name) {
  ASSERT_EQ(a.size(), b.size()) << name;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ASSERT_TRUE(a[i] == b[i] || (a[i] != a[i] && b[i] != b[i]))
        << name << "[" << i << "] " << a[i] << " " << b[i];
  }
}

inline void expect_same_columns(const std::vector<Column>& a, const std::vector<Column>& b,
                                bool units = true) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t c = 0; c < a.size(); ++c) {
    EXPECT_EQ(a[c].name, b[c].name);
    if (units) {
      EXPECT_EQ(a[c].unit, b[c].unit);
    }
    expect_same_values(a[c].values, b[c].values, a[c].name);
  }
}

inline void expect_same_table(const Table& a, const Table& b, bool units = true) {
  EXPECT_EQ(a.rows(), b.rows());
  expect_same_columns(a.columns(), b.columns(), units);
  EXPECT_EQ(a.has_weights(), b.has_weights());
  expect_same_values(a.weights(), b.weights(), "weights");
  ASSERT_EQ(a.groups().size(), b.groups().size());
  for (std::size_t g = 0; g < a.groups().size(); ++g) {
    EXPECT_EQ(a.groups()[g].name, b.groups()[g].name);
    EXPECT_EQ(a.groups()[g].offsets, b.groups()[g].offsets);
    expect_same_columns(a.groups()[g].columns, b.groups()[g].columns, units);
  }
}

}  // namespace trueup::testing_support
