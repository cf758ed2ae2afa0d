// The columns of a table while its events are made, block by block, by several threads.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <trueup/table.hpp>

#include "simulate/blocked_group.hpp"
#include "simulate/observables.hpp"

namespace trueup::sim {

/// One row a piece of work: each event owns its row in every column, each block its part of the groups.
class EventColumns {
 public:
  EventColumns(const SimulationCard& card, const std::vector<Observable>& observables, std::size_t events,
               std::size_t blocks);

  bool wants_group(Level level) const { return groups_[index(level)].wanted(); }
  /// `summaries`: one a level.
  void set_row(std::size_t row, std::span<const EventSummary> summaries, double weight);
  void set_scanned(std::size_t row, const std::vector<double>& values);
  /// Called for each event of a block in order.
  void add_jets(Level level, std::size_t row, std::size_t block, const std::vector<Jet>& jets);

  /// Room for more events and blocks.
  void grow(std::size_t events, std::size_t blocks);

  /// Writes (BytesOut) or reads (BytesIn) the rows [first, last) of a block.
  template <typename Bytes>
  void exchange(Bytes& bytes, std::size_t block, std::size_t first, std::size_t last) {
    const auto rows = [&](std::vector<float>& column) {
      bytes.values(std::span(column).subspan(first, last - first));
    };
    for (std::vector<float>& column : columns_) rows(column);
    for (std::vector<float>& column : scanned_) rows(column);
    rows(weights_);
    for (BlockedGroup& group : groups_) group.exchange(bytes, block, first, last);
  }

  /// Moves everything into a table; weights only when one differs from 1.
  Table take();

 private:
  const std::vector<Observable>& observables_;
  std::vector<ScannedParameter> scan_;
  std::vector<std::vector<float>> columns_;
  std::vector<std::vector<float>> scanned_;
  std::vector<float> weights_;
  bool tagged_jets_;                  // jets have flavours and tags
  std::vector<BlockedGroup> groups_;  // by level
};

}  // namespace trueup::sim
