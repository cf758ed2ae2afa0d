// Values of cards that must obey a rule: each reads one key, and says what the rule is when it is broken.
#pragma once

#include <string>
#include <vector>

#include "core/config.hpp"

namespace trueup::sim {

/// A number that must be positive (or not negative).
double positive(ConfigTable& table, const std::string& key, double fallback, bool zero_too = false);
/// A whole number of at least 1.
std::size_t count(ConfigTable& table, const std::string& key, std::int64_t fallback);
/// A list of numbers, `size` of them when size is not 0.
void read_numbers(ConfigTable& table, const std::string& key, std::vector<double>& values, std::size_t size);
/// Rising, not negative, at least one.
void read_edges(ConfigTable& table, const std::string& key, std::vector<double>& edges);
/// Between 0 and 1.
void read_efficiencies(ConfigTable& table, const std::string& key, std::vector<double>& values,
                       std::size_t size);
/// Not negative.
void read_widths(ConfigTable& table, const std::string& key, std::vector<double>& values, std::size_t size);

}  // namespace trueup::sim
