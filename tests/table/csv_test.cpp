// CSV: the dialects that are read, and errors that name line and column.
#include <gtest/gtest.h>

#include <cmath>

#include <core/files.hpp>
#include <core/temp_dir.hpp>
#include <table/sample_tables.hpp>
#include <trueup/error.hpp>
#include <trueup/table_io.hpp>

namespace trueup {
namespace {

using testing_support::message_of;
using testing_support::TempDir;

class Csv : public testing::Test {
 protected:
  Table read(const std::string& text, const std::vector<std::string>& columns = {}) {
    write_text_atomically(dir_ / "t.csv", text);
    return read_table(dir_ / "t.csv", columns);
  }
  std::string error(const std::string& text, const std::vector<std::string>& columns = {}) {
    return message_of<DataError>([&] { read(text, columns); });
  }
  static bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
  TempDir dir_;
};

TEST_F(Csv, ReadsNamesUnitsCommentsAndBlankLines) {
  const Table t = read("# made by hand\npt [GeV], eta ,\"a, b\"\n\n 1.5,2,+3 \n# between\n-1e-3,.5,1e2");
  EXPECT_EQ(t.column_names(), (std::vector<std::string>{"pt", "eta", "a, b"}));
  EXPECT_EQ(t.column("pt").unit, "GeV");
  EXPECT_EQ(t.column("eta").unit, "");
  EXPECT_EQ(t.rows(), 2U);
  EXPECT_EQ(t.values("pt")[1], -1e-3F);
  EXPECT_EQ(t.values("a, b")[0], 3.0F);
}

TEST_F(Csv, ReadsWindowsLinesAndByteOrderMark) {
  const Table t = read("\xEF\xBB\xBFx,y\r\n1,2\r\n3,4\r\n");
  EXPECT_EQ(t.column_names(), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(t.values("y")[1], 4.0F);
}

TEST_F(Csv, ReadsNaNInfinityAndNumbersBeyondFloat) {
  const Table t = read("x\nnan\ninf\n-inf\n1e300\n-1e60\n1e-300\n1e-42\n");
  EXPECT_TRUE(std::isnan(t.values("x")[0]));
  EXPECT_TRUE(std::isinf(t.values("x")[1]));
  EXPECT_LT(t.values("x")[2], 0);
  EXPECT_EQ(t.values("x")[3], std::numeric_limits<float>::infinity());
  EXPECT_EQ(t.values("x")[4], -std::numeric_limits<float>::infinity());
  EXPECT_EQ(t.values("x")[5], 0.0F);
  EXPECT_NEAR(t.values("x")[6], 1e-42F, 2e-45F);
}

TEST_F(Csv, TakesTheWeightColumnAsWeights) {
  const Table t = read("x,weight\n1,-0.5\n2,0\n");
  EXPECT_EQ(t.column_names(), (std::vector<std::string>{"x"}));
  EXPECT_EQ(t.weights()[0], -0.5F);
  EXPECT_EQ(t.weights()[1], 0.0F);
}

TEST_F(Csv, HeaderAloneIsAnEmptyTable) {
  EXPECT_EQ(read("x,y\n").rows(), 0U);
  EXPECT_EQ(read("x,y").columns().size(), 2U);
}

TEST_F(Csv, ErrorsNameLineAndColumn) {
  EXPECT_TRUE(contains(error("x,y\n1,2\n3,apple\n"), "line 3, column 'y': 'apple' is not a number"));
  EXPECT_TRUE(contains(error("x,y\n1,2,3\n"), "line 2 has 3 cells; the header names 2 columns"));
  EXPECT_TRUE(contains(error("x,y\n1\n"), "line 2 has 1 cells"));
  EXPECT_TRUE(contains(error("x,y\n1,\n"), "line 2, column 'y': the cell is empty; write nan"));
  EXPECT_TRUE(contains(error("x\n1.2.3\n"), "'1.2.3'"));
  EXPECT_TRUE(contains(error("x\n1e\n"), "'1e'"));
  EXPECT_TRUE(contains(error("x\n+-1\n"), "'+-1'"));
  EXPECT_TRUE(contains(error("x\n0x10\n"), "'0x10'"));
  EXPECT_TRUE(contains(error("x\ntrue\n"), "'true'"));
}

TEST_F(Csv, BadHeaders) {
  EXPECT_TRUE(contains(error("1,2\n3,4\n"), "expected a header line"));
  EXPECT_TRUE(contains(error("x,,y\n1,2,3\n"), "column 2 has no name"));
  EXPECT_TRUE(contains(error("x,y,x\n1,2,3\n"), "two columns are named 'x'"));
  EXPECT_TRUE(contains(error("# only a comment\n"), "no header line"));
  EXPECT_EQ(error("x,y,x\n1,2,3\n", {"y"}), "") << "of no concern when not asked for";
}

TEST_F(Csv, ColumnsNotAskedForMayHoldText) {
  const Table t = read("x,label\n1,signal\n2,noise\n", {"x"});
  EXPECT_EQ(t.values("x")[1], 2.0F);
  EXPECT_TRUE(contains(error("x,label\n1,signal\n"), "column 'label'"));
}

TEST_F(Csv, LinesLongerThanABlock) {
  std::string text = "x0";
  for (int c = 1; c < 40000; ++c) text += ",column_with_a_long_name_" + std::to_string(c);
  text += "\n0";
  for (int c = 1; c < 40000; ++c) text += ",1.00000000000000000000000000000" + std::to_string(c);
  const Table t = read(text, {"x0"});
  EXPECT_EQ(t.rows(), 1U);
}

TEST_F(Csv, RefusesNamesItCannotHold) {
  for (const char* name : {"pt [GeV]", "12", "a\nb", " padded "}) {
    Table table;
    table.add_column(name, {1});
    EXPECT_NE(message_of<DataError>([&] { write_table(table, dir_ / "out.csv"); }), "") << name;
  }
  EXPECT_EQ(dir_.entries(), 0U);
}

}  // namespace
}  // namespace trueup
