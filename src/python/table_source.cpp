// Arrays of any numeric type become columns of 32-bit floats.
#include "python/table_source.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include <core/files.hpp>
#include <trueup/error.hpp>

namespace trueup::python {
namespace {

template <class Value>
void convert(const AnyArray& array, float* out) {
  const auto* values = static_cast<const Value*>(array.data());
  const std::int64_t stride = array.stride(0);
  for (std::size_t i = 0; i < array.size(); ++i)
    out[i] = static_cast<float>(values[static_cast<std::int64_t>(i) * stride]);
}

using Convert = void (*)(const AnyArray&, float*);

template <class... Values>
Convert converter_among(nb::dlpack::dtype type) {
  Convert found = nullptr;
  ((type == nb::dtype<Values>() ? void(found = convert<Values>) : void()), ...);
  return found;
}

Convert converter(nb::dlpack::dtype type) {
  return converter_among<float, double, bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t,
                         std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t>(type);
}

/// Empty for a type without numbers.
std::optional<std::vector<float>> floats_of(const AnyArray& array) {
  const Convert function = converter(array.dtype());
  if (function == nullptr) return std::nullopt;
  std::vector<float> values(array.size());
  if (array.dtype() == nb::dtype<float>() && array.stride(0) == 1) {
    if (!values.empty()) std::memcpy(values.data(), array.data(), values.size() * sizeof(float));
  } else {
    function(array, values.data());
  }
  return values;
}

std::vector<float> floats_of(const AnyArray& array, const std::string& what) {
  std::optional<std::vector<float>> values = floats_of(array);
  if (!values) throw DataError(fmt::format("{} has no numbers that fit 32-bit floats", what));
  return std::move(*values);
}

}  // namespace

void TableSource::check_rows(std::size_t rows, const std::string& what) {
  if (!rows_) rows_ = rows;
  if (*rows_ == rows) return;
  throw DataError(
      fmt::format("'{}': {} has {} rows, the columns before have {}", label_, what, rows, *rows_));
}

void TableSource::add_column(std::string name, AnyArray values, std::string unit) {
  check_rows(values.size(), fmt::format("column '{}'", name));
  columns_.push_back({std::move(name), std::move(unit), std::move(values)});
}

void TableSource::set_weights(AnyArray weights) {
  check_rows(weights.size(), "the array of weights");
  weights_ = std::move(weights);
}

void TableSource::add_group(std::string name, std::vector<std::uint64_t> offsets) {
  if (offsets.empty())
    throw DataError(fmt::format("'{}': group '{}' has no offsets; rows + 1 are expected", label_, name));
  check_rows(offsets.size() - 1, fmt::format("group '{}'", name));
  groups_.push_back({std::move(name), std::move(offsets), {}});
}

void TableSource::add_group_column(std::string name, AnyArray values, std::string unit) {
  groups_.back().columns.push_back({std::move(name), std::move(unit), std::move(values)});
}

std::vector<std::string> TableSource::column_names() const {
  std::vector<std::string> names;
  for (const Source& column : columns_) names.push_back(column.name);
  return names;
}

Column TableSource::column_of(const Source& source) const {
  return {source.name, source.unit,
          floats_of(source.values, fmt::format("'{}': column '{}'", label_, source.name))};
}

void TableSource::take_group(Table& table, const Group& group) const {
  JaggedGroup taken{group.name, group.offsets, {}};
  for (const Source& column : group.columns) taken.columns.push_back(column_of(column));
  table.add_group(std::move(taken));
}

void TableSource::take_one(Table& table, const std::string& name) const {
  const auto is_it = [&](const auto& entry) { return entry.name == name; };
  const auto column = std::find_if(columns_.begin(), columns_.end(), is_it);
  if (column != columns_.end()) {
    Column taken = column_of(*column);
    table.add_column(std::move(taken.name), std::move(taken.values), std::move(taken.unit));
    return;
  }
  const auto group = std::find_if(groups_.begin(), groups_.end(), is_it);
  if (group != groups_.end()) return take_group(table, *group);
  const std::vector<std::string> names = column_names();
  const std::string hint = did_you_mean(name, names);
  throw DataError(fmt::format("'{}' has no column '{}'{}", label_, name,
                              !hint.empty() ? hint : fmt::format("; it has {}", quoted_list(names))));
}

Table TableSource::take(const std::vector<std::string>& columns) const {
  Table table;
  for (const std::string& name : columns.empty() ? column_names() : columns) take_one(table, name);
  if (columns.empty()) {
    for (const Group& group : groups_) take_group(table, group);
  }
  if (weights_) table.set_weights(floats_of(*weights_, fmt::format("'{}': the array of weights", label_)));
  for (const auto& [key, value] : metadata_) table.set_metadata(key, value);
  return table;
}

InputRecord record_of(const Table& table, const std::string& label) {
  std::string all;
  const auto add = [&](const std::string& name, std::span<const float> values) {
    all += name + ' ' + sha256_of_bytes({reinterpret_cast<const char*>(values.data()), values.size_bytes()}) +
           '\n';
  };
  for (const Column& column : table.columns()) add(column.name, column.values);
  if (table.has_weights()) add("weights", table.weights());
  return {label, sha256_of_bytes(all), table.rows()};
}

}  // namespace trueup::python
