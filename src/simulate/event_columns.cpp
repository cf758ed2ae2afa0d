// The columns of a table while its events are made, block by block, by several threads.
#include "simulate/event_columns.hpp"

#include <algorithm>

namespace trueup::sim {

EventColumns::EventColumns(const SimulationCard& card, const std::vector<Observable>& observables,
                           std::size_t events, std::size_t blocks)
    : observables_(observables),
      scan_(card.scan),
      columns_(observables.size()),
      scanned_(card.scan.size()),
      tagged_jets_(has_objects(card)) {
  for (const LevelInfo& level : possible_levels(card)) {
    Group group;
    group.name = level.prefix + "jets";
    const std::vector<std::string>& wanted = card.output.groups;
    group.wanted = std::find(wanted.begin(), wanted.end(), group.name) != wanted.end();
    groups_.push_back(std::move(group));
  }
  grow(events, blocks);
}

void EventColumns::grow(std::size_t events, std::size_t blocks) {
  for (std::vector<float>& column : columns_) column.resize(events);
  for (std::vector<float>& column : scanned_) column.resize(events);
  weights_.resize(events);
  for (Group& group : groups_) {
    if (!group.wanted) continue;
    group.counts.resize(events, 0);
    group.blocks.resize(blocks);
  }
}

void EventColumns::set_row(std::size_t row, std::span<const EventSummary> summaries, double weight) {
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const Observable& o = observables_[c];
    columns_[c][row] = static_cast<float>(o.value(summaries[index(o.level)]));
  }
  weights_[row] = static_cast<float>(weight);
}

void EventColumns::set_scanned(std::size_t row, const std::vector<double>& values) {
  for (std::size_t p = 0; p < values.size(); ++p) scanned_[p][row] = static_cast<float>(values[p]);
}

void EventColumns::add_jets(Level level, std::size_t row, std::size_t block, const std::vector<Jet>& jets) {
  Group& group = groups_[index(level)];
  if (!group.wanted) return;
  group.counts[row] = jets.size();
  group.blocks[block].insert(group.blocks[block].end(), jets.begin(), jets.end());
}

JaggedGroup EventColumns::jagged(const Group& group) const {
  JaggedGroup out;
  out.name = group.name;
  out.offsets.assign(1, 0);
  for (const std::uint64_t count : group.counts) out.offsets.push_back(out.offsets.back() + count);
  out.columns = {{"pt", "GeV", {}},        {"eta", "", {}},     {"phi", "rad", {}}, {"mass", "GeV", {}},
                 {"multiplicity", "", {}}, {"charged", "", {}}, {"kaons", "", {}}};
  if (tagged_jets_) {
    out.columns.push_back({"flavour", "", {}});
    out.columns.push_back({"btag", "", {}});
  }
  for (const std::vector<Jet>& block : group.blocks) {
    for (const Jet& jet : block) {
      const double values[] = {jet.pt,
                               jet.eta,
                               jet.phi,
                               jet.mass,
                               static_cast<double>(jet.multiplicity),
                               static_cast<double>(jet.charged),
                               static_cast<double>(jet.kaons),
                               static_cast<double>(jet.flavour),
                               static_cast<double>(jet.tagged)};
      for (std::size_t c = 0; c < out.columns.size(); ++c) {
        out.columns[c].values.push_back(static_cast<float>(values[c]));
      }
    }
  }
  return out;
}

Table EventColumns::take() {
  Table table;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    table.add_column(observables_[c].name, std::move(columns_[c]), observables_[c].unit);
  }
  for (std::size_t p = 0; p < scan_.size(); ++p) {
    table.add_column(scan_[p].name, std::move(scanned_[p]), scan_[p].unit);
  }
  const bool weighted = std::any_of(weights_.begin(), weights_.end(), [](float w) { return w != 1.0f; });
  if (weighted) table.set_weights(std::move(weights_));
  for (const Group& group : groups_) {
    if (group.wanted) table.add_group(jagged(group));
  }
  return table;
}

}  // namespace trueup::sim
