// Partons from a Les Houches event file, showered and hadronised by Pythia.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <trueup/error.hpp>
#include <trueup/threads.hpp>

#include "simulate/event_files.hpp"
#include "simulate/event_worker.hpp"
#include "simulate/lhe_file.hpp"
#include "simulate/pythia_block.hpp"
#include "simulate/pythia_settings.hpp"
#include "simulate/scan.hpp"

namespace trueup::sim {
namespace {

/// One thread's Pythia, which stands somewhere in the file.
class LheWorker {
 public:
  LheWorker(const EventRun& run, const PythiaFactory& factory, std::vector<std::uint8_t>& made)
      : run_(run), factory_(factory), made_(made), events_(run) {}

  /// Rows [first, last) of the block are the file's events of these numbers, whatever was read before.
  void run_block(std::size_t block, std::size_t first, std::size_t last) {
    const std::vector<double> scanned = scan_point(run_.card.scan, run_.seed, block);
    if (pythia_ == nullptr || !scanned.empty() || position_ > first) {
      pythia_ = factory_.make(scanned);
      position_ = 0;
    }
    if (first > position_) pythia_->LHAeventSkip(static_cast<int>(first - position_));
    seed_block(*pythia_, run_.seed, block);
    for (std::size_t row = first; row < last; ++row) {
      const bool made = pythia_->next();
      if (!made && pythia_->info.atEndOfFile()) {
        throw DataError("'" + run_.card.file.path + "', event " + std::to_string(row + 1) +
                        ": Pythia finds the file's end here; it changed while it was read");
      }
      made_[row] = made;
      event_ = {};
      if (made) {
        visible_particles(pythia_->event, event_.particles);
        find_truth(pythia_->event, event_.truth);
      }
      event_.weight = made ? pythia_->info.weight() : 0.0;
      events_.fill(event_, block, row);
      run_.columns.set_scanned(row, scanned);
    }
    position_ = last;
  }

 private:
  const EventRun& run_;
  const PythiaFactory& factory_;
  std::vector<std::uint8_t>& made_;
  EventWorker events_;
  PythiaPtr pythia_;
  std::size_t position_ = 0;  // events that Pythia has read or skipped
  GeneratorEvent event_;
};

}  // namespace

void check_lhe_card(const SimulationCard& card) {
  check_lhe(card.file.path);
  const PythiaFactory factory(card);
}

Table lhe_table(const SimulationCard& card, const SimulateOptions& options, Monitor& monitor) {
  const std::size_t in_file = check_lhe(card.file.path).events;
  require_events(card, in_file);
  const std::size_t N = card.events == 0 ? in_file : card.events;
  const std::size_t blocks = (N + card.block_events - 1) / card.block_events;
  const std::vector<Observable> observables = needed_observables(card);
  const PythiaFactory factory(card);
  const std::vector<EventLevel> levels = make_event_levels(card);
  EventColumns columns(card, observables, N, blocks);
  ConstituentGroups constituents(card, N, blocks);
  const EventRun run{card, observables, levels, options.seed, columns, constituents};

  ThreadPool pool(options.threads);
  std::vector<std::uint8_t> made(N, 0);
  std::vector<std::unique_ptr<LheWorker>> workers;
  for (int i = 0; i < pool.threads(); ++i) workers.push_back(std::make_unique<LheWorker>(run, factory, made));
  pool.run(blocks, [&](std::size_t block, int worker) {
    check_interrupt(monitor, "simulate");
    const std::size_t first = block * card.block_events, last = std::min(first + card.block_events, N);
    workers[static_cast<std::size_t>(worker)]->run_block(block, first, last);
  });
  monitor.progress("simulate", N, N, "events showered");

  Table table = columns.take();
  constituents.take(table);
  const auto failed = static_cast<std::size_t>(std::count(made.begin(), made.end(), 0));
  if (failed == N) throw DataError("'" + card.file.path + "': Pythia could not shower any of its events");
  if (failed > 0) table = table.filter(made);
  describe(table, card, options.seed);
  table.set_metadata("generator", factory.version() + " on " + card.file.path);
  table.set_metadata("pythia.failed_events", std::to_string(failed));
  return table;
}

}  // namespace trueup::sim
