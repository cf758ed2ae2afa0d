// NumPy .npz files: a zip archive with one 1-D array per column.
#include <fmt/format.h>

#include <table/io/columns.hpp>
#include <table/io/formats.hpp>
#include <table/io/npy.hpp>
#include <table/io/zip.hpp>

namespace trueup::io {
namespace {

constexpr std::string_view kSuffix = ".npy";
constexpr std::size_t kHeaderMost = 1 << 16;

struct NpzFile {
  ZipReader zip;
  std::vector<std::string> names;
};

NpzFile open_npz(const std::filesystem::path& path) {
  NpzFile file{ZipReader(path), {}};
  for (const ZipMember& member : file.zip.members()) {
    const std::string& name = member.name;
    if (!name.ends_with(kSuffix)) bad_file(path, fmt::format("member '{}' is not a NumPy array", name));
    file.names.push_back(name.substr(0, name.size() - kSuffix.size()));
  }
  return file;
}

void check_array(const NpyHeader& header, const std::string& name, const std::filesystem::path& path) {
  if (header.shape.size() == 1 && header.fields.front().name.empty()) return;
  bad_file(path, fmt::format("array '{}' is not a plain 1-D array; a table needs one for each column", name));
}

void check_rows(std::size_t rows, std::size_t expected, const std::string& name, const std::string& first,
                const std::filesystem::path& path) {
  if (rows == expected) return;
  bad_file(path, fmt::format("columns of unequal length: '{}' has {} rows, '{}' has {}", first, expected,
                             name, rows));
}

std::vector<float> read_member(NpzFile& file, std::size_t index, const std::filesystem::path& path) {
  const std::string bytes = file.zip.read(file.zip.members()[index]);
  const NpyHeader header = parse_npy_header(bytes, path);
  check_array(header, file.names[index], path);
  if ((bytes.size() - header.data_offset) / header.record < header.elements()) {
    bad_file(path, fmt::format("array '{}' holds fewer values than its header says", file.names[index]));
  }
  return decode_npy(bytes.data() + header.data_offset, header.shape[0], header.record, header.fields.front());
}

}  // namespace

Table read_npz(const std::filesystem::path& path, const std::vector<std::string>& columns) {
  NpzFile file = open_npz(path);
  const std::vector<std::size_t> chosen = choose_columns(file.names, columns, path.string());
  Table table;
  for (std::size_t k = 0; k < chosen.size(); ++k) {
    const std::string& name = file.names[chosen[k]];
    std::vector<float> values = read_member(file, chosen[k], path);
    if (k > 0) check_rows(values.size(), table.rows(), name, file.names[chosen[0]], path);
    add_column_or_weights(table, {name, "", std::move(values)});
  }
  return table;
}

TableInfo info_npz(const std::filesystem::path& path) {
  NpzFile file = open_npz(path);
  choose_columns(file.names, {}, path.string());
  TableInfo info{TableFormat::npz, 0, {}, false, {}, {}};
  for (std::size_t i = 0; i < file.names.size(); ++i) {
    const NpyHeader header = parse_npy_header(file.zip.read_start(file.zip.members()[i], kHeaderMost), path);
    check_array(header, file.names[i], path);
    if (i == 0) info.rows = header.shape[0];
    check_rows(header.shape[0], info.rows, file.names[i], file.names[0], path);
    add_entry_or_weights(info, file.names[i], "");
  }
  return info;
}

void write_npz(const Table& table, const std::filesystem::path& path) {
  const std::string header = npy_header({}, table.rows());
  ZipWriter zip(path);
  for (const ColumnView& column : flat_columns(table, "NumPy's .npz")) {
    const std::string_view values(reinterpret_cast<const char*>(column.values.data()),
                                  column.values.size_bytes());
    zip.add(column.name + std::string(kSuffix), {header, values});
  }
  zip.finish();
}

}  // namespace trueup::io
