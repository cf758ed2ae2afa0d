// What jets, detectors and observables cost beside the generator: the same blocks of a card's events by Pythia alone and by
// Pythia with everything that `trueup simulate` does to an event, in turns, in processor time of one thread. Prints one JSON
// document.
//
//   cmake --build build --target bench_detector_rate
//   build/bin/bench_detector_rate cards/ttbar.toml 10 100 $(git rev-parse HEAD) > docs/results/detector-rate.json
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "bench/machine.hpp"
#include "simulate/event_worker.hpp"
#include "simulate/pythia_block.hpp"
#include "simulate/pythia_settings.hpp"

namespace {

using namespace trueup;
using Json = nlohmann::ordered_json;

double processor_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

/// Seconds that `work` takes.
template <typename Work>
double timed(const Work& work) {
  const double start = processor_seconds();
  work();
  return processor_seconds() - start;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

struct Round {
  double bare, full;  // seconds
};

Json summary(const std::vector<Round>& rounds, std::size_t events) {
  std::vector<double> ratios, bare, full;
  for (const Round& r : rounds) {
    ratios.push_back(r.bare / r.full);
    bare.push_back(static_cast<double>(events) / r.bare);
    full.push_back(static_cast<double>(events) / r.full);
  }
  return {{"events_per_second_pythia_alone", median(bare)},
          {"events_per_second", median(full)},
          {"ratio", median(ratios)},
          {"ratio_lowest", *std::min_element(ratios.begin(), ratios.end())},
          {"ratio_highest", *std::max_element(ratios.begin(), ratios.end())}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: bench_detector_rate CARD ROUNDS EVENTS [COMMIT]\n");
    return 2;
  }
  const std::size_t rounds = std::strtoul(argv[2], nullptr, 10), events = std::strtoul(argv[3], nullptr, 10);
  SimulationCard card = load_simulation_card(argv[1]);
  const std::vector<sim::Observable> observables = sim::chosen_observables(card);
  const sim::PythiaFactory factory(card);
  std::vector<double> middle;
  for (const ScannedParameter& p : card.scan) middle.push_back(0.5 * (p.low + p.high));
  double start_seconds = 0.0;
  sim::PythiaPtr pythia;
  start_seconds = timed([&] { pythia = factory.make(middle); });
  const std::vector<sim::EventLevel> levels = sim::make_event_levels(card);
  sim::EventColumns columns(card, observables, events, 1);
  sim::ConstituentGroups constituents(card, events, 1);
  const sim::EventRun run{card, observables, levels, 1, columns, constituents};
  sim::EventWorker worker(run);
  sim::PythiaEvents source(*pythia, sim::has_objects(card));
  sim::GeneratorEvent event;

  std::vector<Round> found;
  for (std::size_t round = 0; round < rounds; ++round) {
    Round r{};
    r.bare = timed([&] {
      sim::seed_block(*pythia, 1, round);
      for (std::size_t i = 0; i < events; ++i) pythia->next();
    });
    r.full = timed([&] {
      sim::seed_block(*pythia, 1, round);
      for (std::size_t i = 0; i < events; ++i) {
        source.next(event);
        worker.fill(event, 0, i);
      }
    });
    found.push_back(r);
  }
  Json out{{"schema", "trueup.detector_rate/1"},
           {"command", "bench_detector_rate " + std::string(argv[1]) + " " + argv[2] + " " + argv[3]},
           {"commit", argc > 4 ? argv[4] : ""},
           {"machine", bench::cpu_name()},
           {"what",
            "processor time of one thread; the same blocks of events in turns; Pythia's start not included"},
           {"pythia_start_seconds", start_seconds}};
  out.update(summary(found, events));
  std::printf("%s\n", out.dump(1).c_str());
  return 0;
}
