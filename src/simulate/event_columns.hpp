// The columns of a table while its events are made, block by block, by several threads.
#pragma once

#include <cstddef>
#include <span>
#include <string>
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
  /// `summaries`: one a level.
  void set_row(std::size_t row, std::span<const EventSummary> summaries, double weight);
  void set_scanned(std::size_t row, const std::vector<double>& values);
  /// Called for each event of a block in order.
  void add_jets(Level level, std::size_t row, std::size_t block, const std::vector<Jet>& jets);

  /// Room for more events and blocks.
  void grow(std::size_t events, std::size_t blocks);

  /// Moves everything into a table; weights only when one differs from 1.
  Table take();

 private:
  struct Group {
    std::string name;
    bool wanted = false;
    std::vector<std::uint64_t> counts;     // jets of each row
    std::vector<std::vector<Jet>> blocks;  // jets of each block, in order
  };

  JaggedGroup jagged(const Group& group) const;

  const std::vector<Observable>& observables_;
  std::vector<ScannedParameter> scan_;
  std::vector<std::vector<float>> columns_;
  std::vector<std::vector<float>> scanned_;
  std::vector<float> weights_;
  bool tagged_jets_;           // jets have flavours and tags
  std::vector<Group> groups_;  // by level
};

}  // namespace trueup::sim
