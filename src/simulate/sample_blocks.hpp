// Which blocks of a sample are there: made now, or taken from the file of an interrupted call.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include <trueup/monitor.hpp>

#include "simulate/block_file.hpp"
#include "simulate/constituents.hpp"
#include "simulate/event_columns.hpp"
#include "simulate/generator_counts.hpp"

namespace trueup::sim {

/// Events of a sample, cut into blocks, the last of which may be shorter.
struct BlockRange {
  std::size_t events = 0, block_events = 1;

  std::size_t blocks() const { return (events + block_events - 1) / block_events; }
  std::size_t first(std::size_t block) const { return block * block_events; }
  std::size_t last(std::size_t block) const { return std::min(first(block) + block_events, events); }
};

/// Counts finished blocks, and tells the monitor with the rate. Columns and groups must outlive it.
class SampleBlocks {
 public:
  SampleBlocks(const BlockRange& range, EventColumns& columns, ConstituentGroups& constituents,
               Monitor& monitor);

  /// A block of an earlier call, from its bytes: false when it is there already or beyond the sample's end.
  bool take(std::size_t block, std::string_view bytes);
  /// Numbers of those that are not there yet.
  std::vector<std::size_t> missing() const;
  /// A block whose rows are filled, and what became of its events. Thread-safe.
  void finish(std::size_t block, const GeneratorCounts& counts, BlockFile& file);

  /// Of all blocks.
  GeneratorCounts counts() const;

 private:
  template <typename Bytes>
  void exchange(Bytes& bytes, std::size_t block) {
    bytes.values(std::span(failed_).subspan(block, 1));
    bytes.values(std::span(given_up_).subspan(block, 1));
    columns_.exchange(bytes, block, range_.first(block), range_.last(block));
    constituents_.exchange(bytes, block, range_.first(block), range_.last(block));
  }
  std::size_t events(std::size_t block) const { return range_.last(block) - range_.first(block); }

  BlockRange range_;
  EventColumns& columns_;
  ConstituentGroups& constituents_;
  Monitor& monitor_;
  std::vector<std::uint64_t> failed_, given_up_;  // of each block
  std::vector<std::uint8_t> taken_;               // from the file
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::size_t done_ = 0, reused_ = 0;  // events
  std::mutex mutex_;
};

}  // namespace trueup::sim
