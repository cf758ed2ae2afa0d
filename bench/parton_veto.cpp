// What a parton veto loses and gains: the hardest jet of partons in the middle of the shower beside the hardest jet of visible
// particles, of the same events; and the rate with the veto at work. Prints one JSON document.
//
//   cmake --build build --target bench_parton_veto
//   build/bin/bench_parton_veto CARD EVENTS COMMIT > docs/results/parton-veto.json
//
// The card has [parton_veto] and [substructure], whose radius and min_pt are those of the jets that must not be lost.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "bench/machine.hpp"
#include "simulate/jets.hpp"
#include "simulate/pythia_block.hpp"
#include "simulate/pythia_settings.hpp"

namespace {

using namespace trueup;
using Json = nlohmann::ordered_json;

constexpr double kThresholds[] = {100.0, 120.0, 130.0, 140.0, 150.0, 160.0, 170.0, 180.0, 190.0};  // GeV

double processor_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

struct Events {
  std::vector<std::pair<double, double>>
      hardest;        // GeV: of partons, of visible particles; those not given up
  double rate = 0.0;  // events a second of one thread, without hadron-level jets
};

Events make(const SimulationCard& card, double min_pt, std::size_t events) {
  PartonVetoCard looks = card.parton_veto;
  looks.wanted = true;
  looks.min_pt = min_pt;
  const auto veto = sim::make_parton_veto(looks);
  const sim::PythiaPtr pythia = sim::PythiaFactory(card).make({}, veto);
  const auto finder = sim::make_jet_finder(
      {card.substructure.algorithm, card.substructure.radius, 0.5 * card.substructure.min_pt});
  sim::seed_block(*pythia, 1, 0);
  sim::PythiaEvents source(*pythia, false, veto.get());
  sim::GeneratorEvent event;
  std::vector<sim::Jet> jets;
  Events out;
  double seconds = 0.0;
  for (std::size_t i = 0; i < events; ++i) {
    const double start = processor_seconds();
    const bool made = source.next(event);
    seconds += processor_seconds() - start;
    if (!made) continue;
    finder->find(event.particles, jets);
    out.hardest.emplace_back(veto->hardest_pt(), jets.empty() ? 0.0 : jets.front().pt);
  }
  out.rate = static_cast<double>(events) / seconds;
  return out;
}

Json loss(const Events& all, double threshold, double wanted_pt) {
  std::size_t wanted = 0, lost = 0, passed = 0;
  for (const auto& [partons, particles] : all.hardest) {
    const bool passes = partons >= threshold;
    passed += passes;
    wanted += particles > wanted_pt;
    lost += particles > wanted_pt && !passes;
  }
  const auto share = [](std::size_t part, std::size_t whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
  };
  return {{"min_pt", threshold},
          {"events_that_pass", share(passed, all.hardest.size())},
          {"jets", wanted},
          {"jets_lost", lost},
          {"share_lost", share(lost, wanted)}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: bench_parton_veto CARD EVENTS [COMMIT]\n");
    return 2;
  }
  const std::size_t events = std::strtoul(argv[2], nullptr, 10);
  const SimulationCard card = load_simulation_card(argv[1]);
  if (!(card.parton_veto.min_pt > 0.0)) {
    std::fprintf(stderr, "%s: needs [parton_veto] with a min_pt above 0\n", argv[1]);
    return 2;
  }
  const Events all = make(card, 0.0, events), fewer = make(card, card.parton_veto.min_pt, events);
  Json thresholds = Json::array();
  for (const double threshold : kThresholds)
    thresholds.push_back(loss(all, threshold, card.substructure.min_pt));
  const Json out{
      {"schema", "trueup.parton_veto/1"},
      {"command", "bench_parton_veto " + std::string(argv[1]) + " " + argv[2]},
      {"commit", argc > 3 ? argv[3] : ""},
      {"machine", bench::cpu_name()},
      {"what",
       "the hardest jet of partons as [parton_veto] sees it, and the hardest generator-level jet of "
       "[substructure], of the same events; rates in processor time of one thread, detectors not included"},
      {"scale", card.parton_veto.scale},
      {"radius", card.parton_veto.radius},
      {"thresholds", thresholds},
      {"events_per_second_pythia_alone", all.rate},
      {"min_pt", card.parton_veto.min_pt},
      {"events_per_second", fewer.rate}};
  std::printf("%s\n", out.dump(1).c_str());
  return 0;
}
