// Shift and scale that give each input column mean 0 and standard deviation 1 before the first layer.
#include <trueup/model.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup {
namespace {

/// Calls visit(value) for each value of the column in all tables.
template <class Visit>
void for_each_value(const std::vector<const Table*>& tables, const std::string& column, Visit visit) {
  for (const Table* table : tables) {
    for (const float x : table->values(column)) visit(x);
  }
}

/// The unit that the tables agree on; one without units (CSV) agrees with any.
std::string common_unit(const std::vector<const Table*>& tables, const std::string& column) {
  std::string unit;
  for (const Table* table : tables) {
    const std::string& here = table->column(column).unit;
    if (unit.empty()) unit = here;
    if (here.empty() || here == unit) continue;
    throw DataError(fmt::format("column '{}' is in '{}' in one table and in '{}' in another; convert one",
                                column, unit, here));
  }
  return unit;
}

// Two passes in double: with one, a mean far from 0 would eat the digits of the spread.
ModelInput standardised(const std::vector<const Table*>& tables, const std::string& column, double N) {
  double sum = 0.0;
  float low = tables.front()->values(column).front(), high = low;
  for_each_value(tables, column, [&](float x) {
    sum += x;
    low = std::min(low, x);
    high = std::max(high, x);
  });
  const double mean = sum / N;
  double squares = 0.0;
  for_each_value(tables, column, [&](float x) { squares += (x - mean) * (x - mean); });

  ModelInput input{column, common_unit(tables, column), low, 1.0f};
  if (low == high) return input;
  input.shift = static_cast<float>(mean);
  const auto scale = static_cast<float>(1.0 / std::sqrt(squares / N));
  if (std::isfinite(scale) && scale > 0.0f) input.scale = scale;
  return input;
}

}  // namespace

std::vector<ModelInput> standardising_inputs(const std::vector<const Table*>& all,
                                             const std::vector<std::string>& columns) {
  std::vector<const Table*> tables;
  double N = 0.0;
  for (const Table* table : all) {
    table->require_finite(columns, "scaling of the inputs");
    if (table->rows() > 0) tables.push_back(table);
    N += static_cast<double>(table->rows());
  }
  if (tables.empty())
    throw DataError("scaling of the inputs: the tables have no rows; expected at least one event");
  std::vector<ModelInput> inputs;
  for (const std::string& column : columns) inputs.push_back(standardised(tables, column, N));
  return inputs;
}

}  // namespace trueup
