// The columns of a table while its events are made, block by block, by several threads.
#pragma once

#include <cstddef>
#include <vector>

#include <trueup/table.hpp>

#include "simulate/observables.hpp"

namespace trueup::sim {

/// One row a piece of work: each event owns its row in every column, each block its part of the groups.
class EventColumns {
 public:
  EventColumns(const SimulationCard& card, const std::vector<Observable>& observables, std::size_t events,
               std::size_t blocks);

  bool wants_group(Level level) const { return groups_[index(level)].wanted; }
  void set_row(std::size_t row, const EventSummary& generator, const EventSummary& detector, double weight);
  void set_scanned(std::size_t row, const std::vector<double>& values);
  /// Called for each event of a block in order.
  void add_jets(Level level, std::size_t row, std::size_t block, const std::vector<Jet>& jets);

  /// Moves everything into a table; weights only when one differs from 1.
  Table take();

 private:
  struct Group {
    bool wanted = false;
    std::vector<std::uint64_t> counts;     // jets of each row
    std::vector<std::vector<Jet>> blocks;  // jets of each block, in order
  };

  static std::size_t index(Level level) { return level == Level::generator ? 0 : 1; }
  static JaggedGroup jagged(const Group& group, const std::string& name);

  const std::vector<Observable>& observables_;
  std::vector<ScannedParameter> scan_;
  std::vector<std::vector<float>> columns_;
  std::vector<std::vector<float>> scanned_;
  std::vector<float> weights_;
  Group groups_[2];
};

}  // namespace trueup::sim
