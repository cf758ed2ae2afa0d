// The columns of a table while its events are made, block by block, by several threads.
#include "simulate/event_columns.hpp"

#include <algorithm>

namespace trueup::sim {

namespace {

std::vector<BlockedGroup::ColumnName> jet_columns(bool tagged) {
  std::vector<BlockedGroup::ColumnName> columns{{"pt", "GeV"},   {"eta", ""},          {"phi", "rad"},
                                                {"mass", "GeV"}, {"multiplicity", ""}, {"charged", ""},
                                                {"kaons", ""}};
  if (tagged) columns.insert(columns.end(), {{"flavour", ""}, {"btag", ""}});
  return columns;
}

}  // namespace

EventColumns::EventColumns(const SimulationCard& card, const std::vector<Observable>& observables,
                           std::size_t events, std::size_t blocks)
    : observables_(observables),
      scan_(card.scan),
      columns_(observables.size()),
      scanned_(card.scan.size()),
      tagged_jets_(has_objects(card)) {
  for (const LevelInfo& level : possible_levels(card)) {
    const std::string name = level.prefix + "jets";
    const std::vector<std::string>& wanted = card.output.groups;
    groups_.emplace_back(name, std::find(wanted.begin(), wanted.end(), name) != wanted.end(),
                         jet_columns(tagged_jets_));
  }
  grow(events, blocks);
}

void EventColumns::grow(std::size_t events, std::size_t blocks) {
  for (std::vector<float>& column : columns_) column.resize(events);
  for (std::vector<float>& column : scanned_) column.resize(events);
  weights_.resize(events, 1.0f);
  for (BlockedGroup& group : groups_) group.grow(events, blocks);
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
  BlockedGroup& group = groups_[index(level)];
  if (!group.wanted()) return;
  std::vector<float> values;
  for (const Jet& jet : jets) {
    for (const double value : {jet.pt, jet.eta, jet.phi, jet.mass})
      values.push_back(static_cast<float>(value));
    for (const int value : {jet.multiplicity, jet.charged, jet.kaons})
      values.push_back(static_cast<float>(value));
    if (tagged_jets_)
      values.insert(values.end(), {static_cast<float>(jet.flavour), jet.tagged ? 1.0f : 0.0f});
  }
  group.add(row, block, jets.size(), values);
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
  for (BlockedGroup& group : groups_) {
    if (group.wanted()) table.add_group(group.take());
  }
  return table;
}

}  // namespace trueup::sim
