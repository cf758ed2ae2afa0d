// The values of scanned parameters, and what the table says about them.
#include "simulate/scan.hpp"

#include <algorithm>
#include <charconv>

namespace trueup::sim {

std::vector<double> scan_point(const std::vector<ScannedParameter>& scan, std::uint64_t seed,
                               std::uint64_t index) {
  RandomStream stream(seed, "scan", index);
  std::vector<double> values;
  for (const ScannedParameter& p : scan) {
    // Rounded to the table's precision, so that the table holds the very value that the source was given.
    const auto drawn = static_cast<double>(static_cast<float>(stream.uniform(p.low, p.high)));
    values.push_back(std::clamp(drawn, p.low, p.high));
  }
  return values;
}

std::string shortest_text(double value) {
  char buffer[32];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
  return std::string(buffer, result.ptr);
}

void describe(Table& table, const SimulationCard& card, std::uint64_t seed) {
  table.set_metadata("card", card.toml);
  table.set_metadata("source", card.source);
  table.set_metadata("seed", std::to_string(seed));
  for (const FixedParameter& p : card.fixed) {
    table.set_metadata("truth." + p.name, shortest_text(p.value));
    table.set_metadata("setting." + p.name, p.setting);
  }
  for (const ScannedParameter& p : card.scan) {
    table.set_metadata("scan." + p.name + ".low", shortest_text(p.low));
    table.set_metadata("scan." + p.name + ".high", shortest_text(p.high));
    table.set_metadata("setting." + p.name, p.setting);
  }
}

}  // namespace trueup::sim
