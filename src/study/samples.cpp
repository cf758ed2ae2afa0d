// Making a study's samples.
#include "study/samples.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "study/sample_cache.hpp"

namespace trueup {
namespace {

/// Values that a scanned sample has at least, however few its events are.
constexpr std::size_t kFewestValues = 40;

SimulationCard scanned_card(const StudyConfig& config, std::size_t events) {
  std::vector<std::string> overrides{R"(output.levels=["generator"])"};
  for (const StudyParameter& p : config.parameters) {
    overrides.push_back(fmt::format("scan.{}.setting=\"{}\"", p.name, p.setting));
    overrides.push_back(fmt::format("scan.{}.unit=\"{}\"", p.name, p.unit));
    overrides.push_back(fmt::format("scan.{}.range=[{}, {}]", p.name, p.low, p.high));
  }
  SimulationCard card = parse_simulation_card(config.card_text, config.card_source, overrides);
  const std::size_t largest = std::max<std::size_t>(1, events / kFewestValues);
  if (card.source != "pythia" || card.block_events <= largest) return card;
  overrides.push_back(fmt::format("source.block_events={}", largest));
  return parse_simulation_card(config.card_text, config.card_source, overrides);
}

}  // namespace

namespace {

SimulationCard fixed_card(const StudyConfig& config, const std::vector<double>& theta,
                          std::vector<std::string> overrides = {}) {
  for (std::size_t p = 0; p < theta.size(); ++p) {
    const StudyParameter& parameter = config.parameters[p];
    overrides.push_back(fmt::format("fixed.{}.setting=\"{}\"", parameter.name, parameter.setting));
    overrides.push_back(fmt::format("fixed.{}.value={}", parameter.name, theta[p]));
    overrides.push_back(fmt::format("fixed.{}.unit=\"{}\"", parameter.name, parameter.unit));
  }
  return parse_simulation_card(config.card_text, config.card_source, overrides);
}

}  // namespace

SimulationCard StudySamples::card_at(const std::vector<double>& theta) const {
  return fixed_card(config_, theta);
}

Table StudySamples::at(const std::vector<double>& theta, std::size_t events, std::uint64_t seed,
                       const std::vector<std::string>& changes) const {
  return kept_sample(fixed_card(config_, theta, changes), {events, seed, threads_}, monitor_);
}

Table StudySamples::generator_level(const std::vector<double>& theta, std::size_t events,
                                    std::uint64_t seed) const {
  const SimulationCard card = fixed_card(config_, theta, {R"(output.levels=["generator"])"});
  return simulate(card, {events, seed, threads_}, monitor_);
}

GeneratorEvents StudySamples::generator_events(const Table& scanned, std::uint64_t seed) const {
  GeneratorEvents events;
  if (config_.events.generator == 0) {
    events.scanned = scanned;
  } else {
    events.at = [this, seed](std::span<const double> theta) {
      return generator_level({theta.begin(), theta.end()}, config_.events.generator, seed);
    };
  }
  return events;
}

Table StudySamples::scanned(std::size_t events, std::uint64_t seed) const {
  return kept_sample(scanned_card(config_, events), {events, seed, threads_}, monitor_);
}

void check_samples(const StudyConfig& config) {
  check_settings(StudySamples(config, 1, silent_monitor()).card_at(nominal_theta(config)));
  check_settings(scanned_card(config, config.events.scanned));
}

}  // namespace trueup
