// Counting a sample's blocks.
#include "simulate/sample_blocks.hpp"

#include <numeric>
#include <string>

#include "simulate/block_bytes.hpp"

namespace trueup::sim {

SampleBlocks::SampleBlocks(const BlockRange& range, EventColumns& columns, ConstituentGroups& constituents,
                           Monitor& monitor)
    : range_(range),
      columns_(columns),
      constituents_(constituents),
      monitor_(monitor),
      failed_(range.blocks(), 0),
      given_up_(range.blocks(), 0),
      taken_(range.blocks(), 0) {}

bool SampleBlocks::take(std::size_t block, std::string_view text) {
  if (block >= taken_.size() || taken_[block] != 0) return false;
  BytesIn bytes(text);
  exchange(bytes, block);
  taken_[block] = 1;
  done_ += events(block);
  reused_ += events(block);
  monitor_.progress("simulate", done_, range_.events, "made earlier");
  return true;
}

std::vector<std::size_t> SampleBlocks::missing() const {
  std::vector<std::size_t> blocks;
  for (std::size_t b = 0; b < taken_.size(); ++b) {
    if (taken_[b] == 0) blocks.push_back(b);
  }
  return blocks;
}

void SampleBlocks::finish(std::size_t block, const GeneratorCounts& counts, BlockFile& file) {
  failed_[block] = counts.failed;
  given_up_[block] = counts.given_up;
  if (file.keeps()) {
    BytesOut bytes;
    exchange(bytes, block);
    file.add(block, bytes.text());
  }
  const std::lock_guard lock(mutex_);
  done_ += events(block);
  // The rate is without events of an earlier call.
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  const double rate = static_cast<double>(done_ - reused_) / std::max(elapsed.count(), 1e-9);
  monitor_.progress("simulate", done_, range_.events, std::to_string(static_cast<long>(rate)) + " events/s");
}

GeneratorCounts SampleBlocks::counts() const {
  return {std::accumulate(failed_.begin(), failed_.end(), std::uint64_t{0}),
          std::accumulate(given_up_.begin(), given_up_.end(), std::uint64_t{0})};
}

}  // namespace trueup::sim
