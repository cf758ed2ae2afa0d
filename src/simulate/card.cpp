// Reading a simulation card.
#include <algorithm>

#include <trueup/error.hpp>
#include <trueup/simulate.hpp>

#include "core/config.hpp"
#include "simulate/card_sections.hpp"

namespace trueup {
namespace {

/// A card's number that must be positive (or not negative).
double positive(ConfigTable& table, const std::string& key, double fallback, bool zero_too = false) {
  const double value = table.number(key, fallback);
  if (!(value > 0.0 || (zero_too && value == 0.0))) {
    table.fail(key, zero_too ? "must not be negative" : "must be positive");
  }
  return value;
}

std::size_t count(ConfigTable& table, const std::string& key, std::int64_t fallback) {
  const std::int64_t value = table.integer(key, fallback);
  if (value < 1) table.fail(key, "must be at least 1");
  return static_cast<std::size_t>(value);
}

/// A list of numbers, `size` of them when size is not 0.
void read_numbers(ConfigTable& table, const std::string& key, std::vector<double>& values, std::size_t size) {
  values = table.numbers(key, values);
  if (size != 0 && values.size() != size) {
    table.fail(key, "needs " + std::to_string(size) + " numbers, got " + std::to_string(values.size()));
  }
}

void read_edges(ConfigTable& table, const std::string& key, std::vector<double>& edges) {
  read_numbers(table, key, edges, 0);
  const bool rising = std::adjacent_find(edges.begin(), edges.end(), std::greater_equal<>()) == edges.end();
  if (edges.empty() || !rising || edges.front() < 0.0) table.fail(key, "needs rising, non-negative edges");
}

void read_efficiencies(ConfigTable& table, const std::string& key, std::vector<double>& values,
                       std::size_t size) {
  read_numbers(table, key, values, size);
  for (const double v : values) {
    if (!(v >= 0.0 && v <= 1.0)) table.fail(key, "efficiencies lie between 0 and 1");
  }
}

void read_widths(ConfigTable& table, const std::string& key, std::vector<double>& values, std::size_t size) {
  read_numbers(table, key, values, size);
  for (const double v : values) {
    if (!(v >= 0.0)) table.fail(key, "must not be negative");
  }
}

void read_efficiency(ConfigTable table, TrackEfficiencyCard& card) {
  read_edges(table, "eta_edges", card.eta_edges);
  read_edges(table, "hadron_pt_edges", card.hadron_pt_edges);
  read_edges(table, "electron_pt_edges", card.electron_pt_edges);
  read_edges(table, "muon_pt_edges", card.muon_pt_edges);
  const std::size_t regions = card.eta_edges.size();
  read_efficiencies(table, "hadron", card.hadron, regions * card.hadron_pt_edges.size());
  read_efficiencies(table, "electron", card.electron, regions * card.electron_pt_edges.size());
  read_efficiencies(table, "muon", card.muon, regions * card.muon_pt_edges.size());
  card.muon_falloff_pt = positive(table, "muon_falloff_pt", card.muon_falloff_pt);
  card.muon_falloff = positive(table, "muon_falloff", card.muon_falloff, true);
}

void read_resolution(ConfigTable table, TrackResolutionCard& card) {
  read_edges(table, "eta_edges", card.eta_edges);
  const std::size_t regions = card.eta_edges.size();
  read_widths(table, "hadron_a", card.hadron_a, regions);
  read_widths(table, "hadron_b", card.hadron_b, regions);
  read_widths(table, "electron_a", card.electron_a, regions);
  read_widths(table, "electron_b", card.electron_b, regions);
  read_widths(table, "muon_a", card.muon_a, regions);
  read_widths(table, "muon_b", card.muon_b, regions);
}

void read_detector(ConfigTable table, DetectorCard& card) {
  card.type = table.choice("type", {"none", "tracker"}, card.type);
  if (card.type == "none") return;  // numbers for a detector that is not there are unknown keys
  ConfigTable solenoid = table.table_or_empty("solenoid");
  card.solenoid.radius = positive(solenoid, "radius", card.solenoid.radius);
  card.solenoid.half_length = positive(solenoid, "half_length", card.solenoid.half_length);
  card.solenoid.field = positive(solenoid, "field", card.solenoid.field, true);
  read_efficiency(table.table_or_empty("efficiency"), card.efficiency);
  read_resolution(table.table_or_empty("resolution"), card.resolution);
}

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

const std::vector<std::string> kGroups{"gen_jets", "det_jets", "gen_constituents", "det_constituents"};

void read_output(ConfigTable table, OutputCard& card, bool has_detector) {
  std::vector<std::string> fallback{"generator"};
  if (has_detector) fallback.push_back("detector");
  card.levels = table.strings("levels", fallback);
  if (card.levels.empty()) table.fail("levels", "names no level; known are 'generator', 'detector'");
  for (const std::string& level : card.levels) {
    if (level == "detector" && !has_detector) table.fail("levels", "detector level needs a [detector]");
    if (level != "generator" && level != "detector") {
      table.fail("levels", "unknown level '" + level + "'" + did_you_mean(level, {"generator", "detector"}) +
                               "; known are 'generator', 'detector'");
    }
  }
  card.columns = table.strings("columns", {});
  card.groups = table.strings("groups", {});
  for (const std::string& group : card.groups) {
    if (std::find(kGroups.begin(), kGroups.end(), group) == kGroups.end()) {
      table.fail("groups", "unknown group '" + group + "'" + did_you_mean(group, kGroups) + "; known are " +
                               quoted_list(kGroups));
    }
    const std::string level = group.starts_with("gen_") ? "generator" : "detector";
    if (std::find(card.levels.begin(), card.levels.end(), level) == card.levels.end()) {
      table.fail("groups", "'" + group + "' needs the level '" + level + "' among output.levels");
    }
  }
}

SimulationCard read_card(ConfigTable root) {
  SimulationCard card;
  card.toml = root.to_toml();
  ConfigTable source = root.table("source");
  card.source = source.choice("type", {"pythia", "gaussian", "gaussian_pair", "populations"}, "pythia");
  card.events = count(source, "events", 10000);
  read_fixed(root.table_or_empty("fixed"), card);
  read_scan(root.table_or_empty("scan"), card);
  const bool pythia = card.source == "pythia";
  if (pythia) {
    card.block_events = count(source, "block_events", 250);
    read_pythia(root.table("pythia"), card);
    read_jets(root.table_or_empty("jets"), card.jets);
    read_constituents(root.table_or_empty("constituents"), card.constituents);
    if (root.has("substructure")) read_substructure(root.table("substructure"), card.substructure);
    read_detector(root.table_or_empty("detector"), card.detector);
  } else if (card.source == "gaussian") {
    read_gaussian(root.table_or_empty("gaussian"), card.gaussian);
  } else if (card.source == "populations") {
    read_populations(root.table_or_empty("populations"), card.populations);
  } else {
    read_gaussian_pair(root.table_or_empty("gaussian_pair"), card.gaussian_pair);
  }
  read_output(root.table_or_empty("output"), card.output, !pythia || card.detector.type != "none");
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
