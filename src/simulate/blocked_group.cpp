// Jagged groups while their events are made.
#include "simulate/blocked_group.hpp"

#include <utility>

namespace trueup::sim {

BlockedGroup::BlockedGroup(std::string name, bool wanted, std::vector<ColumnName> columns)
    : name_(std::move(name)), wanted_(wanted), columns_(std::move(columns)) {}

void BlockedGroup::grow(std::size_t events, std::size_t blocks) {
  if (!wanted_) return;
  counts_.resize(events, 0);
  blocks_.resize(blocks);
}

void BlockedGroup::add(std::size_t row, std::size_t block, std::size_t members,
                       std::span<const float> values) {
  counts_[row] = members;
  blocks_[block].insert(blocks_[block].end(), values.begin(), values.end());
}

JaggedGroup BlockedGroup::take() {
  JaggedGroup out;
  out.name = name_;
  out.offsets.assign(1, 0);
  for (const std::uint64_t count : counts_) out.offsets.push_back(out.offsets.back() + count);
  for (const ColumnName& column : columns_) {
    out.columns.push_back({column.name, column.unit, {}});
    out.columns.back().values.reserve(out.members());
  }
  for (std::vector<float>& block : blocks_) {
    for (std::size_t i = 0; i < block.size(); ++i) {
      out.columns[i % columns_.size()].values.push_back(block[i]);
    }
    std::vector<float>().swap(block);  // both copies of all events at once would double the memory
  }
  return out;
}

}  // namespace trueup::sim
