// Collisions from a HepMC file: read by one thread, turned into rows by all.
#include <algorithm>
#include <string>

#include <trueup/error.hpp>
#include <trueup/threads.hpp>

#include "simulate/event_files.hpp"
#include "simulate/event_worker.hpp"
#include "simulate/hepmc_reader.hpp"
#include "simulate/scan.hpp"

namespace trueup::sim {
namespace {

/// Reads up to `most` events.
std::vector<GeneratorEvent> read_some(HepMcReader& reader, std::size_t most) {
  std::vector<GeneratorEvent> events;
  GeneratorEvent event;
  while (events.size() < most && reader.next(event)) events.push_back(std::move(event));
  return events;
}

}  // namespace

void check_hepmc(const SimulationCard& card) {
  HepMcReader reader(card.file.path, card.file.weight);
  GeneratorEvent first;
  if (!reader.next(first)) throw DataError("'" + card.file.path + "' has no events");
}

Table hepmc_table(const SimulationCard& card, const SimulateOptions& options, Monitor& monitor) {
  const std::vector<Observable> observables = needed_observables(card);
  const std::vector<EventLevel> levels = make_event_levels(card);
  EventColumns columns(card, observables, 0, 0);
  ConstituentGroups constituents(card, 0, 0);
  const EventRun run{card, observables, levels, options.seed, columns, constituents};
  ThreadPool pool(options.threads);
  std::vector<std::unique_ptr<EventWorker>> workers;
  for (int i = 0; i < pool.threads(); ++i) workers.push_back(std::make_unique<EventWorker>(run));

  HepMcReader reader(card.file.path, card.file.weight);
  const std::size_t at_once = card.block_events * static_cast<std::size_t>(std::max(1, pool.threads()));
  std::size_t done = 0, blocks = 0;
  while (card.events == 0 || done < card.events) {
    check_interrupt(monitor, "simulate");
    const std::size_t wanted = card.events == 0 ? at_once : std::min(at_once, card.events - done);
    const std::vector<GeneratorEvent> events = read_some(reader, wanted);
    if (events.empty()) break;
    const std::size_t new_blocks = (events.size() + card.block_events - 1) / card.block_events;
    columns.grow(done + events.size(), blocks + new_blocks);
    constituents.grow(done + events.size(), blocks + new_blocks);
    pool.run(new_blocks, [&](std::size_t block, int worker) {
      const std::size_t first = block * card.block_events,
                        last = std::min(first + card.block_events, events.size());
      for (std::size_t i = first; i < last; ++i) {
        workers[static_cast<std::size_t>(worker)]->fill(events[i], blocks + block, done + i);
      }
    });
    done += events.size();
    blocks += new_blocks;
    monitor.progress("simulate", done, std::max(done, card.events), "events read");
  }
  require_events(card, done);
  Table table = columns.take();
  constituents.take(table);
  describe(table, card, options.seed);
  table.set_metadata("generator", "HepMC file " + card.file.path);
  return table;
}

}  // namespace trueup::sim
