// NumPy: arrays as NumPy writes them, byte by byte, and those that are no table.
#include <gtest/gtest.h>

#include <zlib.h>

#include <cstring>

#include <core/files.hpp>
#include <core/temp_dir.hpp>
#include <table/sample_tables.hpp>
#include <trueup/error.hpp>
#include <trueup/table_io.hpp>

namespace trueup {
namespace {

using testing_support::message_of;
using testing_support::TempDir;

template <typename T>
std::string bytes_of(const std::vector<T>& values, bool swapped = false) {
  std::string bytes;
  for (const T& value : values) {
    std::string one(sizeof(T), '\0');
    std::memcpy(one.data(), &value, sizeof(T));
    bytes += swapped ? std::string(one.rbegin(), one.rend()) : one;
  }
  return bytes;
}

/// A .npy file with this type, order and shape.
std::string npy(const std::string& type, const std::string& shape, const std::string& data,
                bool fortran = false) {
  std::string header = "{'descr': " + type + ", 'fortran_order': " + (fortran ? "True" : "False") +
                       ", 'shape': (" + shape + "), }";
  while ((10 + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string file("\x93NUMPY\x01\x00", 8);
  file += static_cast<char>(header.size() & 255);
  file += static_cast<char>(header.size() >> 8);
  return file + header + data;
}

class Numpy : public testing::Test {
 protected:
  Table read(const std::string& bytes, const std::vector<std::string>& columns = {}) {
    write_text_atomically(dir_ / "t.npy", bytes);
    return read_table(dir_ / "t.npy", columns);
  }
  std::string error(const std::string& bytes) {
    return message_of<DataError>([&] { read(bytes); });
  }
  static bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
  static std::vector<float> list(std::span<const float> v) { return {v.begin(), v.end()}; }
  TempDir dir_;
};

TEST_F(Numpy, ReadsEveryType) {
  const std::vector<float> expected = {1, 2, 100};
  const auto check = [&]<typename T>(const std::string& code, T) {
    const std::vector<T> values = {T(1), T(2), T(100)};
    for (const bool swapped : {false, true}) {
      const std::string type = std::string(swapped ? "'>" : "'<") + code + "'";
      EXPECT_EQ(list(read(npy(type, "3,", bytes_of(values, swapped))).values("c0")), expected) << type;
    }
  };
  check("f4", float{}), check("f8", double{});
  check("i1", std::int8_t{}), check("i2", std::int16_t{}), check("i4", std::int32_t{}),
      check("i8", std::int64_t{});
  check("u1", std::uint8_t{}), check("u2", std::uint16_t{}), check("u4", std::uint32_t{}),
      check("u8", std::uint64_t{});
  EXPECT_EQ(list(read(npy("'|b1'", "3,", std::string("\1\0\1", 3))).values("c0")),
            (std::vector<float>{1, 0, 1}));
  // Half precision: 1, -2, the smallest, the largest, infinity.
  const std::vector<std::uint16_t> half = {0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00};
  EXPECT_EQ(list(read(npy("'<f2'", "5,", bytes_of(half))).values("c0")),
            (std::vector<float>{1, -2, 0x1p-24F, 65504, std::numeric_limits<float>::infinity()}));
  EXPECT_EQ(read(npy("'<f8'", "1,", bytes_of(std::vector<double>{-1e300}))).values("c0")[0],
            -std::numeric_limits<float>::infinity());
}

TEST_F(Numpy, ReadsMatricesInBothOrders) {
  const std::string rows = bytes_of(std::vector<float>{1, 2, 3, 4, 5, 6});
  for (const bool fortran : {false, true}) {
    const Table t = read(npy("'<f4'", "2, 3", rows, fortran));
    EXPECT_EQ(t.column_names(), (std::vector<std::string>{"c0", "c1", "c2"}));
    EXPECT_EQ(list(t.values("c1")), fortran ? (std::vector<float>{3, 4}) : (std::vector<float>{2, 5}));
    EXPECT_EQ(list(read(npy("'<f4'", "2, 3", rows, fortran), {"c2"}).values("c2")),
              fortran ? (std::vector<float>{5, 6}) : (std::vector<float>{3, 6}));
  }
}

TEST_F(Numpy, ReadsRecordsWithPadding) {
  std::string data;
  for (int r = 0; r < 3; ++r) {
    data += bytes_of(std::vector<std::int32_t>{r}) + "pad!" + bytes_of(std::vector<double>{r + 0.5});
  }
  const Table t = read(npy("[('n', '<i4'), ('', '|V4'), ('pt', '<f8')]", "3,", data));
  EXPECT_EQ(list(t.values("n")), (std::vector<float>{0, 1, 2}));
  EXPECT_EQ(list(t.values("pt")), (std::vector<float>{0.5, 1.5, 2.5}));
}

TEST_F(Numpy, NamesOfOldHeadersAreLatin1) {
  const Table t = read(npy("[('\xE9ta', '<f4')]", "1,", std::string(4, '\0')));
  EXPECT_EQ(t.column_names(), (std::vector<std::string>{"\u00E9ta"}));
}

TEST_F(Numpy, RefusesWhatIsNoTable) {
  EXPECT_TRUE(contains(error(npy("'<c8'", "1,", std::string(8, '\0'))), "expected real numbers"));
  EXPECT_TRUE(contains(error(npy("'<U5'", "1,", std::string(20, '\0'))), "expected real numbers"));
  EXPECT_TRUE(contains(error(npy("'|O'", "1,", std::string(8, '\0'))), "expected real numbers"));
  EXPECT_TRUE(contains(error(npy("[('a', '|S3')]", "1,", "abc")), "field 'a'"));
  EXPECT_TRUE(contains(error(npy("[('a', '<f4', (2,))]", "1,", std::string(8, '\0'))), "several numbers"));
  EXPECT_TRUE(contains(error(npy("[('a', [('b', '<f4')])]", "1,", std::string(4, '\0'))), "itself a record"));
  EXPECT_TRUE(contains(error(npy("'<f4'", "", std::string(4, '\0'))), "0 dimensions"));
  EXPECT_TRUE(contains(error(npy("'<f4'", "1, 1, 1", std::string(4, '\0'))), "3 dimensions"));
  EXPECT_TRUE(
      contains(error(npy("[('a', '<f4'), ('a', '<f4')]", "1,", std::string(8, '\0'))), "two columns"));
  EXPECT_TRUE(contains(error(npy("'<f4'", "3,", std::string(8, '\0'))), "cut short"));
  EXPECT_TRUE(contains(error(npy("'<f4'", "99999999999999,", "")), "cut short"));
  EXPECT_TRUE(contains(error(npy("'<f4'", "99999999999, 99999999999", "")), "cut short"));
}

void put(std::string& bytes, std::uint64_t value, int n) {
  for (int i = 0; i < n; ++i, value >>= 8) bytes += static_cast<char>(value);
}

std::string deflated(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(text.size() + 1000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// A zip archive of deflated members, as numpy.savez_compressed makes it.
std::string compressed_zip(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string file, directory;
  for (const auto& [name, content] : members) {
    const std::string packed = deflated(content);
    std::string common;
    put(common, 20, 2), put(common, 0, 2), put(common, 8, 2), put(common, 0, 4);
    put(common, crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size())),
        4);
    put(common, packed.size(), 4), put(common, content.size(), 4), put(common, name.size(), 2),
        put(common, 0, 2);
    put(directory, 0x02014b50, 4), put(directory, 20, 2);
    directory += common;
    put(directory, 0, 10), put(directory, file.size(), 4);
    directory += name;
    put(file, 0x04034b50, 4);
    file += common + name + packed;
  }
  const std::size_t at = file.size(), count = members.size();
  file += directory;
  put(file, 0x06054b50, 4), put(file, 0, 4), put(file, count, 2), put(file, count, 2);
  put(file, directory.size(), 4), put(file, at, 4), put(file, 0, 2);
  return file;
}

TEST_F(Numpy, ReadsCompressedArchives) {
  std::vector<float> values(10000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i % 10);
  const std::string array = npy("'<f4'", "10000,", bytes_of(values));
  write_text_atomically(dir_ / "t.npz", compressed_zip({{"a.npy", array}, {"weight.npy", array}}));
  const Table t = read_table(dir_ / "t.npz");
  EXPECT_EQ(list(t.values("a")), values);
  EXPECT_EQ(list(t.weights()), values);
  EXPECT_EQ(read_table_info(dir_ / "t.npz").rows, 10000U);
}

TEST_F(Numpy, ArchivesThatAreNoTable) {
  const auto message = [&](const std::vector<std::pair<std::string, std::string>>& members) {
    write_text_atomically(dir_ / "t.npz", compressed_zip(members));
    const std::string text = message_of<DataError>([&] { read_table(dir_ / "t.npz"); });
    EXPECT_NE(message_of<DataError>([&] { read_table_info(dir_ / "t.npz"); }), "");
    return text;
  };
  const std::string two = npy("'<f4'", "2,", std::string(8, '\0')),
                    three = npy("'<f4'", "3,", std::string(12, '\0'));
  EXPECT_TRUE(
      contains(message({{"a.npy", two}, {"b.npy", three}}), "unequal length: 'a' has 2 rows, 'b' has 3"));
  EXPECT_TRUE(contains(message({{"a.txt", "hello"}}), "not a NumPy array"));
  EXPECT_TRUE(contains(message({{"a.npy", npy("'<f4'", "2, 1", std::string(8, '\0'))}}), "1-D"));
  EXPECT_TRUE(contains(message({{"a.npy", "garbage"}}), "not a NumPy array"));
}

TEST_F(Numpy, AFlippedBitIsFound) {
  Table table;
  table.add_column("x", std::vector<float>(100, 1.0F));
  write_table(table, dir_ / "t.npz");
  std::string bytes = read_text(dir_ / "t.npz");
  bytes[300] = static_cast<char>(bytes[300] ^ 1);
  write_text_atomically(dir_ / "t.npz", bytes);
  EXPECT_TRUE(contains(message_of<DataError>([&] { read_table(dir_ / "t.npz"); }), "checksum"));
}

}  // namespace
}  // namespace trueup
