// HDF5: files of other programs, several tables in one file, damage.
#include <gtest/gtest.h>

#include <hdf5.h>

#include <core/files.hpp>
#include <core/temp_dir.hpp>
#include <table/sample_tables.hpp>
#include <trueup/error.hpp>
#include <trueup/table_io.hpp>

/// HDF5 itself loses memory when it gives up on a damaged file, and ROOT keeps much of its to the end. Read by the leak
/// sanitizer.
extern "C" const char* __lsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libhdf5\nleak:libCling\nleak:libCore\nleak:libRIO\nleak:libTree";
}  // NOLINT(bugprone-reserved-identifier)

namespace trueup {
namespace {

using testing_support::expect_same_table;
using testing_support::message_of;
using testing_support::random_table;
using testing_support::TempDir;

/// A file as another program writes it.
class Foreign {
 public:
  explicit Foreign(const std::string& path)
      : file_(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)) {}
  ~Foreign() { H5Fclose(file_); }

  void group(const std::string& name) {
    H5Gclose(H5Gcreate2(file_, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  }

  void data(const std::string& name, const std::vector<hsize_t>& shape, hid_t disk, hid_t memory,
            const void* values, bool compressed = false) {
    const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
    const hid_t options = H5Pcreate(H5P_DATASET_CREATE);
    if (compressed) {
      const std::vector<hsize_t> chunk(shape.size(), 2);
      H5Pset_chunk(options, static_cast<int>(chunk.size()), chunk.data());
      H5Pset_shuffle(options);
      H5Pset_deflate(options, 4);
    }
    const hid_t set = H5Dcreate2(file_, name.c_str(), disk, space, H5P_DEFAULT, options, H5P_DEFAULT);
    if (values != nullptr) H5Dwrite(set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(set), H5Pclose(options), H5Sclose(space);
  }

  void doubles(const std::string& name, const std::vector<double>& v, hid_t disk = H5T_IEEE_F64LE,
               bool packed = false) {
    data(name, {v.size()}, disk, H5T_NATIVE_DOUBLE, v.data(), packed);
  }

 private:
  hid_t file_;
};

class Hdf5 : public testing::Test {
 protected:
  std::string error(const std::string& name = "", const std::vector<std::string>& columns = {}) {
    return message_of<DataError>([&] { read_table(path_ + name, columns); });
  }
  static bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
  TempDir dir_;
  std::string path_ = dir_ / "foreign.h5";
};

std::vector<float> list(std::span<const float> values) {
  return {values.begin(), values.end()};
}

TEST_F(Hdf5, ReadsEveryNumericType) {
  const std::vector<hid_t> types = {H5T_IEEE_F64LE, H5T_IEEE_F32BE, H5T_STD_I8LE, H5T_STD_I16BE,
                                    H5T_STD_I32LE,  H5T_STD_I64LE,  H5T_STD_U8LE, H5T_STD_U16LE,
                                    H5T_STD_U32BE,  H5T_STD_U64LE};
  {
    Foreign file(path_);
    for (std::size_t i = 0; i < types.size(); ++i)
      file.doubles("c" + std::to_string(i), {1, 2, 100}, types[i], i % 2);
  }
  const Table table = read_table(path_);
  EXPECT_EQ(table.columns().size(), types.size());
  for (const Column& column : table.columns())
    EXPECT_EQ(column.values, (std::vector<float>{1, 2, 100})) << column.name;
}

TEST_F(Hdf5, ReadsBooleansOfOtherPrograms) {
  {
    Foreign file(path_);
    const hid_t type = H5Tenum_create(H5T_NATIVE_INT8);
    std::int8_t value = 0;
    H5Tenum_insert(type, "FALSE", &value);
    value = 1;
    H5Tenum_insert(type, "TRUE", &value);
    const std::vector<std::int8_t> flags = {1, 0, 1};
    file.data("flag", {3}, type, type, flags.data());
    H5Tclose(type);
  }
  EXPECT_EQ(list(read_table(path_).values("flag")), (std::vector<float>{1, 0, 1}));
}

TEST_F(Hdf5, TakesTheWeightDatasetAsWeights) {
  {
    Foreign file(path_);
    file.doubles("x", {1, 2});
    file.doubles("weight", {-1, 0});
  }
  const Table table = read_table(path_, {"x"});
  EXPECT_EQ(list(table.weights()), (std::vector<float>{-1, 0}));
  EXPECT_TRUE(read_table_info(path_).has_weights);
}

TEST_F(Hdf5, ReadsAMatrix) {
  std::vector<double> values(3000 * 7);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
  {
    Foreign file(path_);
    file.data("features", {3000, 7}, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, values.data());
  }
  const Table table = read_table(path_, {"c6", "c0"});
  EXPECT_EQ(table.rows(), 3000U);
  EXPECT_EQ(table.column_names(), (std::vector<std::string>{"c6", "c0"}));
  for (std::size_t r = 0; r < 3000; ++r) ASSERT_EQ(table.values("c6")[r], static_cast<float>(7 * r + 6));
  EXPECT_EQ(read_table_info(path_ + ":features").columns.size(), 7U);
}

TEST_F(Hdf5, ReadsRecords) {
  struct Record {
    double pt;
    int n;
  };
  const std::vector<Record> records = {{1.5, 2}, {3.5, 4}, {5.5, 6}};
  {
    Foreign file(path_);
    const hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(Record));
    H5Tinsert(type, "pt", offsetof(Record, pt), H5T_NATIVE_DOUBLE);
    H5Tinsert(type, "n", offsetof(Record, n), H5T_NATIVE_INT);
    file.group("deep");
    file.data("deep/events", {3}, type, type, records.data());
    H5Tclose(type);
  }
  const Table table = read_table(path_ + ":deep/events");
  EXPECT_EQ(list(table.values("pt")), (std::vector<float>{1.5, 3.5, 5.5}));
  EXPECT_EQ(list(table.values("n")), (std::vector<float>{2, 4, 6}));
  EXPECT_EQ(read_table(path_ + ":deep").rows(), 3U) << "the only one in its group";
  EXPECT_TRUE(contains(error(), "PATH:NAME; there are 'deep'"));
}

TEST_F(Hdf5, RefusesWhatIsNoTable) {
  {
    Foreign file(path_);
    file.group("unequal");
    file.doubles("unequal/a", {1, 2});
    file.doubles("unequal/b", {1});
    file.group("text");
    const hid_t text = H5Tcopy(H5T_C_S1);
    file.data("text/a", {2}, text, text, "ab");
    file.doubles("text/b", {1, 2});
    H5Tclose(text);
    file.group("empty");
    file.data("cube", {2, 2, 2}, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, nullptr);
  }
  EXPECT_TRUE(contains(error(":unequal"), "columns of unequal length: 'a' has 2 rows, 'b' has 1"));
  EXPECT_TRUE(contains(error(":text"), "column 'a' is not numeric"));
  EXPECT_EQ(read_table(path_ + ":unequal", {"b"}).rows(), 1U) << "others are of no concern";
  EXPECT_EQ(error(":text", {"b"}), "");
  EXPECT_TRUE(contains(error(":empty"), "no table"));
  EXPECT_TRUE(contains(error(":cube"), "3 dimensions"));
  EXPECT_TRUE(contains(error(":emty"), "did you mean 'empty'"));
}

TEST_F(Hdf5, HoldsSeveralTables) {
  const Table nominal = random_table(10, 2, true, 1, 1), scanned = random_table(20, 3, false, 0, 2);
  write_table(nominal, path_ + ":nominal");
  expect_same_table(read_table(path_), nominal);
  write_table(scanned, path_ + ":scanned");
  expect_same_table(read_table(path_ + ":nominal"), nominal);
  expect_same_table(read_table(path_ + ":scanned"), scanned);
  EXPECT_TRUE(contains(error(), "there are 'nominal', 'scanned'"));
  write_table(scanned, path_ + ":nominal");
  expect_same_table(read_table(path_ + ":nominal"), scanned);
  EXPECT_THROW(write_table(scanned, path_ + ":a/b"), ConfigError);
  write_table(nominal, path_);
  expect_same_table(read_table(path_), nominal);
  EXPECT_TRUE(
      contains(message_of<DataError>([&] { write_table(scanned, path_ + ":x"); }), "one table without name"));
  expect_same_table(read_table(path_), nominal);
  EXPECT_EQ(dir_.entries(), 1U);
}

TEST_F(Hdf5, ReadsGroupsByName) {
  const Table table = random_table(10, 2, true, 2, 3);
  write_table(table, path_);
  const Table part = read_table(path_, {"group1"});
  EXPECT_EQ(part.groups().size(), 1U);
  EXPECT_TRUE(part.columns().empty());
  EXPECT_EQ(part.group("group1").offsets, table.group("group1").offsets);
  EXPECT_TRUE(read_table(path_, {"x3"}).groups().empty());
}

TEST_F(Hdf5, TablesWithoutColumns) {
  Table table;
  table.set_weights({1, 2, 3});
  write_table(table, path_);
  expect_same_table(read_table(path_), table);
  write_table(Table(), path_);
  EXPECT_EQ(read_table(path_).rows(), 0U);
  table.clear_weights();
  write_table(table, path_);
  EXPECT_EQ(read_table(path_).rows(), 3U);
}

TEST_F(Hdf5, RefusesALayoutFromTheFuture) {
  write_table(random_table(2, 1, false, 0, 4), path_);
  const hid_t file = H5Fopen(path_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  H5Adelete(file, "trueup_schema");
  const hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, 7);
  const hid_t space = H5Screate(H5S_SCALAR);
  const hid_t attribute = H5Acreate2(file, "trueup_schema", type, space, H5P_DEFAULT, H5P_DEFAULT);
  H5Awrite(attribute, type, "table/9");
  H5Aclose(attribute), H5Sclose(space), H5Tclose(type), H5Fclose(file);
  EXPECT_TRUE(contains(error(), "'table/9' is newer"));
}

}  // namespace
}  // namespace trueup
