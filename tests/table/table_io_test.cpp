// Round trips in every format over many shapes, and every way in which a file can be wrong.
#include <gtest/gtest.h>

#include <fstream>

#include <core/files.hpp>
#include <core/small_files.hpp>
#include <core/temp_dir.hpp>
#include <table/sample_tables.hpp>
#include <trueup/error.hpp>
#include <trueup/table_io.hpp>

namespace trueup {
namespace {

namespace fs = std::filesystem;
using testing_support::expect_same_table;
using testing_support::expect_same_values;
using testing_support::message_of;
using testing_support::message_on_full_disk;
using testing_support::random_table;
using testing_support::TempDir;

template <typename Action>
std::string data_error(const Action& action) {
  return message_of<DataError>(action);
}

/// Without waiting for the disk: some tests write thousands of files.
void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

class EveryFormat : public testing::TestWithParam<const char*> {
 protected:
  std::string file(const std::string& name = "t") const { return dir_ / (name + GetParam()); }
  bool is(const std::string& suffix) const { return suffix == GetParam(); }
  bool has_units() const { return is(".h5") || is(".csv"); }
  TempDir dir_;
};

TEST_P(EveryFormat, ComesBackAsItWas) {
  std::uint64_t seed = 0;
  for (const std::size_t rows : {0U, 1U, 2U, 17U, 3000U}) {
    for (const std::size_t columns : {1U, 2U, 20U}) {
      for (const bool weights : {false, true}) {
        for (const std::size_t groups : {0U, 1U, 3U}) {
          if (groups > 0 && !is(".h5")) continue;
          const Table table = random_table(rows, columns, weights, groups, ++seed);
          write_table(table, file());
          expect_same_table(read_table(file()), table, has_units());
          const TableInfo info = read_table_info(file());
          EXPECT_EQ(info.rows, rows);
          EXPECT_EQ(info.columns.size(), columns);
          EXPECT_EQ(info.has_weights, weights && rows > 0);
          EXPECT_EQ(info.groups.size(), groups);
        }
      }
    }
  }
  EXPECT_EQ(dir_.entries(), 1U) << "no temporary left";
}

TEST_P(EveryFormat, ReadsJustTheColumnsAskedFor) {
  const Table table = random_table(100, 5, true, 0, 3);
  write_table(table, file());
  const std::vector<std::string> names = table.column_names();
  const Table part = read_table(file(), {names[3], names[0], names[3]});
  EXPECT_EQ(part.column_names(), (std::vector<std::string>{names[3], names[0]}));
  expect_same_values(part.values(names[3]), table.values(names[3]), names[3]);
  expect_same_values(part.weights(), table.weights(), "weights");
}

TEST_P(EveryFormat, NamesTheNearestColumn) {
  Table table;
  table.add_column("jet_mass", {1});
  write_table(table, file());
  EXPECT_NE(data_error([&] { read_table(file(), {"jet_mas"}); }).find("did you mean 'jet_mass'"),
            std::string::npos);
  EXPECT_NE(data_error([&] { read_table(file(), {"q"}); }).find("it has 'jet_mass'"), std::string::npos);
}

TEST_P(EveryFormat, KeepsAwkwardNames) {
  Table table;
  for (const char* name : {"pt (gen)", "jets/0.pt", "it's", "τ21", "a%2Fb", "say \"x\"", "."}) {
    table.add_column(name, {1, 2});
  }
  write_table(table, file());
  expect_same_table(read_table(file()), table);
}

TEST_P(EveryFormat, IsToldFromContentWhateverTheName) {
  const Table table = random_table(10, 2, false, 0, 4);
  write_table(table, file());
  fs::rename(file(), dir_ / "misnamed.dat");
  expect_same_table(read_table(dir_ / "misnamed.dat"), table, has_units());
}

TEST_P(EveryFormat, ReplacesTheFile) {
  write_table(random_table(10, 2, false, 0, 5), file());
  const Table second = random_table(5, 1, false, 0, 6);
  write_table(second, file());
  expect_same_table(read_table(file()), second, has_units());
}

TEST_P(EveryFormat, ATruncatedFileIsAnErrorNotACrash) {
  write_table(random_table(200, 4, true, is(".h5") ? 1 : 0, 7), file());
  const std::string bytes = read_text(file());
  for (int part = 0; part < 40; ++part) {
    const std::size_t size = bytes.size() * static_cast<std::size_t>(part) / 40;
    write_bytes(file("cut"), bytes.substr(0, size));
    // A text file cut between two lines is a shorter table.
    if (is(".csv")) {
      try {
        EXPECT_LE(read_table(file("cut")).rows(), 200U);
      } catch (const DataError&) {
      }
    } else {
      EXPECT_NE(data_error([&] { read_table(file("cut")); }), "") << size << " of " << bytes.size();
    }
  }
}

TEST_P(EveryFormat, AlteredBytesAreAnErrorOrOtherValuesNeverACrash) {
  write_table(random_table(20, 3, true, 0, 8), file());
  const std::string bytes = read_text(file());
  RandomStream stream(1, "garbage");
  for (int attempt = 0; attempt < 400; ++attempt) {
    std::string altered = bytes;
    for (int i = 0; i < 3; ++i) {
      // Mostly in the first part, where the headers are.
      const std::uint64_t range =
          attempt % 2 == 0 ? std::min<std::uint64_t>(altered.size(), 600) : altered.size();
      altered[stream.below(range)] = static_cast<char>(stream.below(256));
    }
    write_bytes(file("altered"), altered);
    try {
      read_table(file("altered"));
      read_table_info(file("altered"));
    } catch (const DataError&) {
    }
  }
}

TEST_P(EveryFormat, GarbageIsAnError) {
  write_text_atomically(file(), "");
  EXPECT_NE(data_error([&] { read_table(file()); }), "");
  write_text_atomically(file(), std::string("\x00\x01\x02 garbage \xff\xfe", 15));
  EXPECT_NE(data_error([&] { read_table(file()); }), "");
}

TEST_P(EveryFormat, MissingFilesAndDirectories) {
  EXPECT_NE(data_error([&] { read_table(file("none")); }).find("does not exist"), std::string::npos);
  fs::create_directory(file("folder"));
  EXPECT_NE(data_error([&] { read_table(file("folder")); }).find("directory"), std::string::npos);
  EXPECT_NE(data_error([&] { read_table_info(file("folder")); }).find("directory"), std::string::npos);
}

TEST_P(EveryFormat, UnwritableOutputLeavesNothing) {
  const Table table = random_table(10, 2, false, 0, 9);
  const auto message = [&](const std::string& path) {
    return message_of<EnvironmentError>([&] { write_table(table, path); });
  };
  EXPECT_NE(message(dir_ / ("none/t" + std::string(GetParam()))).find("does not exist"), std::string::npos);
  fs::create_directory(file("folder"));
  EXPECT_NE(message(file("folder")).find("directory"), std::string::npos);
  EXPECT_EQ(dir_.entries(), 1U);
}

TEST_P(EveryFormat, AFullDiskIsAnErrorAndLeavesNothing) {
  const Table table = random_table(50000, 2, false, 0, 10);
  const std::string message = message_on_full_disk<EnvironmentError>([&] { write_table(table, file()); });
  EXPECT_NE(message, "");
  EXPECT_EQ(dir_.entries(), 0U);
  // And the next one works.
  write_table(table, file());
  expect_same_table(read_table(file()), table, has_units());
}

TEST_P(EveryFormat, NamesWithinTheFileAreForHdf5) {
  const Table table = random_table(4, 1, false, 0, 11);
  write_table(table, file());
  if (is(".h5")) {
    EXPECT_NE(data_error([&] { read_table(file() + ":other"); }).find("leave out ':other'"),
              std::string::npos);
  } else {
    EXPECT_NE(data_error([&] { read_table(file() + ":other"); }).find("one table only"), std::string::npos);
    EXPECT_THROW(write_table(table, file() + ":other"), ConfigError);
  }
}

TEST_P(EveryFormat, JaggedGroupsOnlyWhereTheyFit) {
  const Table table = random_table(4, 1, false, 1, 12);
  if (is(".h5")) return write_table(table, file());
  EXPECT_NE(data_error([&] { write_table(table, file()); }).find("jagged"), std::string::npos);
  EXPECT_EQ(dir_.entries(), 0U);
}

TEST_P(EveryFormat, AColumnNamedLikeTheWeights) {
  Table table;
  table.add_column("weight", {1, 2});
  table.set_weights({3, 4});
  if (is(".h5")) {
    write_table(table, file());
    expect_same_table(read_table(file()), table);
  } else {
    EXPECT_NE(data_error([&] { write_table(table, file()); }).find("'weight'"), std::string::npos);
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, EveryFormat, testing::Values(".h5", ".csv", ".npy", ".npz"),
                         [](const auto& format) { return std::string(format.param).substr(1); });

TEST(TableIo, UnknownSuffix) {
  TempDir dir;
  Table table;
  table.add_column("x", {1});
  EXPECT_NE(message_of<ConfigError>([&] { write_table(table, dir / "t.xls"); }).find(".h5"),
            std::string::npos);
  EXPECT_THROW(write_table(table, dir / "t"), ConfigError);
  EXPECT_EQ(dir.entries(), 0U);
}

TEST(TableIo, MetadataTravel) {
  TempDir dir;
  Table table;
  table.add_column("x", {1});
  table.set_metadata("card", "a = 1\n\"b:c\" = 2\\n\r\n");
  table.set_metadata("odd: key", "  spaces: kept");
  table.set_metadata("empty", "");
  table.set_metadata("long", std::string(200000, 'x'));
  for (const char* name : {"t.h5", "t.csv"}) {
    write_table(table, dir / name);
    EXPECT_EQ(read_table(dir / name).metadata(), table.metadata()) << name;
    EXPECT_EQ(read_table_info(dir / name).metadata, table.metadata()) << name;
  }
}

TEST(TableIo, RequireWritableTouchesNothing) {
  TempDir dir;
  require_writable(dir / "new.h5");
  EXPECT_EQ(dir.entries(), 0U);
  write_text_atomically(dir / "old.h5", "content");
  require_writable(dir / "old.h5");
  EXPECT_EQ(read_text(dir / "old.h5"), "content");
  EXPECT_THROW(require_writable(dir / "none/t.h5"), EnvironmentError);
  EXPECT_THROW(require_writable(dir.path()), EnvironmentError);
}

TEST(TablePath, SplitsAtTheRightColon) {
  const auto parts = [](const std::string& text) {
    const TablePath place = parse_table_path(text);
    return std::make_pair(place.path.string(), place.name);
  };
  using Parts = std::pair<std::string, std::string>;
  EXPECT_EQ(parts("a.h5"), (Parts{"a.h5", ""}));
  EXPECT_EQ(parts("a.h5:nominal"), (Parts{"a.h5", "nominal"}));
  EXPECT_EQ(parts("a.h5:group/table"), (Parts{"a.h5", "group/table"}));
  EXPECT_EQ(parts("run:1/a.h5"), (Parts{"run:1/a.h5", ""}));
  EXPECT_EQ(parts("run:1/a.h5:nominal"), (Parts{"run:1/a.h5", "nominal"}));
  EXPECT_EQ(parts("data:tree"), (Parts{"data:tree", ""})) << "no such file, no known suffix";
  EXPECT_THROW(parse_table_path(""), ConfigError);
  EXPECT_THROW(parse_table_path("a.h5:"), ConfigError);
  TempDir dir;
  write_text_atomically(dir / "data", "x\n1\n");
  write_text_atomically(dir / "b.h5:c", "x\n1\n");
  EXPECT_EQ(parts(dir / "data:tree"), (Parts{dir / "data", "tree"}));
  EXPECT_EQ(parts(dir / "b.h5:c"), (Parts{dir / "b.h5:c", ""})) << "an existing file is never split";
}

}  // namespace
}  // namespace trueup
