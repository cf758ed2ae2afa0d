// Table: what it accepts, what it refuses, and that rows stay together.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include <core/temp_dir.hpp>
#include <table/sample_tables.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

using testing_support::expect_same_table;
using testing_support::message_of;
using testing_support::random_table;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

template <typename Action>
std::string data_error(const Action& action) {
  return message_of<DataError>(action);
}

/// Row r holds r in the column, the weight and each of its r % 3 members.
Table numbered(std::size_t rows) {
  std::vector<float> values(rows);
  JaggedGroup group{"jets", {0}, {{"pt", "GeV", {}}}};
  for (std::size_t r = 0; r < rows; ++r) {
    values[r] = static_cast<float>(r);
    group.offsets.push_back(group.offsets.back() + r % 3);
    group.columns[0].values.insert(group.columns[0].values.end(), r % 3, values[r]);
  }
  Table table;
  table.add_column("x", values, "GeV");
  table.set_weights(values);
  table.add_group(group);
  table.set_metadata("seed", "1");
  return table;
}

void expect_rows(const Table& table, const std::vector<std::uint32_t>& rows) {
  ASSERT_EQ(table.rows(), rows.size());
  const JaggedGroup& jets = table.group("jets");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto value = static_cast<float>(rows[i]);
    EXPECT_EQ(table.values("x")[i], value);
    EXPECT_EQ(table.weights()[i], value);
    ASSERT_EQ(jets.offsets[i + 1] - jets.offsets[i], rows[i] % 3);
    for (std::uint64_t m = jets.offsets[i]; m < jets.offsets[i + 1]; ++m)
      EXPECT_EQ(jets.columns[0].values[m], value);
  }
  EXPECT_EQ(jets.columns[0].values.size(), jets.members());
  EXPECT_EQ(table.column("x").unit, "GeV");
  EXPECT_EQ(table.metadata().at("seed"), "1");
}

TEST(Table, StartsWithoutAnything) {
  Table table;
  EXPECT_EQ(table.rows(), 0U);
  EXPECT_TRUE(table.columns().empty());
  EXPECT_FALSE(table.has_weights());
  EXPECT_TRUE(table.weights_or_ones().empty());
}

TEST(Table, RefusesWrongLengths) {
  Table table;
  table.add_column("x", {1, 2, 3});
  EXPECT_EQ(data_error([&] { table.add_column("y", {1}); }), "column 'y' has 1 rows; the table has 3");
  EXPECT_EQ(data_error([&] { table.set_weights({1, 2}); }), "the weights has 2 rows; the table has 3");
  EXPECT_NE(data_error([&] { table.add_group({"g", {0, 0}, {}}); }), "");
  EXPECT_EQ(table.columns().size(), 1U);
  Table empty;
  empty.add_column("x", {});
  EXPECT_NE(data_error([&] { empty.add_column("y", {1}); }), "") << "0 rows are a shape, too";
}

TEST(Table, RefusesNamesInUseAndEmptyNames) {
  Table table;
  table.add_column("x", {1});
  EXPECT_NE(data_error([&] { table.add_column("x", {2}); }).find("already has"), std::string::npos);
  EXPECT_NE(data_error([&] { table.add_column("", {2}); }), "");
  EXPECT_NE(data_error([&] { table.add_group({"x", {0, 0}, {}}); }), "");
  table.add_group({"g", {0, 0}, {}});
  EXPECT_NE(data_error([&] { table.add_column("g", {2}); }), "");
  EXPECT_NE(data_error([&] { table.add_group({"g", {0, 0}, {}}); }), "");
}

TEST(Table, RefusesBrokenGroups) {
  Table table;
  EXPECT_NE(data_error([&] { table.add_group({"g", {}, {}}); }).find("start at 0"), std::string::npos);
  EXPECT_NE(data_error([&] { table.add_group({"g", {1, 2}, {}}); }).find("start at 0"), std::string::npos);
  EXPECT_NE(data_error([&] { table.add_group({"g", {0, 2, 1}, {}}); }).find("decrease"), std::string::npos);
  EXPECT_NE(data_error([&] {
              table.add_group({"g", {0, 2}, {{"a", "", {1}}}});
            }).find("2 members"),
            std::string::npos);
  EXPECT_NE(data_error([&] {
              table.add_group({"g", {0, 1}, {{"a", "", {1}}, {"a", "", {1}}}});
            }).find("two columns"),
            std::string::npos);
  EXPECT_EQ(table.rows(), 0U);
}

TEST(Table, NamesTheNearestColumn) {
  Table table;
  EXPECT_EQ(data_error([&] { table.column("x"); }), "the table has no column 'x'; it has no columns");
  table.add_column("jet_mass", {1});
  table.add_column("thrust", {1});
  EXPECT_EQ(data_error([&] { table.column("jetmass"); }),
            "the table has no column 'jetmass'; did you mean 'jet_mass'?");
  EXPECT_EQ(data_error([&] { table.values("q"); }),
            "the table has no column 'q'; it has 'jet_mass', 'thrust'");
  EXPECT_NE(data_error([&] { table.mutable_values("q"); }), "");
  EXPECT_NE(data_error([&] { table.remove_column("q"); }), "");
  EXPECT_NE(data_error([&] { table.group("q"); }), "");
}

TEST(Table, ChangesAndRemovesColumns) {
  Table table;
  table.add_column("x", {1, 2});
  table.add_column("y", {3, 4});
  table.mutable_values("x")[1] = 5;
  table.remove_column("y");
  EXPECT_EQ(table.column_names(), (std::vector<std::string>{"x"}));
  EXPECT_EQ(table.values("x")[1], 5.0F);
  EXPECT_EQ(table.weights_or_ones(), (std::vector<float>{1, 1}));
}

TEST(Table, SelectKeepsRowsTogether) {
  const Table table = numbered(20);
  expect_rows(table.select(std::vector<std::uint32_t>{5, 0, 19, 5}), {5, 0, 19, 5});
  expect_rows(table.select(std::vector<std::uint32_t>{}), {});
  expect_rows(table.slice(3, 6), {3, 4, 5});
  expect_rows(table.slice(20, 20), {});
  std::vector<std::uint8_t> keep(20);
  keep[2] = 1, keep[17] = 255;
  expect_rows(table.filter(keep), {2, 17});
}

TEST(Table, RefusesRowsThatAreNotThere) {
  const Table table = numbered(3);
  EXPECT_NE(data_error([&] { table.select(std::vector<std::uint32_t>{3}); }), "");
  EXPECT_NE(data_error([&] { table.slice(2, 4); }), "");
  EXPECT_NE(data_error([&] { table.slice(2, 1); }), "");
  EXPECT_NE(data_error([&] { table.filter(std::vector<std::uint8_t>(2)); }), "");
}

std::vector<std::uint32_t> rows_of(const Table& table) {
  std::vector<std::uint32_t> rows;
  for (const float v : table.values("x")) rows.push_back(static_cast<std::uint32_t>(v));
  return rows;
}

TEST(Table, ShuffleIsAPermutation) {
  RandomStream stream(1, "shuffle"), again(1, "shuffle");
  const Table table = numbered(200), shuffled = table.shuffle(stream);
  std::vector<std::uint32_t> rows = rows_of(shuffled);
  expect_rows(shuffled, rows);
  EXPECT_EQ(rows, rows_of(table.shuffle(again)));
  EXPECT_FALSE(std::is_sorted(rows.begin(), rows.end()));
  std::sort(rows.begin(), rows.end());
  EXPECT_EQ(rows, rows_of(table));
}

TEST(Table, SplitIsDisjointAndComplete) {
  for (const std::size_t n : {0U, 1U, 2U, 101U}) {
    for (const double fraction : {0.0, 0.25, 0.5, 1.0}) {
      RandomStream stream(1, "split");
      const auto [a, b] = numbered(n).split(fraction, stream);
      EXPECT_EQ(a.rows(), static_cast<std::size_t>(std::llround(fraction * static_cast<double>(n))));
      std::vector<std::uint32_t> rows = rows_of(a);
      const std::vector<std::uint32_t> rest = rows_of(b);
      rows.insert(rows.end(), rest.begin(), rest.end());
      std::sort(rows.begin(), rows.end());
      EXPECT_EQ(rows, rows_of(numbered(n)));
    }
  }
  RandomStream stream(1, "split");
  for (const double bad : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THROW(numbered(3).split(bad, stream), ConfigError);
  }
}

TEST(Table, AppendJoinsWhatSlicesTookApart) {
  const Table whole = random_table(50, 3, true, 2, 7);
  for (const std::size_t cut : {0U, 1U, 20U, 50U}) {
    Table joined = whole.slice(0, cut);
    joined.append(whole.slice(cut, 50));
    expect_same_table(joined, whole);
  }
  Table fresh;
  fresh.append(whole);
  expect_same_table(fresh, whole);
  Table twice = whole;
  twice.append(twice);
  EXPECT_EQ(twice.rows(), 100U);
  expect_same_table(twice.slice(50, 100), whole);
}

TEST(Table, AppendRefusesWhatDoesNotFit) {
  Table table, other;
  table.add_column("x", {1}, "GeV");
  other.add_column("y", {1}, "GeV");
  EXPECT_NE(data_error([&] { table.append(other); }).find("'x' in one table and 'y'"), std::string::npos);
  Table unit;
  unit.add_column("x", {1}, "MeV");
  EXPECT_NE(data_error([&] { table.append(unit); }).find("'MeV'"), std::string::npos);
  Table weighted = table;
  weighted.set_weights({2});
  EXPECT_NE(data_error([&] { table.append(weighted); }).find("weights"), std::string::npos);
  Table grouped = table;
  grouped.add_group({"g", {0, 0}, {}});
  EXPECT_NE(data_error([&] { table.append(grouped); }).find("groups"), std::string::npos);
  EXPECT_EQ(table.rows(), 1U);
}

TEST(Table, RequireFiniteNamesColumnRowAndCount) {
  Table table;
  table.add_column("good", {1, 2, 3, 4});
  table.add_column("bad", {1, kNaN, 3, std::numeric_limits<float>::infinity()});
  EXPECT_NO_THROW(table.require_finite({"good"}, "the data"));
  EXPECT_EQ(
      data_error([&] {
        table.require_finite({"good", "bad"}, "the data");
      }),
      "the data: column 'bad' not finite in 2 of 4 rows, first in row 1 (nan); mend or remove these rows");
  EXPECT_NE(data_error([&] { table.require_finite({"gone"}, "the data"); }), "");
  EXPECT_NO_THROW(table.require_finite_weights("the data"));
  table.set_weights({0, -1, 2, 3});
  EXPECT_NO_THROW(table.require_finite_weights("the data")) << "zero and negative weights are fine";
  table.set_weights({1, 1, kNaN, 1});
  EXPECT_NE(
      data_error([&] { table.require_finite_weights("the data"); }).find("weights not finite in 1 of 4"),
      std::string::npos);
}

TEST(Table, RequireRows) {
  EXPECT_NE(data_error([&] { Table().require_rows("the data"); }).find("the data is empty"),
            std::string::npos);
  EXPECT_NO_THROW(numbered(1).require_rows("the data"));
}

}  // namespace
}  // namespace trueup
