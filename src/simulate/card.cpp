// Reading a simulation card.
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/simulate.hpp>

#include "core/config.hpp"
#include "simulate/card_sections.hpp"
#include "simulate/card_values.hpp"
#include "simulate/detector_card.hpp"
#include "simulate/levels.hpp"

namespace trueup {
namespace {

using sim::count;
using sim::positive;
using sim::read_numbers;

void read_jets(ConfigTable table, JetCard& card) {
  card.algorithm = table.choice("algorithm", {"antikt", "kt", "cambridge"}, card.algorithm);
  card.radius = positive(table, "radius", card.radius);
  card.min_pt = positive(table, "min_pt", card.min_pt, true);
}

void read_pythia(ConfigTable table, SimulationCard& card) {
  // The list first: settings of their own key, which --set can change, win over it.
  card.pythia_settings = table.strings("settings", {});
  for (const std::string& key : table.keys()) {
    if (key != "settings") card.pythia_settings.push_back(key + " = " + table.scalar_text(key));
  }
}

/// Of the veto's min_pt: with more of the shower to come, partons do not tell the jets yet.
constexpr double kLargestScale = 0.25;

void read_parton_veto(ConfigTable table, PartonVetoCard& card) {
  card.wanted = true;
  card.min_pt = table.number("min_pt");
  if (!(card.min_pt >= 0.0)) table.fail("min_pt", "must not be negative");
  card.scale = positive(table, "scale", card.scale);
  if (card.min_pt > 0.0 && card.scale > kLargestScale * card.min_pt)
    table.fail("scale",
               "must be a quarter of min_pt at most, or jets are lost of which the shower is yet to come");
  card.radius = positive(table, "radius", card.radius);
}

/// The jets of a generator-level column that is 0 without any; null for other columns.
struct RequiredJets {
  const char* section;
  double radius, min_pt;
};

std::optional<RequiredJets> required_jets(const SimulationCard& card, const std::string& column) {
  if (column == "gen_fatjet1_neighbour_dr") return std::nullopt;  // 10 without a jet
  if (column.starts_with("gen_fatjet") || column == "gen_nfatjets")
    return RequiredJets{"substructure", card.substructure.radius, card.substructure.min_pt};
  if (column.starts_with("gen_jet") || column == "gen_njets")
    return RequiredJets{"jets", card.jets.radius, card.jets.min_pt};
  return std::nullopt;
}

/// Events that are given up have no row: a column must drop them that is 0 where there are no jets as hard as the veto's.
void check_parton_veto(const ConfigTable& root, const SimulationCard& card) {
  if (!card.parton_veto.wanted) return;
  if (card.source != "pythia")
    root.fail("parton_veto", "is for source 'pythia' only, this card has '" + card.source + "'");
  const PartonVetoCard& veto = card.parton_veto;
  std::string why;
  for (const std::string& name : card.output.require) {
    const auto jets = required_jets(card, name);
    if (!jets) continue;
    if (jets->min_pt > veto.min_pt && jets->radius <= veto.radius) return;
    why += fmt::format(
        "; '{}' is of jets above {:g} GeV with radius {:g} ([{}]), the veto's are above {:g} GeV with radius "
        "{:g}",
        name, jets->min_pt, jets->radius, jets->section, veto.min_pt, veto.radius);
  }
  root.fail(
      "parton_veto",
      "gives up events, which then have no row: output.require must name a generator-level column of jets "
      "that are harder than its min_pt and no wider than its radius, such as \"gen_fatjet1_pt\"" +
          why);
}

void read_gaussian(ConfigTable table, GaussianCard& card) {
  card.mean = table.number("mean", card.mean);
  card.sigma = positive(table, "sigma", card.sigma);
  card.noise = positive(table, "noise", card.noise, true);
}

void read_gaussian_pair(ConfigTable table, GaussianPairCard& card) {
  card.mean = table.number("mean", card.mean);
  card.omega0 = table.number("omega0", card.omega0);
  card.omega1 = table.number("omega1", card.omega1);
}

std::array<double, 2> read_pair(ConfigTable& table, const std::string& key, std::array<double, 2> fallback) {
  std::vector<double> values(fallback.begin(), fallback.end());
  read_numbers(table, key, values, 2);
  return {values[0], values[1]};
}

/// [xx, xh, hh] of a covariance matrix: no negative eigenvalue.
Covariance2 read_covariance(ConfigTable& table, const std::string& key, const Covariance2& fallback) {
  std::vector<double> values{fallback.xx, fallback.xh, fallback.hh};
  read_numbers(table, key, values, 3);
  const Covariance2 matrix{values[0], values[1], values[2]};
  if (!(matrix.xx >= 0.0 && matrix.hh >= 0.0 && matrix.xh * matrix.xh <= matrix.xx * matrix.hh))
    table.fail(key, "needs [xx, xh, hh] of a covariance matrix: xx and hh not negative, xh^2 at most xx hh");
  return matrix;
}

void read_populations(ConfigTable table, PopulationsCard& card) {
  card.small_fraction = table.number("small_fraction", card.small_fraction);
  card.large_mean = read_pair(table, "large_mean", card.large_mean);
  card.large_covariance = read_covariance(table, "large_covariance", card.large_covariance);
  card.small_mean = read_pair(table, "small_mean", card.small_mean);
  card.small_covariance = read_covariance(table, "small_covariance", card.small_covariance);
  card.detector = table.choice("detector", {"fast", "full"}, card.detector);
  card.smearing = read_covariance(table, "smearing", card.smearing);
  card.small_shift = read_pair(table, "small_shift", card.small_shift);
}

void read_fixed(ConfigTable all, SimulationCard& card) {
  for (const std::string& name : all.keys()) {
    ConfigTable table = all.table(name);
    card.fixed.push_back({name, table.string("setting"), table.number("value"), table.string("unit", "")});
  }
}

void read_scan(ConfigTable all, SimulationCard& card) {
  for (const std::string& name : all.keys()) {
    ConfigTable table = all.table(name);
    const std::vector<double> range = table.numbers("range");
    if (range.size() != 2 || !(range[0] < range[1])) table.fail("range", "needs [low, high] with low < high");
    for (const FixedParameter& fixed : card.fixed) {
      if (fixed.name == name) all.fail(name, "'" + name + "' is both fixed and scanned");
    }
    card.scan.push_back({name, table.string("setting"), range[0], range[1], table.string("unit", "")});
  }
}

/// `name` must be one of `known`; else an error about `key`, whose entries are called `what`.
void require_known(const ConfigTable& table, const std::string& key, const std::string& what,
                   const std::string& name, const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), name) != known.end()) return;
  table.fail(key, "unknown " + what + " '" + name + "'" + did_you_mean(name, known) + "; known are " +
                      quoted_list(known));
}

void read_output(ConfigTable table, SimulationCard& whole, bool collisions) {
  OutputCard& card = whole.output;
  const std::vector<sim::LevelInfo> levels = sim::possible_levels(whole);
  std::vector<std::string> names, groups;
  for (const sim::LevelInfo& level : levels) {
    names.push_back(level.name);
    groups.insert(groups.end(), {level.prefix + "jets", level.prefix + "constituents"});
  }
  card.levels = table.strings("levels", names);
  if (card.levels.empty()) table.fail("levels", "names no level; known are " + quoted_list(names));
  for (const std::string& level : card.levels) {
    if (level == "detector" && levels.size() == 1) table.fail("levels", "detector level needs a [detector]");
    require_known(table, "levels", "level", level, names);
  }
  card.columns = table.strings("columns", {});
  if (collisions) card.require = table.strings("require", {});
  card.groups = table.strings("groups", {});
  for (const std::string& group : card.groups) {
    require_known(table, "groups", "group", group, groups);
    const auto at = std::find(groups.begin(), groups.end(), group) - groups.begin();
    const std::string& level = names[static_cast<std::size_t>(at) / 2];
    if (std::find(card.levels.begin(), card.levels.end(), level) == card.levels.end())
      table.fail("groups", "'" + group + "' needs the level '" + level + "' among output.levels");
  }
}

SimulationCard read_card(ConfigTable root) {
  SimulationCard card;
  card.toml = root.to_toml();
  ConfigTable source = root.table("source");
  card.source = source.choice("type", {"pythia", "hepmc3", "lhe", "gaussian", "gaussian_pair", "populations"},
                              "pythia");
  const bool file = card.source == "hepmc3" || card.source == "lhe";
  if (!file || source.has("events")) card.events = count(source, "events", 10000);
  if (file) read_event_file(source, card.source, card.file);
  read_fixed(root.table_or_empty("fixed"), card);
  read_scan(root.table_or_empty("scan"), card);
  const bool collisions = file || card.source == "pythia";
  if (collisions) {
    card.block_events = count(source, "block_events", 250);
    if (card.source == "pythia") read_pythia(root.table("pythia"), card);
    if (card.source == "lhe") read_pythia(root.table_or_empty("pythia"), card);
    if (card.source == "hepmc3" && !(card.scan.empty() && card.fixed.empty())) {
      root.fail("source", "of type 'hepmc3' has events that are made: [fixed] and [scan] cannot change them");
    }
    read_jets(root.table_or_empty("jets"), card.jets);
    read_constituents(root.table_or_empty("constituents"), card.constituents);
    if (root.has("parton_veto")) read_parton_veto(root.table("parton_veto"), card.parton_veto);
    if (root.has("substructure")) read_substructure(root.table("substructure"), card.substructure);
    sim::read_detector(root.table_or_empty("detector"), card.detector);
    sim::read_variants(root.table_or_empty("detectors"), card, card.variants);
  } else if (card.source == "gaussian") {
    read_gaussian(root.table_or_empty("gaussian"), card.gaussian);
  } else if (card.source == "populations") {
    read_populations(root.table_or_empty("populations"), card.populations);
  } else {
    read_gaussian_pair(root.table_or_empty("gaussian_pair"), card.gaussian_pair);
  }
  read_output(root.table_or_empty("output"), card, collisions);
  check_parton_veto(root, card);
  root.finish();
  simulated_columns(card);  // complains about columns that the card cannot give
  return card;
}

}  // namespace

SimulationCard load_simulation_card(const std::filesystem::path& path,
                                    const std::vector<std::string>& overrides) {
  return read_card(ConfigTable::from_file(path, overrides));
}

SimulationCard parse_simulation_card(const std::string& text, const std::string& source_name,
                                     const std::vector<std::string>& overrides) {
  return read_card(ConfigTable::from_string(text, source_name, overrides));
}

}  // namespace trueup
