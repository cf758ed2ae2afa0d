// NumPy .npy files: structured arrays by field, plain arrays as columns c0, c1, …
#include <table/io/npy.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <type_traits>

#include <fmt/format.h>

#include <table/io/columns.hpp>
#include <table/io/formats.hpp>
#include <trueup/error.hpp>

namespace trueup::io {
namespace {

template <typename T>
float to_float(T value) {
  if constexpr (std::is_same_v<T, double>) {
    constexpr double kLargest = std::numeric_limits<float>::max();
    if (std::fabs(value) > kLargest)
      return std::copysign(std::numeric_limits<float>::infinity(), value > 0 ? 1.F : -1.F);
  }
  return static_cast<float>(value);
}

/// IEEE binary16.
float half_to_float(std::uint16_t bits) {
  const int exponent = bits >> 10 & 31;
  const auto fraction = static_cast<float>(bits & 1023);
  float value = 0;
  if (exponent == 0)
    value = std::ldexp(fraction, -24);
  else if (exponent < 31)
    value = std::ldexp(1024.0F + fraction, exponent - 25);
  else
    value = fraction == 0 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
  return (bits & 0x8000) != 0 ? -value : value;
}

template <typename T, typename Convert>
void decode(const char* bytes, std::size_t stride, bool swapped, std::vector<float>& values,
            const Convert& convert) {
  for (float& value : values) {
    char raw[sizeof(T)];
    std::memcpy(raw, bytes, sizeof(T));
    if (swapped) std::reverse(raw, raw + sizeof(T));
    T number;
    std::memcpy(&number, raw, sizeof(T));
    value = convert(number);
    bytes += stride;
  }
}

/// The array of a file, with its columns as views of the bytes on disk.
struct NpyFile {
  NpyHeader header;
  std::size_t rows = 0;
  std::vector<std::string> names;
  std::ifstream in;
};

NpyFile open_npy(const std::filesystem::path& path) {
  NpyFile file;
  file.in.open(path, std::ios::binary);
  std::string head(1 << 20, '\0');
  file.in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(file.in.gcount()));
  file.header = parse_npy_header(head, path);
  const NpyHeader& h = file.header;
  const bool structured = !h.fields.front().name.empty();
  if (h.shape.empty() || h.shape.size() > (structured ? 1 : 2)) {
    bad_file(path, fmt::format("the array has {} dimensions; expected {}", h.shape.size(),
                               structured ? "1" : "1 or 2"));
  }
  std::error_code ignored;
  const std::uint64_t size = std::filesystem::file_size(path, ignored);
  if (size < h.data_offset || (size - h.data_offset) / h.record < h.elements()) {
    bad_file(path, "the file is cut short: it holds fewer values than its header says");
  }
  file.rows = h.shape[0];
  if (structured) {
    for (const NpyField& field : h.fields) file.names.push_back(field.name);
  } else {
    const std::uint64_t width = h.shape.size() == 2 ? h.shape[1] : 1;
    if (width > 100000) bad_file(path, fmt::format("{} columns are more than a table is for", width));
    for (std::uint64_t c = 0; c < width; ++c) file.names.push_back(fmt::format("c{}", c));
  }
  return file;
}

/// Where values stand in an array: first byte, distance of neighbours in bytes, type.
struct Place {
  std::size_t first, stride;
  NpyField field;
};

Place place_of(const NpyFile& file, std::size_t column) {
  const NpyHeader& h = file.header;
  const NpyField& first = h.fields.front();
  if (!first.name.empty()) return {h.fields[column].offset, h.record, h.fields[column]};
  if (h.fortran_order) return {column * file.rows * h.record, h.record, first};
  return {column * h.record, file.names.size() * h.record, first};
}

/// Fills columns from blocks of whole rows, so that the bytes on disk are never all in memory.
void read_interleaved(NpyFile& file, const std::vector<Place>& places,
                      std::vector<std::vector<float>>& values) {
  const std::size_t stride = places.front().stride;
  const std::size_t block = std::max<std::size_t>(1, (std::size_t{4} << 20) / stride);
  std::vector<char> bytes(std::min(block, file.rows) * stride);
  for (std::size_t row = 0; row < file.rows; row += block) {
    const std::size_t n = std::min(block, file.rows - row);
    file.in.read(bytes.data(), static_cast<std::streamsize>(n * stride));
    for (std::size_t k = 0; k < places.size(); ++k) {
      const auto part = decode_npy(bytes.data() + places[k].first, n, stride, places[k].field);
      std::copy(part.begin(), part.end(), values[k].begin() + static_cast<std::ptrdiff_t>(row));
    }
  }
}

void read_contiguous(NpyFile& file, const std::vector<Place>& places,
                     std::vector<std::vector<float>>& values) {
  std::vector<char> bytes(file.rows * file.header.record);
  for (std::size_t k = 0; k < places.size(); ++k) {
    file.in.seekg(static_cast<std::streamoff>(file.header.data_offset + places[k].first));
    file.in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    values[k] = decode_npy(bytes.data(), file.rows, places[k].stride, places[k].field);
  }
}

}  // namespace

std::vector<float> decode_npy(const char* bytes, std::size_t count, std::size_t stride,
                              const NpyField& field) {
  std::vector<float> values(count);
  const auto as = [&]<typename T>(T) {
    decode<T>(bytes, stride, field.swapped, values, [](T x) { return to_float(x); });
  };
  switch (field.kind * 16 + static_cast<int>(field.size)) {
    case 'f' * 16 + 2:
      decode<std::uint16_t>(bytes, stride, field.swapped, values, half_to_float);
      break;
    case 'f' * 16 + 4:
      as(float{});
      break;
    case 'f' * 16 + 8:
      as(double{});
      break;
    case 'i' * 16 + 1:
      as(std::int8_t{});
      break;
    case 'i' * 16 + 2:
      as(std::int16_t{});
      break;
    case 'i' * 16 + 4:
      as(std::int32_t{});
      break;
    case 'i' * 16 + 8:
      as(std::int64_t{});
      break;
    case 'u' * 16 + 2:
      as(std::uint16_t{});
      break;
    case 'u' * 16 + 4:
      as(std::uint32_t{});
      break;
    case 'u' * 16 + 8:
      as(std::uint64_t{});
      break;
    default:
      as(std::uint8_t{});
      break;
  }
  return values;
}

Table read_npy(const std::filesystem::path& path, const std::vector<std::string>& columns) {
  NpyFile file = open_npy(path);
  const std::vector<std::size_t> chosen = choose_columns(file.names, columns, path.string());
  std::vector<std::vector<float>> values(chosen.size(), std::vector<float>(file.rows));
  std::vector<Place> places;
  for (const std::size_t c : chosen) places.push_back(place_of(file, c));
  file.in.clear();
  file.in.seekg(static_cast<std::streamoff>(file.header.data_offset));
  if (!places.empty() && file.rows > 0) {
    const bool by_column = file.header.fortran_order && file.header.fields.front().name.empty();
    by_column ? read_contiguous(file, places, values) : read_interleaved(file, places, values);
    if (!file.in) bad_file(path, "reading the values failed");
  }
  Table table;
  for (std::size_t k = 0; k < chosen.size(); ++k) {
    add_column_or_weights(table, {file.names[chosen[k]], "", std::move(values[k])});
  }
  return table;
}

TableInfo info_npy(const std::filesystem::path& path) {
  const NpyFile file = open_npy(path);
  choose_columns(file.names, {}, path.string());
  TableInfo info{TableFormat::npy, file.rows, {}, false, {}, {}};
  for (const std::string& name : file.names) add_entry_or_weights(info, name, "");
  return info;
}

void write_npy(const Table& table, const std::filesystem::path& path) {
  const std::vector<ColumnView> columns = flat_columns(table, "NumPy's .npy");
  std::vector<std::string> names;
  for (const ColumnView& column : columns) names.push_back(column.name);
  std::ofstream out(path, std::ios::binary);
  const std::string header = npy_header(names, table.rows());
  out.write(header.data(), static_cast<std::streamsize>(header.size()));
  constexpr std::size_t kBlock = 1 << 14;
  std::vector<float> records(std::min(kBlock, table.rows()) * columns.size());
  for (std::size_t row = 0; row < table.rows(); row += kBlock) {
    const std::size_t n = std::min(kBlock, table.rows() - row);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      for (std::size_t r = 0; r < n; ++r) records[r * columns.size() + c] = columns[c].values[row + r];
    }
    out.write(reinterpret_cast<const char*>(records.data()),
              static_cast<std::streamsize>(n * columns.size() * sizeof(float)));
  }
  out.close();
  if (!out)
    throw EnvironmentError(fmt::format("cannot write '{}': the disk is full or failed", path.string()));
}

}  // namespace trueup::io
