// Table: columns, weights and groups of one length, and the copies made of them by row.
#include <trueup/table.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup {
namespace {

template <typename Range>
auto find_named(Range& range, const std::string& name) {
  return std::find_if(range.begin(), range.end(), [&](const auto& entry) { return entry.name == name; });
}

template <typename Range>
std::vector<std::string> names_of(const Range& range) {
  std::vector<std::string> names;
  for (const auto& entry : range) names.push_back(entry.name);
  return names;
}

[[noreturn]] void missing(const char* kind, const std::string& name,
                          const std::vector<std::string>& present) {
  const std::string hint = did_you_mean(name, present);
  const std::string rest = !hint.empty()     ? hint
                           : present.empty() ? fmt::format("; it has no {}s", kind)
                                             : fmt::format("; it has {}", quoted_list(present));
  throw DataError(fmt::format("the table has no {} '{}'{}", kind, name, rest));
}

std::vector<float> pick(const std::vector<float>& values, std::span<const std::uint32_t> rows) {
  std::vector<float> picked(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) picked[i] = values[rows[i]];
  return picked;
}

JaggedGroup pick(const JaggedGroup& group, std::span<const std::uint32_t> rows) {
  JaggedGroup picked{group.name, {0}, {}};
  picked.offsets.reserve(rows.size() + 1);
  for (const std::uint32_t r : rows) {
    picked.offsets.push_back(picked.offsets.back() + group.offsets[r + 1] - group.offsets[r]);
  }
  for (const Column& column : group.columns) {
    std::vector<float> values;
    values.reserve(picked.members());
    for (const std::uint32_t r : rows) {
      const float* data = column.values.data();
      values.insert(values.end(), data + group.offsets[r], data + group.offsets[r + 1]);
    }
    picked.columns.push_back({column.name, column.unit, std::move(values)});
  }
  return picked;
}

void check_group(const JaggedGroup& group) {
  const auto refuse = [&](const std::string& reason) {
    throw DataError(fmt::format("group '{}': {}", group.name, reason));
  };
  if (group.name.empty()) throw DataError("a group of the table has an empty name");
  if (group.offsets.empty() || group.offsets.front() != 0)
    refuse("offsets must have rows+1 entries and start at 0");
  if (!std::is_sorted(group.offsets.begin(), group.offsets.end())) refuse("offsets must not decrease");
  std::vector<std::string> seen;
  for (const Column& column : group.columns) {
    if (column.name.empty()) refuse("a column has an empty name");
    if (std::find(seen.begin(), seen.end(), column.name) != seen.end()) {
      refuse(fmt::format("two columns are named '{}'", column.name));
    }
    if (column.values.size() != group.members()) {
      refuse(fmt::format("column '{}' has {} values; the offsets say {} members", column.name,
                         column.values.size(), group.members()));
    }
    seen.push_back(column.name);
  }
}

void append_column(Column& to, const Column& from) {
  to.values.insert(to.values.end(), from.values.begin(), from.values.end());
}

void append_group(JaggedGroup& to, const JaggedGroup& from) {
  const std::uint64_t members = to.members();
  to.offsets.reserve(to.offsets.size() + from.rows());
  for (std::size_t r = 1; r < from.offsets.size(); ++r) to.offsets.push_back(members + from.offsets[r]);
  for (std::size_t c = 0; c < to.columns.size(); ++c) append_column(to.columns[c], from.columns[c]);
}

/// Names, units and order of the columns must be the same.
void check_same_columns(const std::string& what, const std::vector<Column>& a, const std::vector<Column>& b) {
  if (names_of(a) != names_of(b)) {
    throw DataError(fmt::format("cannot append: {} are {} in one table and {} in the other", what,
                                quoted_list(names_of(a)), quoted_list(names_of(b))));
  }
  for (std::size_t c = 0; c < a.size(); ++c) {
    if (a[c].unit == b[c].unit) continue;
    throw DataError(fmt::format("cannot append: '{}' is in '{}' in one table and in '{}' in the other",
                                a[c].name, a[c].unit, b[c].unit));
  }
}

void check_finite(const std::vector<float>& x, const std::string& what, const std::string& column) {
  const auto bad = [](float v) { return !std::isfinite(v); };
  const auto first = std::find_if(x.begin(), x.end(), bad);
  if (first == x.end()) return;
  throw DataError(
      fmt::format("{}: {} not finite in {} of {} rows, first in row {} ({}); mend or remove these rows", what,
                  column, std::count_if(first, x.end(), bad), x.size(), first - x.begin(), *first));
}

}  // namespace

std::vector<std::string> Table::column_names() const {
  return names_of(columns_);
}

bool Table::has(const std::string& name) const noexcept {
  return find_named(columns_, name) != columns_.end();
}

const Column& Table::column(const std::string& name) const {
  const auto found = find_named(columns_, name);
  if (found == columns_.end()) missing("column", name, column_names());
  return *found;
}

std::span<float> Table::mutable_values(const std::string& name) {
  const auto found = find_named(columns_, name);
  if (found == columns_.end()) missing("column", name, column_names());
  return found->values;
}

void Table::check_length(std::size_t n, const std::string& name) {
  if (has_shape_ && n != rows_) {
    throw DataError(fmt::format("{} has {} rows; the table has {}", name, n, rows_));
  }
}

void Table::add_column(std::string name, std::vector<float> values, std::string unit) {
  if (name.empty()) throw DataError("a column of the table has an empty name");
  if (has(name) || has_group(name))
    throw DataError(fmt::format("the table already has a column or group '{}'", name));
  check_length(values.size(), fmt::format("column '{}'", name));
  rows_ = values.size();
  has_shape_ = true;
  columns_.push_back({std::move(name), std::move(unit), std::move(values)});
}

void Table::remove_column(const std::string& name) {
  const auto found = find_named(columns_, name);
  if (found == columns_.end()) missing("column", name, column_names());
  columns_.erase(found);
}

std::vector<float> Table::weights_or_ones() const {
  return has_weights() ? weights_ : std::vector<float>(rows_, 1.0F);
}

void Table::set_weights(std::vector<float> weights) {
  check_length(weights.size(), "the weights");
  rows_ = weights.size();
  has_shape_ = true;
  weights_ = std::move(weights);
}

bool Table::has_group(const std::string& name) const noexcept {
  return find_named(groups_, name) != groups_.end();
}

const JaggedGroup& Table::group(const std::string& name) const {
  const auto found = find_named(groups_, name);
  if (found == groups_.end()) missing("group", name, names_of(groups_));
  return *found;
}

void Table::add_group(JaggedGroup group) {
  check_group(group);
  if (has(group.name) || has_group(group.name)) {
    throw DataError(fmt::format("the table already has a column or group '{}'", group.name));
  }
  check_length(group.rows(), fmt::format("group '{}'", group.name));
  rows_ = group.rows();
  has_shape_ = true;
  groups_.push_back(std::move(group));
}

Table Table::select(std::span<const std::uint32_t> rows) const {
  for (const std::uint32_t r : rows) {
    if (r >= rows_) throw DataError(fmt::format("row {} asked for; the table has {}", r, rows_));
  }
  Table picked;
  picked.rows_ = rows.size();
  picked.has_shape_ = has_shape_;
  picked.metadata_ = metadata_;
  for (const Column& column : columns_) {
    picked.columns_.push_back({column.name, column.unit, pick(column.values, rows)});
  }
  if (has_weights()) picked.weights_ = pick(weights_, rows);
  for (const JaggedGroup& group : groups_) picked.groups_.push_back(pick(group, rows));
  return picked;
}

Table Table::slice(std::size_t first, std::size_t last) const {
  if (first > last || last > rows_) {
    throw DataError(fmt::format("rows {} to {} asked for; the table has {}", first, last, rows_));
  }
  std::vector<std::uint32_t> rows(last - first);
  std::iota(rows.begin(), rows.end(), static_cast<std::uint32_t>(first));
  return select(rows);
}

Table Table::filter(std::span<const std::uint8_t> keep) const {
  if (keep.size() != rows_) {
    throw DataError(fmt::format("the selection has {} entries; the table has {} rows", keep.size(), rows_));
  }
  std::vector<std::uint32_t> rows;
  for (std::size_t r = 0; r < rows_; ++r) {
    if (keep[r] != 0) rows.push_back(static_cast<std::uint32_t>(r));
  }
  return select(rows);
}

Table Table::shuffle(RandomStream& stream) const {
  return select(random_permutation(rows_, stream));
}

std::pair<Table, Table> Table::split(double fraction, RandomStream& stream) const {
  if (!(fraction >= 0.0 && fraction <= 1.0)) {
    throw ConfigError(fmt::format("a table can be split at a fraction between 0 and 1, not at {}", fraction));
  }
  const std::vector<std::uint32_t> order = random_permutation(rows_, stream);
  const auto first = static_cast<std::size_t>(std::llround(fraction * static_cast<double>(rows_)));
  const std::span<const std::uint32_t> all(order);
  return {select(all.first(first)), select(all.subspan(first))};
}

void Table::append(const Table& other) {
  if (!has_shape_ && metadata_.empty()) {
    *this = other;
    return;
  }
  check_same_columns("columns", columns_, other.columns_);
  // A table without rows shows no weights, whatever it was made from.
  if (rows_ != 0 && other.rows_ != 0 && has_weights() != other.has_weights()) {
    throw DataError("cannot append: one table has weights, the other has none");
  }
  if (names_of(groups_) != names_of(other.groups_)) {
    throw DataError(fmt::format("cannot append: groups are {} in one table and {} in the other",
                                quoted_list(names_of(groups_)), quoted_list(names_of(other.groups_))));
  }
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    check_same_columns(fmt::format("columns of group '{}'", groups_[g].name), groups_[g].columns,
                       other.groups_[g].columns);
  }
  if (&other == this) return append(Table(other));
  for (std::size_t c = 0; c < columns_.size(); ++c) append_column(columns_[c], other.columns_[c]);
  weights_.insert(weights_.end(), other.weights_.begin(), other.weights_.end());
  for (std::size_t g = 0; g < groups_.size(); ++g) append_group(groups_[g], other.groups_[g]);
  rows_ += other.rows_;
  has_shape_ = has_shape_ || other.has_shape_;
}

void Table::require_finite(const std::vector<std::string>& names, const std::string& what) const {
  for (const std::string& name : names)
    check_finite(column(name).values, what, fmt::format("column '{}'", name));
}

void Table::require_finite_weights(const std::string& what) const {
  check_finite(weights_, what, "weights");
}

void Table::require_rows(const std::string& what) const {
  if (rows_ == 0) throw DataError(fmt::format("{} is empty: it has no rows", what));
}

}  // namespace trueup
