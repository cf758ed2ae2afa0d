// The columns of collision events: what each is, from which level, and how it is read off an event's summary.
#include "simulate/observables.hpp"

#include <algorithm>
#include <utility>

#include <trueup/error.hpp>

#include "simulate/collider_observables.hpp"

namespace trueup::sim {
namespace {

using S = const EventSummary&;

constexpr ObservableEntry kEvent[] = {
    {"multiplicity", "", "number of visible particles", [](S s) { return s.multiplicity; }},
    {"charged", "", "number of charged particles", [](S s) { return s.charged; }},
    {"thrust", "", "max over axes n of sum |p.n| / sum |p|", [](S s) { return s.thrust; }},
    {"sum_pt", "GeV", "scalar sum of pt", [](S s) { return s.sum_pt; }},
    {"njets", "", "number of jets", [](S s) { return s.jets; }},
    {"jet1_pt", "GeV", "leading jet: pt", [](S s) { return s.leading[0].pt; }},
    {"jet1_eta", "", "leading jet: pseudorapidity", [](S s) { return s.leading[0].eta; }},
    {"jet1_mass", "GeV", "leading jet: mass", [](S s) { return s.leading[0].mass; }},
    {"jet1_multiplicity", "", "leading jet: number of particles",
     [](S s) { return double(s.leading[0].multiplicity); }},
    {"jet1_charged", "", "leading jet: charged particles", [](S s) { return double(s.leading[0].charged); }},
    {"jet2_pt", "GeV", "second jet: pt", [](S s) { return s.leading[1].pt; }},
    {"jet2_eta", "", "second jet: pseudorapidity", [](S s) { return s.leading[1].eta; }},
    {"jet2_mass", "GeV", "second jet: mass", [](S s) { return s.leading[1].mass; }},
    {"jet2_multiplicity", "", "second jet: number of particles",
     [](S s) { return double(s.leading[1].multiplicity); }},
    {"jet2_charged", "", "second jet: charged particles", [](S s) { return double(s.leading[1].charged); }},
};

constexpr ObservableEntry kKaons[] = {
    {"kaons", "", "number of K+-, K0L and K0S", [](S s) { return s.kaons; }},
    {"jet1_kaons", "", "leading jet: kaons", [](S s) { return double(s.leading[0].kaons); }},
    {"jet2_kaons", "", "second jet: kaons", [](S s) { return double(s.leading[1].kaons); }},
    {"jet1_kaon_particles", "", "leading jet: particles that are kaons; K0S that have decayed are not",
     [](S s) { return double(s.leading[0].kaon_particles); }},
    {"jet2_kaon_particles", "", "second jet: particles that are kaons; K0S that have decayed are not",
     [](S s) { return double(s.leading[1].kaon_particles); }},
};

constexpr ObservableEntry kResponse[] = {
    {"charged_thrust", "", "thrust of the charged particles", [](S s) { return s.charged_thrust; }},
    {"charged_pt", "GeV", "scalar sum of the charged particles' pt", [](S s) { return s.charged_pt; }},
    {"charged_barrel_soft", "", "charged particles that leave through the barrel region, low pt",
     [](S s) { return s.response.barrel_soft; }},
    {"charged_barrel_hard", "", "charged particles that leave through the barrel region, high pt",
     [](S s) { return s.response.barrel_hard; }},
    {"charged_endcap_soft", "", "charged particles that leave through the endcap region, low pt",
     [](S s) { return s.response.endcap_soft; }},
    {"charged_endcap_hard", "", "charged particles that leave through the endcap region, high pt",
     [](S s) { return s.response.endcap_hard; }},
    {"expected_tracks", "", "sum of the charged particles' tracking efficiencies",
     [](S s) { return s.response.expected_tracks; }},
};

void add(std::vector<Observable>& out, std::span<const ObservableEntry> entries, const LevelInfo& level) {
  for (const ObservableEntry& e : entries)
    out.push_back({level.prefix + e.name, e.unit, e.meaning, level.level, e.value});
}

constexpr const char* kSubstructure = "fatjet";

/// Quantity k of each event's substructure.
void add_substructure(std::vector<Observable>& out, const LevelInfo& level) {
  const std::vector<SubstructureColumn> columns = substructure_columns(*level.substructure);
  for (std::size_t k = 0; k < columns.size(); ++k) {
    out.push_back({level.prefix + columns[k].name, columns[k].unit, columns[k].meaning, level.level,
                   [k](S s) { return s.substructure[k]; }});
  }
  if (columns.empty() || level.level == Level::generator) return;
  out.push_back({level.prefix + "fatjet1_matched", "",
                 "1 when this jet is that of generator level: closer than half the radius", level.level,
                 [](S s) { return s.fatjet1_matched; }});
}

}  // namespace

std::vector<Observable> available_observables(const SimulationCard& card) {
  std::vector<Observable> out;
  for (const LevelInfo& level : possible_levels(card)) {
    if (!is_wanted(card, level)) continue;
    const bool generator = level.level == Level::generator;
    add(out, kEvent, level);
    if (generator) add(out, kKaons, level);
    if (generator && card.detector.type != "none") add(out, kResponse, level);
    if (has_objects(card)) add(out, collider_entries(), level);
    add_substructure(out, level);
  }
  return out;
}

namespace {

/// Of `all`, those named, in the names' order; `key` is where the names come from.
std::vector<Observable> named_observables(const std::vector<Observable>& all,
                                          const std::vector<std::string>& wanted, const std::string& key) {
  std::vector<std::string> names;
  for (const Observable& o : all) names.push_back(o.name);
  std::vector<Observable> found;
  for (const std::string& name : wanted) {
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end()) {
      throw ConfigError(key + ": this card gives no column '" + name + "'" + "; it gives " +
                        quoted_list(names) + did_you_mean(name, names));
    }
    found.push_back(all[static_cast<std::size_t>(at - names.begin())]);
  }
  return found;
}

}  // namespace

std::vector<Observable> chosen_observables(const SimulationCard& card) {
  std::vector<Observable> all = available_observables(card);
  if (card.output.columns.empty()) return all;
  return named_observables(all, card.output.columns, "output.columns");
}

std::vector<Observable> needed_observables(const SimulationCard& card) {
  std::vector<Observable> needed = chosen_observables(card);
  for (Observable& o :
       named_observables(available_observables(card), card.output.require, "output.require")) {
    const bool there = std::any_of(needed.begin(), needed.end(),
                                   [&](const Observable& other) { return other.name == o.name; });
    if (!there) needed.push_back(std::move(o));
  }
  return needed;
}

std::vector<Observable> required_generator_observables(const SimulationCard& card) {
  std::vector<Observable> required =
      named_observables(available_observables(card), card.output.require, "output.require");
  std::erase_if(required, [](const Observable& o) { return o.level != Level::generator; });
  return required;
}

Summariser::Summariser(const std::vector<Observable>& observables,
                       std::vector<std::unique_ptr<Substructure>> substructure)
    : substructure_(std::move(substructure)) {
  for (const Observable& o : observables) {
    if (index(o.level) >= wanted_.size()) wanted_.resize(index(o.level) + 1);
    Wanted& wanted = wanted_[index(o.level)];
    wanted.any = true;
    const bool charged = o.name.ends_with("_charged_thrust");
    wanted.charged_thrust |= charged;
    wanted.thrust |= !charged && o.name.ends_with("_thrust");
    wanted.substructure |= o.name.find(kSubstructure) != std::string::npos;
  }
}

EventSummary Summariser::operator()(Level level, std::span<const Particle> objects,
                                    std::span<const Jet> jets) {
  EventSummary s;
  s.multiplicity = static_cast<double>(objects.size());
  for (const Particle& p : objects) {
    const double pt = p.pt();
    s.charged += p.charge != 0;
    s.kaons += p.kaons;
    s.sum_pt += pt;
    if (p.charge != 0) s.charged_pt += pt;
  }
  const Wanted wanted = index(level) < wanted_.size() ? wanted_[index(level)] : Wanted{};
  if (wanted.thrust) s.thrust = thrust_(objects);
  if (wanted.charged_thrust) s.charged_thrust = thrust_(objects, true);
  if (wanted.substructure) substructure_[index(level)]->compute(objects, s.substructure);
  s.jets = static_cast<double>(jets.size());
  std::copy_n(jets.begin(), std::min(jets.size(), s.leading.size()), s.leading.begin());
  return s;
}

}  // namespace trueup::sim
