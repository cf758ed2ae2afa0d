// Constituents relative to their jet, and their groups.
#include "simulate/constituents.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numbers>

namespace trueup {

float pid_class(int pid) {
  constexpr std::array kKnown{22, 211, -211, 321, -321, 130, 2112, -2112, 2212, -2212, 11, -11, 13, -13};
  const auto at = std::find(kKnown.begin(), kKnown.end(), pid) - kKnown.begin();
  return static_cast<float>(at) / static_cast<float>(kKnown.size());
}

namespace sim {
namespace {

using Value = float (*)(const Constituent&);

struct ColumnEntry {
  const char* name;
  const char* unit;
  Value value;
};

constexpr std::array kColumns{
    ColumnEntry{"pt", "", [](const Constituent& c) { return static_cast<float>(c.pt); }},
    ColumnEntry{"eta", "", [](const Constituent& c) { return static_cast<float>(c.eta); }},
    ColumnEntry{"phi", "rad", [](const Constituent& c) { return static_cast<float>(c.phi); }},
    ColumnEntry{"pid", "", [](const Constituent& c) { return pid_class(c.pid); }},
    ColumnEntry{"charge", "", [](const Constituent& c) { return static_cast<float>(c.charge); }},
    ColumnEntry{"kaon", "", [](const Constituent& c) { return is_kaon(c.pid) ? 1.0f : 0.0f; }},
};

double wrapped(double phi) {
  return std::remainder(phi, 2.0 * std::numbers::pi);
}

}  // namespace

std::vector<Constituent> relative_constituents(std::span<const Particle> particles,
                                               std::span<const std::uint32_t> of_jet) {
  std::vector<Constituent> found;
  double sum = 0.0, eta = 0.0, phi = 0.0, reference = 0.0;
  for (const std::uint32_t i : of_jet) {
    const Particle& p = particles[i];
    const double pt = p.pt();
    if (!(pt > 0.0)) continue;  // along the beam: no direction
    Constituent c{pt, pseudorapidity(pt, p.pz), std::atan2(p.py, p.px), p.pid, p.charge};
    if (found.empty())
      reference = c.phi;  // angles are averaged around one of them, so that the cut at π is far
    c.phi = wrapped(c.phi - reference);
    sum += pt;
    eta += pt * c.eta;
    phi += pt * c.phi;
    found.push_back(c);
  }
  for (Constituent& c : found) {
    c.pt /= sum;
    c.eta -= eta / sum;
    c.phi = wrapped(c.phi - phi / sum);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Constituent& a, const Constituent& b) { return a.pt > b.pt; });
  return found;
}

const std::vector<std::string>& constituent_columns() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const ColumnEntry& c : kColumns) all.emplace_back(c.name);
    return all;
  }();
  return names;
}

ConstituentGroups::ConstituentGroups(const SimulationCard& card, std::size_t events, std::size_t blocks) {
  std::vector<BlockedGroup::ColumnName> names;
  for (const std::string& name : card.constituents.columns) {
    const auto& known = constituent_columns();
    columns_.push_back(static_cast<std::size_t>(std::find(known.begin(), known.end(), name) - known.begin()));
    names.push_back({name, kColumns[columns_.back()].unit});
  }
  for (const LevelInfo& level : possible_levels(card)) {
    const std::string name = level.prefix + "constituents";
    const auto& wanted = card.output.groups;
    groups_.emplace_back(name, std::find(wanted.begin(), wanted.end(), name) != wanted.end(), names);
  }
  grow(events, blocks);
}

void ConstituentGroups::grow(std::size_t events, std::size_t blocks) {
  for (BlockedGroup& group : groups_) group.grow(events, blocks);
}

void ConstituentGroups::add(Level level, std::size_t row, std::size_t block,
                            const std::vector<Constituent>& constituents) {
  std::vector<float> values;
  values.reserve(constituents.size() * columns_.size());
  for (const Constituent& c : constituents) {
    for (const std::size_t column : columns_) values.push_back(kColumns[column].value(c));
  }
  groups_[index(level)].add(row, block, constituents.size(), values);
}

void ConstituentGroups::take(Table& table) {
  for (BlockedGroup& group : groups_) {
    if (group.wanted()) table.add_group(group.take());
  }
}

}  // namespace sim
}  // namespace trueup
