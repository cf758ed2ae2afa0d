// Rewriting columns block by block: the same table as if it were read whole, and nothing half done.
#include <gtest/gtest.h>

#include <filesystem>

#include <core/temp_dir.hpp>
#include <table/sample_tables.hpp>
#include <trueup/error.hpp>
#include <trueup/table_io.hpp>
#include <trueup/table_rewrite.hpp>

namespace trueup {
namespace {

using testing_support::expect_same_table;
using testing_support::message_of;
using testing_support::random_table;
using testing_support::TempDir;

/// Doubles one column and adds another to it.
void double_and_add(const ColumnBlock& block) {
  for (std::size_t r = 0; r < block.inputs[0].size(); ++r)
    block.outputs[0][r] = 2.0f * block.inputs[0][r] + block.inputs[1][r];
}

TEST(RewriteTable, IsWhatReadingItWholeWouldGive) {
  const TempDir folder;
  Table table = random_table(1000, 4, true, 2, 1);
  table.set_metadata("made", "here");
  const std::vector<std::string> names = table.column_names();
  const std::string from = (folder.path() / "a.h5").string();
  for (const std::size_t block : {1000u, 64u, 7u}) {
    write_table(table, from);
    const std::string to = (folder.path() / "b.h5").string();
    ASSERT_TRUE(can_rewrite(from, to));
    RewriteOptions options{{names[2], names[0]}, {names[2]}, block, {{"refined", "yes"}}};
    EXPECT_EQ(rewrite_table(from, to, options, double_and_add), 1000u);
    Table expected = table;
    for (std::size_t r = 0; r < table.rows(); ++r)
      expected.mutable_values(names[2])[r] = 2.0f * table.values(names[2])[r] + table.values(names[0])[r];
    expected.set_metadata("refined", "yes");
    expect_same_table(read_table(to), expected);
  }
}

TEST(RewriteTable, ReadsATableOfSeveralAndMayReplaceItsOwnFile) {
  const TempDir folder;
  const Table table = random_table(50, 2, false, 0, 2);
  const std::vector<std::string> names = table.column_names();
  const std::string file = (folder.path() / "many.h5").string(), out = (folder.path() / "one.h5").string();
  write_table(table, file + ":first");
  write_table(random_table(20, 1, false, 0, 3), file + ":second");
  const RewriteOptions options{{names[0], names[1]}, {names[0]}, 16};
  EXPECT_EQ(rewrite_table(file + ":first", out, options, double_and_add), 50u);
  EXPECT_EQ(rewrite_table(out, out, options, double_and_add), 50u);
  const float x = table.values(names[0])[7], y = table.values(names[1])[7];
  EXPECT_FLOAT_EQ(read_table(out).values(names[0])[7], 2.0f * (2.0f * x + y) + y);
}

TEST(RewriteTable, LeavesNothingBehindWhenTheWorkFails) {
  const TempDir folder;
  const Table table = random_table(100, 2, false, 0, 4);
  const std::string from = (folder.path() / "a.h5").string(), to = (folder.path() / "b.h5").string();
  write_table(table, from);
  const std::vector<std::string> names = table.column_names();
  EXPECT_THROW(rewrite_table(from, to, {names, {names[0]}, 30},
                             [](const ColumnBlock& block) {
                               if (block.first >= 60) throw DataError("row 77 is bad");
                             }),
               DataError);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
  EXPECT_NE(message_of<Error>([&] {
              rewrite_table(from, to, {{"nothing"}, {}}, double_and_add);
            }).find("nothing"),
            std::string::npos);
}

TEST(RewriteTable, OtherFormatsAreReadWhole) {
  const TempDir folder;
  const std::string h5 = (folder.path() / "a.h5").string(), csv = (folder.path() / "a.csv").string();
  write_table(random_table(10, 1, false, 0, 5), h5);
  write_table(random_table(10, 1, false, 0, 6), csv);
  EXPECT_FALSE(can_rewrite(csv, h5));
  EXPECT_FALSE(can_rewrite(h5, csv));
  EXPECT_FALSE(can_rewrite(h5, h5 + ":name"));
  EXPECT_THROW(rewrite_table(csv, h5, {}, double_and_add), ConfigError);
}

}  // namespace
}  // namespace trueup
