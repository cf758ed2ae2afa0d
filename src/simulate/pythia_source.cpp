// Collisions from Pythia 8: settings from the card, events in blocks, one Pythia object a thread.
#include "simulate/pythia_source.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string_view>

#include <trueup/error.hpp>
#include <trueup/resumable.hpp>
#include <trueup/threads.hpp>

#include "simulate/block_file.hpp"
#include "simulate/event_worker.hpp"
#include "simulate/pythia_block.hpp"
#include "simulate/pythia_settings.hpp"
#include "simulate/sample_blocks.hpp"
#include "simulate/scan.hpp"

namespace trueup {

bool has_pythia() noexcept {
  return true;
}

namespace sim {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// One thread's Pythia and tools, kept from block to block.
class Worker {
 public:
  Worker(const EventRun& run, const PythiaFactory& factory)
      : run_(run), factory_(factory), events_(run), veto_(make_parton_veto(run.card.parton_veto)) {}

  /// Fills rows [first, last) of block `block`; returns what became of them.
  GeneratorCounts run_block(std::size_t block, std::size_t first, std::size_t last) {
    const Clock::time_point begin = Clock::now();
    const std::uint64_t number = run_.first_event / run_.card.block_events + block;  // in the sample
    const std::vector<double> scanned = scan_point(run_.card.scan, run_.seed, number);
    if (pythia_ == nullptr || !scanned.empty()) {
      pythia_ = factory_.make(scanned, veto_);
      times_.starting += seconds_since(begin);
    }
    seed_block(*pythia_, run_.seed, number);
    PythiaEvents events(*pythia_, has_objects(run_.card), veto_.get());
    for (std::size_t row = first; row < last; ++row) {
      // Where it is false the row stays 0 everywhere, and is dropped for the columns that output.require names.
      if (events.next(event_)) events_.fill(event_, block, row);
      run_.columns.set_scanned(row, scanned);
    }
    times_.all += seconds_since(begin);
    return events.counts();
  }

  /// Of this thread, in seconds.
  struct Times {
    double starting = 0.0, all = 0.0;
  };
  const Times& times() const { return times_; }

 private:
  const EventRun& run_;
  const PythiaFactory& factory_;
  EventWorker events_;
  std::shared_ptr<PartonVeto> veto_;  // null without one
  PythiaPtr pythia_;
  GeneratorEvent event_;
  Times times_;
};

/// Largest share of the time that Pythia's starts may take before the user is told how to have fewer.
constexpr double kMostStarting = 0.1;

void tell_starting_share(const std::vector<std::unique_ptr<Worker>>& workers, const SimulationCard& card,
                         Monitor& monitor) {
  // Without scanned values it starts once a thread, and nothing is to be done.
  if (card.scan.empty() || card.events <= card.block_events) return;
  Worker::Times sum;
  for (const auto& worker : workers) {
    sum.starting += worker->times().starting;
    sum.all += worker->times().all;
  }
  if (!(sum.all > 0.0)) return;
  const double share = sum.starting / sum.all;
  std::string text = "Pythia's initialisation, once for each block, took " +
                     std::to_string(std::lround(100.0 * share)) + " % of the time";
  const bool too_much = share > kMostStarting;
  if (too_much)
    text += "; a source.block_events above " + std::to_string(card.block_events) + " makes it less";
  monitor.message(too_much ? LogLevel::warning : LogLevel::info, text);
}

}  // namespace

void check_pythia(const SimulationCard& card) {
  const PythiaFactory factory(card);
}

Table pythia_table(const SimulationCard& card, const SimulateOptions& options,
                   const std::filesystem::path& kept, Monitor& monitor) {
  const std::vector<Observable> observables = needed_observables(card);
  const PythiaFactory factory(card);
  const std::vector<EventLevel> levels = make_event_levels(card);
  const BlockRange range{card.events, card.block_events};
  EventColumns columns(card, observables, card.events, range.blocks());
  ConstituentGroups constituents(card, card.events, range.blocks());
  const EventRun run{card, observables, levels, options.seed, columns, constituents, options.first_event};
  SampleBlocks blocks(range, columns, constituents, monitor);
  BlockFile file(
      kept, sample_key(card, options),
      [&](std::size_t block, std::string_view bytes) { return blocks.take(block, bytes); }, monitor);

  ThreadPool pool(options.threads);
  std::vector<std::unique_ptr<Worker>> workers;
  for (int i = 0; i < pool.threads(); ++i) workers.push_back(std::make_unique<Worker>(run, factory));
  const std::vector<std::size_t> missing = blocks.missing();
  pool.run(missing.size(), [&](std::size_t piece, int worker) {
    check_interrupt(monitor, "simulate");
    const std::size_t block = missing[piece];
    Worker& own = *workers[static_cast<std::size_t>(worker)];
    blocks.finish(block, own.run_block(block, range.first(block), range.last(block)), file);
  });
  tell_starting_share(workers, card, monitor);

  Table table = columns.take();
  constituents.take(table);
  describe(table, card, options.seed);
  if (options.first_event != 0) table.set_metadata("first_event", std::to_string(options.first_event));
  table.set_metadata("generator", factory.version());
  table.set_metadata("simulation_version", simulation_version());
  const GeneratorCounts counts = blocks.counts();
  table.set_metadata("pythia.failed_events", std::to_string(counts.failed));
  if (card.parton_veto.wanted) table.set_metadata("pythia.given_up_events", std::to_string(counts.given_up));
  return table;
}

}  // namespace sim
}  // namespace trueup
