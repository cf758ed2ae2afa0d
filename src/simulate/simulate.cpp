// The entry: hands a card to its source, and says which columns come out.
#include <string>

#include <core/files.hpp>
#include <trueup/error.hpp>
#include <trueup/resumable.hpp>

#include "simulate/analytic.hpp"
#include "simulate/event_files.hpp"
#include "simulate/observables.hpp"
#include "simulate/pythia_source.hpp"
#include "simulate/required.hpp"

namespace trueup {

std::string simulation_version() {
  return "sources " TRUEUP_SIMULATE_SOURCES ", " TRUEUP_SIMULATE_LIBRARIES;
}

std::string sample_key(const SimulationCard& card, const SimulateOptions& options) {
  const std::size_t events = options.events == 0 ? card.events : options.events;
  const bool from_file = card.source == "hepmc3" || card.source == "lhe";
  const std::string file = from_file ? sha256_of_file(card.file.path) + "\n" : "";
  return sha256_of_bytes(simulation_version() + "\n" + std::to_string(events) + " events from " +
                         std::to_string(options.first_event) + ", seed " + std::to_string(options.seed) +
                         "\n" + file + card.toml);
}

void check_settings(const SimulationCard& card) {
  if (sim::is_analytic(card)) return sim::check_analytic(card);
  if (card.source == "hepmc3") return sim::check_hepmc(card);
  card.source == "lhe" ? sim::check_lhe_card(card) : sim::check_pythia(card);
}

namespace {

void check_first_event(const SimulationCard& card, std::size_t first) {
  if (first == 0) return;
  if (card.source != "pythia")
    throw ConfigError("a first event is for source 'pythia' only, this card has '" + card.source + "'");
  if (first % card.block_events != 0)
    throw ConfigError("the first event, " + std::to_string(first) +
                      ", must be a multiple of the card's source.block_events, " +
                      std::to_string(card.block_events) + ": events are made in blocks");
}

}  // namespace

Table simulate(const SimulationCard& card, const SimulateOptions& options, Monitor& monitor) {
  return simulate_resumable(card, options, {}, monitor);
}

Table simulate_resumable(const SimulationCard& card, const SimulateOptions& options,
                         const std::filesystem::path& blocks, Monitor& monitor) {
  SimulationCard sized = card;
  if (options.events != 0) sized.events = options.events;
  check_first_event(card, options.first_event);
  if (sim::is_analytic(card)) return sim::analytic_table(sized, options, monitor);
  if (card.source == "hepmc3") return sim::required_rows(sized, sim::hepmc_table(sized, options, monitor));
  if (card.source == "lhe") return sim::required_rows(sized, sim::lhe_table(sized, options, monitor));
  return sim::required_rows(sized, sim::pythia_table(sized, options, blocks, monitor));
}

}  // namespace trueup
