// Choosing columns by name, and the place of the weights.
#include <table/io/columns.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <table/io/formats.hpp>
#include <trueup/error.hpp>

namespace trueup::io {
namespace {

void check_unique(const std::vector<std::string>& present, const std::string& name, const std::string& file) {
  if (name.empty()) throw DataError(fmt::format("'{}': a column has an empty name", file));
  if (std::count(present.begin(), present.end(), name) > 1) {
    throw DataError(fmt::format("'{}': two columns are named '{}'; rename one", file, name));
  }
}

}  // namespace

std::vector<std::size_t> choose_columns(const std::vector<std::string>& present,
                                        const std::vector<std::string>& wanted, const std::string& file) {
  std::vector<std::string> names = wanted.empty() ? present : wanted;
  const bool weighted = std::find(present.begin(), present.end(), kWeightColumn) != present.end();
  if (weighted && !wanted.empty()) names.emplace_back(kWeightColumn);
  std::vector<std::size_t> chosen;
  for (const std::string& name : names) {
    const auto found = std::find(present.begin(), present.end(), name);
    if (found == present.end()) {
      const std::string hint = did_you_mean(name, present);
      throw DataError(fmt::format("'{}' has no column '{}'{}", file, name,
                                  hint.empty() ? fmt::format("; it has {}", quoted_list(present)) : hint));
    }
    check_unique(present, name, file);
    const auto index = static_cast<std::size_t>(found - present.begin());
    if (std::find(chosen.begin(), chosen.end(), index) == chosen.end()) chosen.push_back(index);
  }
  return chosen;
}

void add_column_or_weights(Table& table, Column column) {
  if (column.name == kWeightColumn) {
    table.set_weights(std::move(column.values));
  } else {
    table.add_column(std::move(column.name), std::move(column.values), std::move(column.unit));
  }
}

void add_entry_or_weights(TableInfo& info, std::string name, std::string unit) {
  if (name == kWeightColumn) {
    info.has_weights = info.rows > 0;
  } else {
    info.columns.push_back({std::move(name), std::move(unit)});
  }
}

std::vector<ColumnView> flat_columns(const Table& table, const std::string& format) {
  if (!table.groups().empty()) {
    throw DataError(fmt::format("{} cannot hold jagged groups such as '{}'; write an .h5 file", format,
                                table.groups().front().name));
  }
  std::vector<ColumnView> views;
  for (const Column& column : table.columns()) views.push_back({column.name, column.unit, column.values});
  if (table.has(kWeightColumn)) {
    throw DataError(
        fmt::format("in {} a column named '{}' would be read back as the event weights; rename it or write "
                    "an .h5 file",
                    format, kWeightColumn));
  }
  if (table.has_weights()) views.push_back({kWeightColumn, "", table.weights()});
  if (views.empty()) throw DataError(fmt::format("a table without columns cannot be written as {}", format));
  return views;
}

void bad_file(const std::filesystem::path& file, const std::string& message) {
  throw DataError(fmt::format("'{}': {}", file.string(), message));
}

}  // namespace trueup::io
