// Which events of a sample get a row.
#include "simulate/required.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace trueup::sim {

Table required_rows(const SimulationCard& card, Table table) {
  if (card.output.require.empty()) return table;
  std::vector<std::uint8_t> keep(table.rows(), 1);
  for (const std::string& name : card.output.require) {
    const std::span<const float> values = table.values(name);
    for (std::size_t row = 0; row < keep.size(); ++row) {
      if (values[row] == 0.0f) keep[row] = 0;
    }
  }
  table.set_metadata("events", std::to_string(table.rows()));
  const std::vector<SimulatedColumn> columns = simulated_columns(card);
  for (const std::string& name : card.output.require) {
    const bool chosen =
        std::any_of(columns.begin(), columns.end(), [&](const SimulatedColumn& c) { return c.name == name; });
    if (!chosen && table.has(name)) table.remove_column(name);
  }
  return table.filter(keep);
}

}  // namespace trueup::sim
