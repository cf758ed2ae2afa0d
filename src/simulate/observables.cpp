// The columns of collision events: what each is, from which level, and how it is read off an event's summary.
#include "simulate/observables.hpp"

#include <algorithm>
#include <utility>

#include <trueup/error.hpp>

namespace trueup::sim {
namespace {

using Value = double (*)(const EventSummary&);

struct Entry {
  const char* name;
  const char* unit;
  const char* meaning;
  Value value;
};

using S = const EventSummary&;

constexpr Entry kEvent[] = {
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

constexpr Entry kKaons[] = {
    {"kaons", "", "number of K+-, K0L and K0S", [](S s) { return s.kaons; }},
    {"jet1_kaons", "", "leading jet: kaons", [](S s) { return double(s.leading[0].kaons); }},
    {"jet2_kaons", "", "second jet: kaons", [](S s) { return double(s.leading[1].kaons); }},
    {"jet1_kaon_particles", "", "leading jet: particles that are kaons; K0S that have decayed are not",
     [](S s) { return double(s.leading[0].kaon_particles); }},
    {"jet2_kaon_particles", "", "second jet: particles that are kaons; K0S that have decayed are not",
     [](S s) { return double(s.leading[1].kaon_particles); }},
};

constexpr Entry kResponse[] = {
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

template <std::size_t N>
void add(std::vector<Observable>& out, const Entry (&entries)[N], Level level) {
  const std::string prefix = level == Level::generator ? "gen_" : "det_";
  for (const Entry& e : entries) out.push_back({prefix + e.name, e.unit, e.meaning, level, e.value});
}

constexpr const char* kSubstructure = "fatjet";

/// Quantity k of each event's substructure.
void add_substructure(std::vector<Observable>& out, const SubstructureCard& card, Level level) {
  const std::string prefix = level == Level::generator ? "gen_" : "det_";
  const std::vector<SubstructureColumn> columns = substructure_columns(card);
  for (std::size_t k = 0; k < columns.size(); ++k) {
    out.push_back({prefix + columns[k].name, columns[k].unit, columns[k].meaning, level,
                   [k](S s) { return s.substructure[k]; }});
  }
}

bool has_level(const SimulationCard& card, const std::string& level) {
  return std::find(card.output.levels.begin(), card.output.levels.end(), level) != card.output.levels.end();
}

}  // namespace

std::vector<Observable> available_observables(const SimulationCard& card) {
  std::vector<Observable> out;
  if (has_level(card, "generator")) {
    add(out, kEvent, Level::generator);
    add(out, kKaons, Level::generator);
    if (card.detector.type != "none") add(out, kResponse, Level::generator);
    add_substructure(out, card.substructure, Level::generator);
  }
  if (has_level(card, "detector")) {
    add(out, kEvent, Level::detector);
    add_substructure(out, card.substructure, Level::detector);
  }
  return out;
}

std::vector<Observable> chosen_observables(const SimulationCard& card) {
  std::vector<Observable> all = available_observables(card);
  if (card.output.columns.empty()) return all;
  std::vector<std::string> names;
  for (const Observable& o : all) names.push_back(o.name);
  std::vector<Observable> chosen;
  for (const std::string& name : card.output.columns) {
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end()) {
      throw ConfigError("output.columns: this card gives no column '" + name + "'" + "; it gives " +
                        quoted_list(names) + did_you_mean(name, names));
    }
    chosen.push_back(all[static_cast<std::size_t>(at - names.begin())]);
  }
  return chosen;
}

Summariser::Summariser(const std::vector<Observable>& observables,
                       std::unique_ptr<Substructure> substructure)
    : substructure_(std::move(substructure)) {
  for (const Observable& o : observables) {
    Wanted& wanted = wanted_[index(o.level)];
    wanted.any = true;
    wanted.thrust |= o.name.ends_with("_thrust") && o.name != "gen_charged_thrust";
    wanted.substructure |= o.name.find(kSubstructure) != std::string::npos;
    charged_thrust_ |= o.name == "gen_charged_thrust";
  }
}

EventSummary Summariser::common(std::span<const Particle> particles, JetFinder& finder,
                                std::vector<Jet>& jets, Level level) {
  EventSummary s;
  s.multiplicity = static_cast<double>(particles.size());
  for (const Particle& p : particles) {
    const double pt = p.pt();
    s.charged += p.charge != 0;
    s.kaons += p.kaons;
    s.sum_pt += pt;
    if (p.charge != 0) s.charged_pt += pt;
  }
  const Wanted& wanted = wanted_[index(level)];
  if (wanted.thrust) s.thrust = thrust_(particles);
  if (wanted.substructure) substructure_->compute(particles, s.substructure);
  finder.find(particles, jets);
  s.jets = static_cast<double>(jets.size());
  std::copy_n(jets.begin(), std::min(jets.size(), s.leading.size()), s.leading.begin());
  return s;
}

EventSummary Summariser::generator(std::span<const Particle> particles, JetFinder& finder,
                                   std::vector<Jet>& jets) {
  EventSummary s = common(particles, finder, jets, Level::generator);
  if (charged_thrust_) s.charged_thrust = thrust_(particles, true);
  return s;
}

EventSummary Summariser::detector(std::span<const Particle> objects, JetFinder& finder,
                                  std::vector<Jet>& jets) {
  return common(objects, finder, jets, Level::detector);
}

}  // namespace trueup::sim
