// One event's row.
#include "simulate/event_worker.hpp"

#include <algorithm>

#include <trueup/random.hpp>

#include "simulate/candidates.hpp"
#include "simulate/jet_flavour.hpp"
#include "simulate/jet_response.hpp"
#include "simulate/kinematics.hpp"
#include "simulate/substructure.hpp"

namespace trueup::sim {
namespace {

std::vector<std::unique_ptr<Substructure>> substructure_of(const std::vector<EventLevel>& levels) {
  std::vector<std::unique_ptr<Substructure>> out;
  for (const EventLevel& level : levels) out.push_back(make_substructure(*level.info.substructure));
  return out;
}

}  // namespace

std::vector<EventLevel> make_event_levels(const SimulationCard& card) {
  std::vector<EventLevel> levels;
  for (const LevelInfo& info : possible_levels(card)) {
    EventLevel level{info, nullptr, "detector", false};
    if (info.detector != nullptr) {
      level.detector = make_detector(*info.detector);
      level.same_field = info.detector->solenoid == card.detector.solenoid;
    }
    if (index(info.level) > index(Level::detector)) level.purpose += " " + info.name;
    levels.push_back(std::move(level));
  }
  return levels;
}

EventWorker::EventWorker(const EventRun& run)
    : run_(run),
      has_objects_(has_objects(run.card)),
      required_(required_generator_observables(run.card)),
      finder_(make_jet_finder(run.card.jets)),
      summariser_(run.observables, substructure_of(run.levels)),
      summaries_(run.levels.size()) {}

bool EventWorker::wants(Level level) const {
  return summariser_.wants(level) || run_.columns.wants_group(level) || run_.constituents.wants(level);
}

void EventWorker::add_jets(Level level, const Particles& particles, std::size_t block, std::size_t row) {
  run_.columns.add_jets(level, row, block, jets_);
  if (!run_.constituents.wants(level)) return;
  std::vector<Constituent> leading;
  if (!jets_.empty()) leading = relative_constituents(particles, finder_->constituents(jets_[0].found));
  run_.constituents.add(level, row, block, leading);
}

bool EventWorker::generator_fits() const {
  return std::all_of(required_.begin(), required_.end(),
                     [&](const Observable& o) { return o.value(summaries_[0]) != 0.0; });
}

void EventWorker::fill(const GeneratorEvent& event, std::size_t block, std::size_t row) {
  if (run_.levels.size() > 1) run_.levels[1].detector->propagate_all(event.particles, exits_);
  for (const EventLevel& level : run_.levels) {
    if (!wants(level.info.level)) continue;
    if (level.detector == nullptr) {
      fill_generator(event);
      if (!generator_fits()) return;
      add_jets(level.info.level, event.particles, block, row);
    } else {
      fill_detector(level, event, row);
      add_jets(level.info.level, event_.objects, block, row);
    }
  }
  match_leading_jets();
  run_.columns.set_row(row, summaries_, event.weight);
}

void EventWorker::match_leading_jets() {
  const std::vector<double>& generated = summaries_[0].substructure;
  for (const EventLevel& level : run_.levels) {
    EventSummary& s = summaries_[index(level.info.level)];
    if (level.detector == nullptr || s.substructure.empty()) continue;
    s.fatjet1_matched = 0.0;
    if (generated.empty() || !(generated[0] > 0.0 && s.substructure[0] > 0.0)) continue;
    const double distance2 = delta_r2(generated[kLeadingEta], generated[kLeadingPhi],
                                      s.substructure[kLeadingEta], s.substructure[kLeadingPhi]);
    const double reach = 0.5 * level.info.substructure->radius;
    s.fatjet1_matched = distance2 < reach * reach ? 1.0 : 0.0;
  }
}

void EventWorker::fill_generator(const GeneratorEvent& event) {
  finder_->find(event.particles, jets_);
  if (has_objects_) {
    // The detector's definitions of leptons, photons and jets, with a perfect response.
    const DetectorCard& numbers = run_.card.detector;
    event_.clear();
    event_.objects = event.particles;
    for (const Particle& p : event.particles) event_.surface_eta.push_back(pseudorapidity(p.pt(), p.pz));
    find_candidates(numbers, nullptr, event_);
    set_flavours(numbers.jets, event.truth, jets_);
    tag_jets(numbers.jets, nullptr, jets_);
    remove_overlaps(event_, *finder_, jets_);
  }
  EventSummary& s = summaries_[0];
  s = summariser_(Level::generator, event.particles, jets_);
  if (run_.levels.size() > 1) s.response = run_.levels[1].detector->inputs(event.particles, exits_);
  if (has_objects_) {
    s.collider = summarise_collision(event_, jets_, sum_of(event.truth.neutrinos),
                                     muon_neutrino(event.truth.neutrinos));
  }
}

void EventWorker::fill_detector(const EventLevel& level, const GeneratorEvent& event, std::size_t row) {
  if (!level.same_field) level.detector->propagate_all(event.particles, other_exits_);
  RandomStream stream(run_.seed, level.purpose, run_.first_event + row);
  level.detector->respond(event.particles, level.same_field ? exits_ : other_exits_, stream, event_);
  finder_->find(event_.objects, jets_);
  if (has_objects_) {
    const JetResponseCard& numbers = level.info.detector->jets;
    scale_jets(numbers, jets_);
    set_flavours(numbers, event.truth, jets_);
    tag_jets(numbers, &stream, jets_);
    remove_overlaps(event_, *finder_, jets_);
  }
  EventSummary& s = summaries_[index(level.info.level)];
  s = summariser_(level.info.level, event_.objects, jets_);
  if (has_objects_) s.collider = summarise_collision(event_, jets_, missing_of(event_.objects), std::nullopt);
}

}  // namespace trueup::sim
