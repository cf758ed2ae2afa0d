// Jagged groups while their events are made: each event owns its row, each block its part of the values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <trueup/table.hpp>

#include "simulate/block_bytes.hpp"

namespace trueup::sim {

/// One group; without `wanted` it stays empty and takes nothing.
class BlockedGroup {
 public:
  struct ColumnName {
    std::string name, unit;
  };
  BlockedGroup(std::string name, bool wanted, std::vector<ColumnName> columns);

  bool wanted() const noexcept { return wanted_; }
  /// Room for so many events and blocks.
  void grow(std::size_t events, std::size_t blocks);
  /// The members of the event `row`: (members, columns) values. Called for each event of a block in order.
  void add(std::size_t row, std::size_t block, std::size_t members, std::span<const float> values);
  /// Writes or reads the rows [first, last) of a block.
  template <typename Bytes>
  void exchange(Bytes& bytes, std::size_t block, std::size_t first, std::size_t last) {
    if (!wanted_) return;
    bytes.values(std::span(counts_).subspan(first, last - first));
    bytes.list(blocks_[block]);
  }
  /// Moves all into a group.
  JaggedGroup take();

 private:
  std::string name_;
  bool wanted_;
  std::vector<ColumnName> columns_;
  std::vector<std::uint64_t> counts_;       // members of each row
  std::vector<std::vector<float>> blocks_;  // (members, columns) of each block
};

}  // namespace trueup::sim
