// Values of cards that must obey a rule: each reads one key, and says what the rule is when it is broken.
#include "simulate/card_values.hpp"

#include <algorithm>
#include <functional>

namespace trueup::sim {

double positive(ConfigTable& table, const std::string& key, double fallback, bool zero_too) {
  const double value = table.number(key, fallback);
  if (!(value > 0.0 || (zero_too && value == 0.0))) {
    table.fail(key, zero_too ? "must not be negative" : "must be positive");
  }
  return value;
}

std::size_t count(ConfigTable& table, const std::string& key, std::int64_t fallback) {
  const std::int64_t value = table.integer(key, fallback);
  if (value < 1) table.fail(key, "must be at least 1");
  return static_cast<std::size_t>(value);
}

void read_numbers(ConfigTable& table, const std::string& key, std::vector<double>& values, std::size_t size) {
  values = table.numbers(key, values);
  if (size != 0 && values.size() != size) {
    table.fail(key, "needs " + std::to_string(size) + " numbers, got " + std::to_string(values.size()));
  }
}

void read_edges(ConfigTable& table, const std::string& key, std::vector<double>& edges) {
  read_numbers(table, key, edges, 0);
  const bool rising = std::adjacent_find(edges.begin(), edges.end(), std::greater_equal<>()) == edges.end();
  if (edges.empty() || !rising || edges.front() < 0.0) table.fail(key, "needs rising, non-negative edges");
}

void read_efficiencies(ConfigTable& table, const std::string& key, std::vector<double>& values,
                       std::size_t size) {
  read_numbers(table, key, values, size);
  for (const double v : values) {
    if (!(v >= 0.0 && v <= 1.0)) table.fail(key, "efficiencies lie between 0 and 1");
  }
}

void read_widths(ConfigTable& table, const std::string& key, std::vector<double>& values, std::size_t size) {
  read_numbers(table, key, values, size);
  for (const double v : values) {
    if (!(v >= 0.0)) table.fail(key, "must not be negative");
  }
}

}  // namespace trueup::sim
