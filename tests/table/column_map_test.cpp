// Columns under other names, and from the members of groups, in files of our own layout.
#include <gtest/gtest.h>

#include <core/temp_dir.hpp>
#include <table/sample_tables.hpp>
#include <trueup/column_map.hpp>
#include <trueup/error.hpp>
#include <trueup/table_io.hpp>

namespace trueup {
namespace {

using testing_support::expect_same_table;
using testing_support::expect_same_values;
using testing_support::message_of;
using testing_support::TempDir;

/// Rows with 2, 0, 1 and 3 jets, and one missing energy each.
Table events() {
  Table table;
  table.add_column("x", {1, 2, 3, 4}, "mm");
  table.add_column("Jet.odd[1]", {5, 6, 7, 8});
  table.add_group({"Jet",
                   {0, 2, 2, 3, 6},
                   {{"PT", "GeV", {10, 11, 12, 13, 14, 15}},
                    {"Tau[0]", "", {1, 2, 3, 4, 5, 6}},
                    {"Tau[1]", "", {-1, -2, -3, -4, -5, -6}}}});
  table.add_group({"MissingET", {0, 1, 2, 3, 4}, {{"MET", "GeV", {20, 30, 40, 50}}}});
  table.set_weights({1, 2, 1, 2});
  table.set_metadata("card", "none");
  return table;
}

class ColumnMaps : public testing::Test {
 protected:
  void SetUp() override { write_table(events(), file_); }
  Table read(const std::vector<std::string>& columns, const ColumnMap& map = {}) const {
    return read_table(file_, columns, map);
  }
  template <typename E = DataError>
  std::string complaint(const std::vector<std::string>& columns, const ColumnMap& map = {}) const {
    return message_of<E>([&] { read(columns, map); });
  }
  TempDir dir_;
  std::string file_ = dir_ / "t.h5";
};

TEST_F(ColumnMaps, WithoutAMapColumnsAreThoseOfTheFile) {
  expect_same_table(read({}), events());
  EXPECT_EQ(read({"x"}).column_names(), std::vector<std::string>{"x"});
  expect_same_values(read({"Jet.odd[1]"}).values("Jet.odd[1]"), std::vector<float>{5, 6, 7, 8},
                     "a column comes first");
}

TEST_F(ColumnMaps, MembersAreColumnsUnderTheirNames) {
  const Table table = read({"MissingET.MET", "x", "MissingET.MET[0]"});
  EXPECT_EQ(table.column_names(), (std::vector<std::string>{"MissingET.MET", "x", "MissingET.MET[0]"}));
  EXPECT_TRUE(table.groups().empty());
  for (const char* name : {"MissingET.MET", "MissingET.MET[0]"}) {
    expect_same_values(table.values(name), std::vector<float>{20, 30, 40, 50}, name);
    EXPECT_EQ(table.column(name).unit, "GeV");
  }
  expect_same_values(table.weights(), events().weights(), "weights");
  EXPECT_EQ(table.metadata().at("card"), "none");
}

TEST_F(ColumnMaps, RowsWithTooFewMembersAreAnErrorUnlessTheyGetAValue) {
  const std::string message = complaint({"Jet.PT[1]"});
  EXPECT_NE(message.find("2 of 4 rows have no 'Jet.PT[1]' (the first is row 1, which has 0)"),
            std::string::npos)
      << message;
  const Table table = read({"second", "x"}, {{"second", {"Jet.PT[1]", -1.0F}}});
  expect_same_values(table.values("second"), std::vector<float>{11, -1, -1, 14}, "second");
  expect_same_values(read({"tau"}, {{"tau", {"Jet.Tau[0][1]", 0.0F}}}).values("tau"),
                     std::vector<float>{-1, 0, -3, -4}, "the first index is the object's");
}

TEST_F(ColumnMaps, WithoutAnIndexThereMustBeOneEach) {
  const std::string message = complaint({"Jet.PT"});
  EXPECT_NE(message.find("row 0 has 2. Say which one, as 'Jet.PT[0]', or take the group 'Jet'"),
            std::string::npos)
      << message;
}

TEST_F(ColumnMaps, ColumnsGroupsAndWeightsTakeOtherNames) {
  const Table table =
      read({"y", "jets"},
           {{"y", {"x"}}, {"jets", {"Jet"}}, {"weight", {"MissingET.MET"}}, {"unused", {"nothing"}}});
  EXPECT_EQ(table.column_names(), std::vector<std::string>{"y"});
  expect_same_values(table.values("y"), events().values("x"), "y");
  EXPECT_EQ(table.group("jets").columns.size(), 3U);
  EXPECT_EQ(table.group("jets").name, "jets");
  expect_same_values(table.weights(), std::vector<float>{20, 30, 40, 50}, "weights");
}

TEST_F(ColumnMaps, AWholeTableGetsTheColumnsOfTheMapToo) {
  const Table table = read({}, {{"met", {"MissingET.MET"}}, {"x", {"Jet.odd[1]"}}});
  EXPECT_EQ(table.groups().size(), 2U);
  expect_same_values(table.values("met"), std::vector<float>{20, 30, 40, 50}, "met");
  expect_same_values(table.values("x"), std::vector<float>{5, 6, 7, 8}, "x");
}

TEST_F(ColumnMaps, WhatMeansNothingIsAnError) {
  EXPECT_NE(complaint({"a"}, {{"a", {"xx"}}}).find("did you mean 'x'?"), std::string::npos);
  EXPECT_NE(complaint({"Jet.PT[x]"}).find("no column 'Jet.PT[x]'"), std::string::npos);
  EXPECT_NE(complaint({"Jet.PT[-1]"}).find("no column"), std::string::npos);
  EXPECT_NE(complaint<ConfigError>({"a"}, {{"a", {"x", 0.0F}}}).find("is no member of a group"),
            std::string::npos);
}

}  // namespace
}  // namespace trueup
