// The constituents of the leading jet as jagged groups, collected block by block by several threads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <trueup/simulate.hpp>
#include <trueup/table.hpp>

#include "simulate/blocked_group.hpp"
#include "simulate/observables.hpp"
#include "simulate/particle.hpp"

namespace trueup::sim {

/// One constituent as a network sees it.
struct Constituent {
  double pt = 0.0, eta = 0.0, phi = 0.0;  ///< as ConstituentCard says
  int pid = 0, charge = 0;
};

/// The particles `of_jet` (rows of `particles`) relative to their jet, hardest first; equal ones in the event's order.
std::vector<Constituent> relative_constituents(std::span<const Particle> particles,
                                               std::span<const std::uint32_t> of_jet);

/// Names that a card may ask for, in the order of ConstituentCard.
const std::vector<std::string>& constituent_columns();

/// Each event owns its row, each block its part of the values.
class ConstituentGroups {
 public:
  ConstituentGroups(const SimulationCard& card, std::size_t events, std::size_t blocks);

  bool wants(Level level) const { return groups_[index(level)].wanted(); }
  /// Called for each event of a block in order; without constituents for an event that has no jet.
  void add(Level level, std::size_t row, std::size_t block, const std::vector<Constituent>& constituents);
  /// Room for more events and blocks.
  void grow(std::size_t events, std::size_t blocks);
  /// Writes (BytesOut) or reads (BytesIn) the rows [first, last) of a block.
  template <typename Bytes>
  void exchange(Bytes& bytes, std::size_t block, std::size_t first, std::size_t last) {
    for (BlockedGroup& group : groups_) group.exchange(bytes, block, first, last);
  }
  /// Moves the groups into the table.
  void take(Table& table);

 private:
  std::vector<std::size_t> columns_;  // places in constituent_columns()
  std::vector<BlockedGroup> groups_;  // by level
};

}  // namespace trueup::sim
