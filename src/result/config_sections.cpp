// Reading and writing what the configurations of `reweight` and `fit` have in common.
#include "result/config_sections.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace trueup {
namespace {

void read_closure(ConfigTable table, bool parametrised, ClosureOptions& closure) {
  closure.points = read_count(table, "points", closure.points, 0);
  if (parametrised) closure.window = read_between(table, "window", closure.window, 0.0, 1.0);
  closure.max_events = read_count(table, "max_events", closure.max_events, 100);
}

/// An integer from least to most.
std::size_t read_integer_in(ConfigTable& table, const std::string& key, std::size_t fallback,
                            std::size_t least, std::size_t most) {
  const std::size_t value = read_count(table, key, fallback, least);
  if (value > most) table.fail(key, fmt::format("must be {} to {}, not {}", least, most, value));
  return value;
}

void read_moments(ConfigTable table, bool parametrised, ReweightOptions& options) {
  options.moments = read_integer_in(table, "order", options.moments, 0, 2);
  if (parametrised) options.moments_degree = read_integer_in(table, "degree", options.moments_degree, 1, 4);
}

}  // namespace

std::vector<std::string> read_columns(ConfigTable& table, const std::string& key) {
  std::vector<std::string> names = table.strings(key);
  if (names.empty()) table.fail(key, "names no column");
  for (auto at = names.begin(); at != names.end(); ++at) {
    if (std::find(names.begin(), at, *at) != at) table.fail(key, fmt::format("names '{}' twice", *at));
  }
  return names;
}

std::size_t read_count(ConfigTable& table, const std::string& key, std::size_t fallback, std::size_t least) {
  const std::int64_t value = table.integer(key, static_cast<std::int64_t>(fallback));
  if (value < static_cast<std::int64_t>(least))
    table.fail(key, fmt::format("must be at least {}, not {}", least, value));
  return static_cast<std::size_t>(value);
}

double read_between(ConfigTable& table, const std::string& key, double fallback, double low, double high,
                    bool closed) {
  const double value = table.number(key, fallback);
  const bool inside = closed ? value >= low && value <= high : value > low && value < high;
  if (!inside) table.fail(key, fmt::format("must lie between {} and {}, not {}", low, high, value));
  return value;
}

std::map<std::string, double> read_theta(ConfigTable& table, const std::string& key) {
  ConfigTable theta = table.table_or_empty(key);
  std::map<std::string, double> values;
  for (const std::string& name : theta.keys()) values[name] = theta.number(name);
  return values;
}

void read_network(ConfigTable& table, std::vector<std::size_t>& hidden) {
  const std::vector<std::int64_t> fallback(hidden.begin(), hidden.end());
  const std::vector<std::int64_t> widths = table.integers("hidden", fallback);
  for (const std::int64_t width : widths) {
    if (width < 1 || width > 65536)
      table.fail("hidden", fmt::format("has a width of {}; widths are 1 to 65536", width));
  }
  hidden.assign(widths.begin(), widths.end());
}

MemberFeatures read_members(ConfigTable& table) {
  MemberFeatures members;
  if (!table.has("particles")) return members;
  ConfigTable own = table.table("particles");
  members.group = own.string("group");
  if (members.group.empty()) own.fail("group", "names no group");
  members.columns = read_columns(own, "columns");
  read_network(own, members.hidden);
  if (members.hidden.empty()) own.fail("hidden", "needs at least one layer for the particles");
  return members;
}

void add_members(TomlText& toml, const std::string& section, const MemberFeatures& members) {
  if (members.none()) return;
  toml.section(section + ".particles");
  toml.add("group", members.group);
  toml.add("columns", members.columns);
  toml.add("hidden", members.hidden);
}

Activation read_activation(ConfigTable& table, Activation fallback) {
  const std::vector<std::string> names{"relu", "leaky_relu", "silu", "tanh"};
  return activation_from_string(table.choice("activation", names, to_string(fallback)));
}

namespace {

constexpr const char* kPlain = "plain";
constexpr const char* kDifference = "difference";

const char* name_of(WeightForm form) {
  return form == WeightForm::plain ? kPlain : kDifference;
}

WeightForm read_form(ConfigTable& table, WeightForm fallback) {
  const std::string form = table.choice("form", {kPlain, kDifference}, name_of(fallback));
  return form == kPlain ? WeightForm::plain : WeightForm::difference;
}

}  // namespace

ReweightSection read_reweight_section(ConfigTable table, bool parametrised) {
  ReweightSection section;
  section.options.members = read_members(table);
  if (section.options.members.none() || table.has("features"))
    section.options.features = read_columns(table, "features");
  if (parametrised) section.options.parameters = read_columns(table, "parameters");
  for (const std::string& name : section.options.parameters) {
    const auto& features = section.options.features;
    if (std::find(features.begin(), features.end(), name) != features.end()) {
      table.fail("parameters", fmt::format("has '{}', which is a feature as well", name));
    }
  }
  section.options.train_fraction =
      read_between(table, "train_fraction", section.options.train_fraction, 0.0, 1.0);
  section.trainings = read_count(table, "trainings", section.trainings);
  if (parametrised) {
    section.options.form = read_form(table, section.options.form);
    section.options.theta_draws = read_count(table, "theta_draws", section.options.theta_draws);
  }
  ConfigTable network = table.table_or_empty("network");
  read_network(network, section.options.hidden);
  section.options.activation = read_activation(network, section.options.activation);
  read_training(table.table_or_empty("training"), section.options.training);
  read_moments(table.table_or_empty("moments"), parametrised, section.options);
  read_closure(table.table_or_empty("closure"), parametrised, section.closure);
  return section;
}

void add_reweight_section(TomlText& toml, const ReweightSection& section) {
  toml.section("reweight");
  if (!section.options.features.empty()) toml.add("features", section.options.features);
  const bool parametrised = !section.options.parameters.empty();
  if (parametrised) toml.add("parameters", section.options.parameters);
  toml.add("train_fraction", section.options.train_fraction);
  toml.add("trainings", section.trainings);
  if (parametrised) {
    toml.add("form", name_of(section.options.form));
    toml.add("theta_draws", section.options.theta_draws);
  }
  add_members(toml, "reweight", section.options.members);
  toml.section("reweight.network");
  toml.add("hidden", section.options.hidden);
  toml.add("activation", to_string(section.options.activation));
  toml.section("reweight.training");
  add_training(toml, section.options.training);
  toml.section("reweight.moments");
  toml.add("order", section.options.moments);
  if (parametrised) toml.add("degree", section.options.moments_degree);
  toml.section("reweight.closure");
  toml.add("points", section.closure.points);
  if (parametrised) toml.add("window", section.closure.window);
  toml.add("max_events", section.closure.max_events);
}

}  // namespace trueup
