// Collisions from Pythia 8: settings from the card, events in blocks, one Pythia object a thread.
#include "simulate/pythia_source.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>

#include <trueup/error.hpp>
#include <trueup/threads.hpp>

#include "simulate/event_worker.hpp"
#include "simulate/pythia_block.hpp"
#include "simulate/pythia_settings.hpp"
#include "simulate/scan.hpp"

namespace trueup {

bool has_pythia() noexcept {
  return true;
}

namespace sim {
namespace {

/// Counts events done, and tells the monitor with the rate.
class Progress {
 public:
  Progress(Monitor& monitor, std::size_t total) : monitor_(monitor), total_(total) {}

  void add(std::size_t events, std::size_t failures) {
    const std::lock_guard lock(mutex_);
    done_ += events;
    failures_ += failures;
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
    const double rate = static_cast<double>(done_) / std::max(elapsed.count(), 1e-9);
    monitor_.progress("simulate", done_, total_, std::to_string(static_cast<long>(rate)) + " events/s");
  }
  std::size_t failures() const { return failures_; }

 private:
  Monitor& monitor_;
  std::size_t total_, done_ = 0, failures_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
};

/// One thread's Pythia and tools, kept from block to block.
class Worker {
 public:
  Worker(const EventRun& run, const PythiaFactory& factory) : run_(run), factory_(factory), events_(run) {}

  /// Fills rows [first, last) of block `block`; returns how many events Pythia failed to make.
  std::size_t run_block(std::size_t block, std::size_t first, std::size_t last) {
    const std::uint64_t number = run_.first_event / run_.card.block_events + block;  // in the sample
    const std::vector<double> scanned = scan_point(run_.card.scan, run_.seed, number);
    if (pythia_ == nullptr || !scanned.empty()) pythia_ = factory_.make(scanned);
    seed_block(*pythia_, run_.seed, number);
    PythiaEvents events(*pythia_, has_objects(run_.card));
    for (std::size_t row = first; row < last; ++row) {
      events.next(event_);
      events_.fill(event_, block, row);
      run_.columns.set_scanned(row, scanned);
    }
    return events.failures();
  }

 private:
  const EventRun& run_;
  const PythiaFactory& factory_;
  EventWorker events_;
  PythiaPtr pythia_;
  GeneratorEvent event_;
};

}  // namespace

void check_pythia(const SimulationCard& card) {
  const PythiaFactory factory(card);
}

Table pythia_table(const SimulationCard& card, const SimulateOptions& options, Monitor& monitor) {
  const std::vector<Observable> observables = needed_observables(card);
  const PythiaFactory factory(card);
  const std::vector<EventLevel> levels = make_event_levels(card);
  const std::size_t blocks = (card.events + card.block_events - 1) / card.block_events;
  EventColumns columns(card, observables, card.events, blocks);
  ConstituentGroups constituents(card, card.events, blocks);
  const EventRun run{card, observables, levels, options.seed, columns, constituents, options.first_event};

  ThreadPool pool(options.threads);
  std::vector<std::unique_ptr<Worker>> workers;
  for (int i = 0; i < pool.threads(); ++i) workers.push_back(std::make_unique<Worker>(run, factory));
  Progress progress(monitor, card.events);
  pool.run(blocks, [&](std::size_t block, int worker) {
    check_interrupt(monitor, "simulate");
    const std::size_t first = block * card.block_events,
                      last = std::min(first + card.block_events, card.events);
    const std::size_t failures = workers[static_cast<std::size_t>(worker)]->run_block(block, first, last);
    progress.add(last - first, failures);
  });

  Table table = columns.take();
  constituents.take(table);
  describe(table, card, options.seed);
  if (options.first_event != 0) table.set_metadata("first_event", std::to_string(options.first_event));
  table.set_metadata("generator", factory.version());
  table.set_metadata("pythia.failed_events", std::to_string(progress.failures()));
  return table;
}

}  // namespace sim
}  // namespace trueup
