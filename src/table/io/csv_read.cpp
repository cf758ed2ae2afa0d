// Reading CSV: comments, one header line, then numbers; every error names line and column.
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include <table/io/columns.hpp>
#include <table/io/csv.hpp>
#include <table/io/formats.hpp>
#include <trueup/error.hpp>

namespace trueup::io {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

/// Lines of a file, read in large blocks; a line is valid until the next call.
class LineReader {
 public:
  explicit LineReader(const std::filesystem::path& path) : path_(path), in_(path, std::ios::binary) {}

  bool next(std::string_view& line) {
    const char* end = find_end();
    if (end == nullptr && !refill(end)) return false;
    line =
        std::string_view(buffer_.data() + begin_, static_cast<std::size_t>(end - (buffer_.data() + begin_)));
    begin_ += line.size() + 1;
    ++number_;
    return true;
  }

  std::size_t number() const { return number_; }

 private:
  const char* find_end() const {
    return static_cast<const char*>(std::memchr(buffer_.data() + begin_, '\n', filled_ - begin_));
  }

  /// Reads on until a whole line is there; the last one may lack its newline. False at the end of the file.
  bool refill(const char*& end) {
    while (end == nullptr) {
      std::memmove(buffer_.data(), buffer_.data() + begin_, filled_ - begin_);
      filled_ -= begin_;
      begin_ = 0;
      if (buffer_.size() - filled_ < kBlock) buffer_.resize(filled_ + kBlock + 1);
      in_.read(buffer_.data() + filled_, static_cast<std::streamsize>(kBlock));
      const auto got = static_cast<std::size_t>(in_.gcount());
      if (got == 0 && in_.bad()) bad_file(path_, "reading failed");
      if (got == 0 && filled_ == 0) return false;
      if (got == 0) buffer_[filled_] = '\n';
      filled_ += got == 0 ? 1 : got;
      end = find_end();
    }
    return true;
  }

  static constexpr std::size_t kBlock = 1 << 20;
  std::filesystem::path path_;
  std::ifstream in_;
  std::vector<char> buffer_ = std::vector<char>(kBlock + 1);
  std::size_t begin_ = 0, filled_ = 0, number_ = 0;
};

/// Whether all of `text` is a number; beyond the range of float it becomes infinite, or 0 (as IEEE rounding does).
bool parse_float(std::string_view text, float& value) {
  if (text.starts_with('+') && text.size() > 1 && text[1] != '-' && text[1] != '+') text.remove_prefix(1);
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc{}) return stop == end;
  if (error != std::errc::result_out_of_range || stop != end) return false;
  long double wide = 0;
  if (std::from_chars(text.data(), end, wide).ec != std::errc{}) return false;
  const auto largest = static_cast<long double>(std::numeric_limits<float>::max());
  const bool overflow = std::fabs(wide) > largest;
  value = overflow
              ? std::copysign(std::numeric_limits<float>::infinity(), static_cast<float>(wide > 0 ? 1 : -1))
              : static_cast<float>(wide);
  return true;
}

/// Header cells; a cell in double quotes may hold commas.
std::vector<std::string> split_header(std::string_view line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      cells.back() += c;
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    out += c == 'n' ? '\n' : c == 'r' ? '\r' : c;
  }
  return out;
}

void read_metadata(std::string_view line, std::map<std::string, std::string>& metadata) {
  line.remove_prefix(kCsvMetadata.size());
  std::size_t colon = 0;
  while (colon < line.size() && line[colon] != ':') colon += line[colon] == '\\' ? 2 : 1;
  if (colon >= line.size()) return;
  std::string_view value = line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (value.ends_with('\r')) value.remove_suffix(1);
  metadata[unescaped(line.substr(0, colon))] = unescaped(value);
}

/// Reads a file line by line and keeps the columns chosen.
class CsvReader {
 public:
  explicit CsvReader(const std::filesystem::path& path) : path_(path), lines_(path) { read_header(); }

  const std::vector<TableInfo::Entry>& entries() const { return entries_; }
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const TableInfo::Entry& entry : entries_) names.push_back(entry.name);
    return names;
  }

  /// values[k] gets column chosen[k]; returns the number of rows.
  std::size_t read_rows(const std::vector<std::size_t>& chosen, std::vector<std::vector<float>>& values) {
    std::vector<std::vector<float>*> target(entries_.size(), nullptr);
    for (std::size_t k = 0; k < chosen.size(); ++k) target[chosen[k]] = &values[k];
    std::string_view line;
    std::size_t rows = 0;
    while (next_line(line)) {
      read_row(line, target);
      ++rows;
    }
    return rows;
  }

 private:
  /// The next line that is neither blank nor a comment.
  bool next_line(std::string_view& line) {
    while (lines_.next(line)) {
      if (lines_.number() == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
      if (line.starts_with(kCsvMetadata)) read_metadata(line, metadata_);
      if (!line.starts_with('#') && !trimmed(line).empty()) return true;
    }
    return false;
  }

  void read_header() {
    std::string_view line;
    if (!next_line(line)) bad_file(path_, "no header line with column names");
    for (const std::string& cell : split_header(line)) {
      entries_.push_back(parse_csv_header_cell(cell));
      const std::string& name = entries_.back().name;
      if (name.empty()) {
        bad_file(path_, fmt::format("line {}: column {} has no name", lines_.number(), entries_.size()));
      }
      if (looks_like_number(name)) {
        bad_file(path_,
                 fmt::format("line {}: expected a header line with column names, found the number '{}'",
                             lines_.number(), name));
      }
    }
  }

  void read_row(std::string_view line, const std::vector<std::vector<float>*>& target) {
    std::size_t c = 0;
    for (bool more = true; more; ++c) {
      const auto comma = line.find(',');
      more = comma != std::string_view::npos;
      if (c < target.size() && target[c] != nullptr) {
        float value = 0;
        const std::string_view cell = trimmed(line.substr(0, comma));
        if (!parse_float(cell, value)) bad_cell(c, cell);
        target[c]->push_back(value);
      }
      if (more) line.remove_prefix(comma + 1);
    }
    if (c != target.size()) {
      bad_file(path_, fmt::format("line {} has {} cells; the header names {} columns", lines_.number(), c,
                                  target.size()));
    }
  }

  [[noreturn]] void bad_cell(std::size_t c, std::string_view cell) const {
    const std::string place = fmt::format("line {}, column '{}'", lines_.number(), entries_[c].name);
    if (cell.empty())
      bad_file(path_, fmt::format("{}: the cell is empty; write nan for a missing value", place));
    bad_file(path_, fmt::format("{}: '{}' is not a number", place, cell.substr(0, 40)));
  }

  std::filesystem::path path_;
  LineReader lines_;
  std::vector<TableInfo::Entry> entries_;
  std::map<std::string, std::string> metadata_;
};

}  // namespace

TableInfo::Entry parse_csv_header_cell(std::string_view cell) {
  cell = trimmed(cell);
  const auto open = cell.rfind('[');
  if (!cell.ends_with(']') || open == std::string_view::npos || open == 0) return {std::string(cell), ""};
  const std::string_view unit = trimmed(cell.substr(open + 1, cell.size() - open - 2));
  return {std::string(trimmed(cell.substr(0, open))), std::string(unit)};
}

bool looks_like_number(std::string_view cell) {
  float number = 0;
  // "nan" and "inf" may be names.
  return parse_float(cell, number) && cell.find_first_of("0123456789") != std::string_view::npos;
}

Table read_csv(const std::filesystem::path& path, const std::vector<std::string>& columns) {
  CsvReader reader(path);
  const std::vector<std::size_t> chosen = choose_columns(reader.names(), columns, path.string());
  std::vector<std::vector<float>> values(chosen.size());
  reader.read_rows(chosen, values);
  Table table;
  for (std::size_t k = 0; k < chosen.size(); ++k) {
    const TableInfo::Entry& entry = reader.entries()[chosen[k]];
    add_column_or_weights(table, {entry.name, entry.unit, std::move(values[k])});
  }
  for (const auto& [key, value] : reader.metadata()) table.set_metadata(key, value);
  return table;
}

TableInfo info_csv(const std::filesystem::path& path) {
  CsvReader reader(path);
  choose_columns(reader.names(), {}, path.string());
  TableInfo info{TableFormat::csv, 0, {}, false, {}, {}};
  std::vector<std::vector<float>> none;
  info.rows = reader.read_rows({}, none);
  for (const TableInfo::Entry& entry : reader.entries()) add_entry_or_weights(info, entry.name, entry.unit);
  info.metadata = reader.metadata();
  return info;
}

}  // namespace trueup::io
