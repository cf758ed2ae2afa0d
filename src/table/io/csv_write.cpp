// Writing CSV: metadata as comments, one header line, shortest decimals that read back as the same float.
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include <table/io/columns.hpp>
#include <table/io/csv.hpp>
#include <table/io/formats.hpp>
#include <trueup/error.hpp>

namespace trueup::io {
namespace {

constexpr std::size_t kBlock = 1 << 20;

std::string escaped(const std::string& text, bool key) {
  std::string out;
  for (const char c : text) {
    if (c == '\n')
      out += "\\n";
    else if (c == '\r')
      out += "\\r";
    else if (c == '\\')
      out += "\\\\";
    else if (c == ':' && key)
      out += "\\:";
    else
      out += c;
  }
  return out;
}

/// Quoted when the name would else be taken apart or mistaken for a comment.
std::string header_cell(const ColumnView& column) {
  std::string text = column.unit.empty() ? column.name : fmt::format("{} [{}]", column.name, column.unit);
  const TableInfo::Entry back = parse_csv_header_cell(text);
  const bool broken = text.find_first_of("\n\r") != std::string::npos || looks_like_number(back.name);
  if (broken || back.name != column.name || back.unit != column.unit) {
    throw DataError(
        fmt::format("a CSV header cannot hold the column name '{}' with unit '{}'; rename it or write an .h5 "
                    "file",
                    column.name, column.unit));
  }
  if (text.find_first_of(",\"#") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c;
    if (c == '"') quoted += c;
  }
  return quoted + "\"";
}

}  // namespace

void write_csv(const Table& table, const std::filesystem::path& path) {
  const std::vector<ColumnView> columns = flat_columns(table, "CSV");
  std::ofstream out(path, std::ios::binary);
  fmt::memory_buffer text;
  const auto append = std::back_inserter(text);
  const auto flush = [&] {
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    text.clear();
  };
  for (const auto& [key, value] : table.metadata()) {
    fmt::format_to(append, "{}{}: {}\n", kCsvMetadata, escaped(key, true), escaped(value, false));
  }
  for (std::size_t c = 0; c < columns.size(); ++c) {
    fmt::format_to(append, "{}{}", c == 0 ? "" : ",", header_cell(columns[c]));
  }
  text.push_back('\n');
  std::array<char, 32> number;
  for (std::size_t r = 0; r < table.rows(); ++r) {
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (c != 0) text.push_back(',');
      const auto end = std::to_chars(number.data(), number.data() + number.size(), columns[c].values[r]).ptr;
      text.append(number.data(), end);
    }
    text.push_back('\n');
    if (text.size() > kBlock) flush();
  }
  flush();
  out.close();
  if (!out)
    throw EnvironmentError(fmt::format("cannot write '{}': the disk is full or failed", path.string()));
}

}  // namespace trueup::io
