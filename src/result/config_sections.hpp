// The parts that configurations share: networks, training, θ as { name = value }, and how w is made.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include <trueup/reweighter.hpp>
#include <trueup/trainer.hpp>

#include "core/config.hpp"
#include "result/toml_text.hpp"

namespace trueup {

/// A list of column names without repeats, at least one.
std::vector<std::string> read_columns(ConfigTable& table, const std::string& key);
/// An integer of at least `least`.
std::size_t read_count(ConfigTable& table, const std::string& key, std::size_t fallback,
                       std::size_t least = 1);
/// A number in (low, high), or in [low, high] when closed.
double read_between(ConfigTable& table, const std::string& key, double fallback, double low, double high,
                    bool closed = false);
/// { name = value, … }; empty when missing.
std::map<std::string, double> read_theta(ConfigTable& table, const std::string& key);

/// `hidden` of [network]; [] is a linear model.
void read_network(ConfigTable& table, std::vector<std::size_t>& hidden);
/// [particles]: `group`, `columns`, and `hidden` of the network that each member of the group goes through; none without.
MemberFeatures read_members(ConfigTable& table);
void add_members(TomlText& toml, const std::string& section, const MemberFeatures& members);
/// `activation` of [network]: one of a hidden layer's.
Activation read_activation(ConfigTable& table, Activation fallback);
/// [training]; docs/guide/training.md has the keys.
void read_training(ConfigTable table, TrainOptions& options);
void add_training(TomlText& toml, const TrainOptions& options);

/// How w(x,θ) is trained and judged: [reweight] with its sub-tables. `options.nominal` and seeds are filled in later.
struct ReweightSection {
  ReweightOptions options;
  ClosureOptions closure;     ///< points = 0: no closure
  std::size_t trainings = 1;  ///< independent trainings of w
};

/// Sets defaults, then reads features, parameters (when `parametrised`), train_fraction, trainings, network, training, closure.
ReweightSection read_reweight_section(ConfigTable table, bool parametrised = true);
void add_reweight_section(TomlText& toml, const ReweightSection& section);

}  // namespace trueup
