// One event's row.
#include "simulate/event_worker.hpp"

#include <trueup/random.hpp>

#include "simulate/substructure.hpp"

namespace trueup::sim {

EventWorker::EventWorker(const EventRun& run)
    : run_(run),
      finder_(make_jet_finder(run.card.jets)),
      summariser_(run.observables, make_substructure(run.card.substructure)) {}

bool EventWorker::wants(Level level) const {
  return summariser_.wants(level) || run_.columns.wants_group(level) || run_.constituents.wants(level);
}

void EventWorker::add_jets(Level level, const Particles& particles, std::size_t block, std::size_t row) {
  run_.columns.add_jets(level, row, block, jets_);
  if (!run_.constituents.wants(level)) return;
  std::vector<Constituent> leading;
  if (!jets_.empty()) leading = relative_constituents(particles, finder_->constituents(0));
  run_.constituents.add(level, row, block, leading);
}

void EventWorker::fill(const Particles& particles, std::size_t block, std::size_t row, double weight) {
  EventSummary generator, detected;
  if (run_.detector != nullptr) run_.detector->propagate_all(particles, exits_);
  if (wants(Level::generator)) {
    generator = summariser_.generator(particles, *finder_, jets_);
    if (run_.detector != nullptr) generator.response = run_.detector->inputs(particles, exits_);
    add_jets(Level::generator, particles, block, row);
  }
  if (wants(Level::detector)) {
    RandomStream stream(run_.seed, "detector", row);
    run_.detector->respond(particles, exits_, stream, objects_);
    detected = summariser_.detector(objects_, *finder_, jets_);
    add_jets(Level::detector, objects_, block, row);
  }
  run_.columns.set_row(row, generator, detected, weight);
}

}  // namespace trueup::sim
