// Scaling of a refiner's columns.
#include "refine/scaling.hpp"

#include <cmath>

#include <fmt/format.h>

#include <model/column_transform.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

/// Throws for the first value that the transform is not defined for.
void require_domain(const RefinerColumn& column, const Table& table, const std::string& what) {
  const std::span<const float> values = table.values(column.name);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (in_domain(column, values[i])) continue;
    throw DataError(
        fmt::format("{}: column '{}' has {} in row {} (counted from 0); it {}: remove such rows, or choose "
                    "another transform or other bounds",
                    what, column.name, values[i], i, domain_text(column)));
  }
}

struct Moments {
  double mean = 0.0;
  double deviation = 0.0;
};

/// Of the transformed values of all tables; two passes, so that a mean far from 0 does not eat the digits of the spread.
Moments moments_of(const RefinerColumn& column, const std::vector<const Table*>& tables) {
  const auto sum_of = [&](auto term) {
    double sum = 0.0, count = 0.0;
    for (const Table* table : tables) {
      for (const float x : table->values(column.name))
        sum += term(static_cast<double>(transformed(column, x)));
      count += static_cast<double>(table->rows());
    }
    return sum / count;
  };
  const double mean = sum_of([](double t) { return t; });
  return {mean, std::sqrt(sum_of([mean](double t) { return (t - mean) * (t - mean); }))};
}

std::string common_unit(const RefinerColumn& column, const std::vector<const Table*>& tables) {
  std::string unit;
  for (const Table* table : tables) {
    const std::string& here = table->column(column.name).unit;
    if (unit.empty()) unit = here;
    if (here.empty() || here == unit) continue;
    throw DataError(
        fmt::format("column '{}' is in '{}' in the fast table and in '{}' in the full one; convert one",
                    column.name, unit, here));
  }
  return unit;
}

RefinerColumn scaled(RefinerColumn column, const Table& fast, const Table& full, bool standardise) {
  std::vector<const Table*> tables{&fast};
  require_domain(column, fast, "the fast table");
  if (full.has(column.name)) {
    require_domain(column, full, "the full table");
    tables.push_back(&full);
  }
  column.unit = common_unit(column, tables);
  column.shift = 0.0f, column.scale = 1.0f;
  if (!standardise) return column;
  const Moments moments = moments_of(column, tables);
  column.shift = static_cast<float>(moments.mean);
  const auto scale = static_cast<float>(1.0 / moments.deviation);
  if (std::isfinite(scale) && scale > 0.0f) column.scale = scale;  // else the column is constant
  return column;
}

}  // namespace

std::vector<RefinerColumn> scaled_columns(const std::vector<RefinerColumn>& columns, const Table& fast,
                                          const Table& full, bool standardise) {
  std::vector<RefinerColumn> result;
  for (const RefinerColumn& column : columns) result.push_back(scaled(column, fast, full, standardise));
  return result;
}

std::vector<float> network_values(const RefinerColumn& column, const Table& table) {
  std::vector<float> values;
  values.reserve(table.rows());
  for (const float x : table.values(column.name)) values.push_back(to_network(column, x));
  return values;
}

}  // namespace trueup
