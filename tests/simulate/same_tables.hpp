// That two tables are the same to the bit, metadata included.
#pragma once

#include <gtest/gtest.h>

#include <trueup/table.hpp>

namespace trueup::testing_support {

inline void expect_same_tables(const Table& a, const Table& b) {
  ASSERT_EQ(a.column_names(), b.column_names());
  for (const Column& c : a.columns()) {
    EXPECT_EQ(c.values, b.column(c.name).values) << c.name;
    EXPECT_EQ(c.unit, b.column(c.name).unit) << c.name;
  }
  EXPECT_EQ(a.weights_or_ones(), b.weights_or_ones());
  ASSERT_EQ(a.groups().size(), b.groups().size());
  for (std::size_t g = 0; g < a.groups().size(); ++g) {
    EXPECT_EQ(a.groups()[g].name, b.groups()[g].name);
    EXPECT_EQ(a.groups()[g].offsets, b.groups()[g].offsets);
    ASSERT_EQ(a.groups()[g].columns.size(), b.groups()[g].columns.size());
    for (std::size_t c = 0; c < a.groups()[g].columns.size(); ++c)
      EXPECT_EQ(a.groups()[g].columns[c].values, b.groups()[g].columns[c].values);
  }
  EXPECT_EQ(a.metadata(), b.metadata());
}

}  // namespace trueup::testing_support
