// Writing tables as ROOT trees, so that they come back as they were.
#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include <table/io/columns.hpp>
#include <table/io/formats.hpp>
#include <table/io/root_layout.hpp>
#include <table/io/root_library.hpp>
#include <trueup/error.hpp>

namespace trueup::io {
namespace {

constexpr const char* kTree = "events";

bool has_column(const RootOutput& output, const std::string& name) {
  return std::any_of(output.columns.begin(), output.columns.end(),
                     [&](const auto& column) { return column.name == name; });
}

/// Whether the table has the numbers of members as a column of this name.
bool is_count(const JaggedGroup& group, const std::string& name, const Table& table) {
  if (!table.has(name) || table.has_group(name)) return false;
  const std::span<const float> values = table.values(name);
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (values[row] != static_cast<float>(group.offsets[row + 1] - group.offsets[row])) return false;
  }
  return true;
}

RootOutput::Group group_output(const JaggedGroup& group, const Table& table, RootOutput& output) {
  RootOutput::Group out{"n" + group.name, group.offsets.data(), {}};
  if (group.columns.empty())
    throw DataError(fmt::format(
        "group '{}' has no columns, and a ROOT tree cannot hold it; write an .h5 file", group.name));
  if (is_count(group, out.counter, table)) {
    // As in trees of other programs: the counter is a column as well.
    std::erase_if(output.columns, [&](const auto& column) { return column.name == out.counter; });
    output.texts[kRootCounter + out.counter] = "column";
  } else if (has_column(output, out.counter)) {
    throw DataError(
        fmt::format("a ROOT tree counts the members of group '{}' by '{}', which is a column of the table: "
                    "rename it, or write an .h5 file",
                    group.name, out.counter));
  }
  for (const Column& column : group.columns) {
    const std::string name = group.name + "_" + column.name;
    if (has_column(output, name))
      throw DataError(fmt::format("'{}' of group '{}' and the column '{}' would have one name in a ROOT tree",
                                  column.name, group.name, name));
    out.columns.push_back({name, column.values.data()});
    if (!column.unit.empty()) output.texts[kRootUnit + name] = column.unit;
  }
  return out;
}

}  // namespace

void write_root(const Table& table, const std::filesystem::path& to, const std::filesystem::path& named) {
  RootOutput output{table.rows(), {}, {}, table.metadata()};
  for (const Column& column : table.columns()) {
    if (column.name == kWeightColumn)
      throw DataError(
          "in ROOT a column named 'weight' would be read back as the event weights; rename it or write an "
          ".h5 file");
    output.columns.push_back({column.name, column.values.data()});
    if (!column.unit.empty()) output.texts[kRootUnit + column.name] = column.unit;
  }
  if (table.has_weights()) output.columns.push_back({kWeightColumn, table.weights().data()});
  for (const JaggedGroup& group : table.groups()) output.groups.push_back(group_output(group, table, output));
  output.texts[kRootSchema] = kRootTable;
  try {
    root_component(named.string()).write(to.string(), kTree, output);
  } catch (const Error&) {
    throw;
  } catch (const std::runtime_error& error) {
    throw EnvironmentError(fmt::format("cannot write '{}': {}", named.string(), error.what()));
  }
}

}  // namespace trueup::io
