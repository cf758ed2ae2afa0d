// `trueup simulate CARD --out FILE`: events from an analytic sample or Pythia 8.
#include <memory>

#include <fmt/format.h>

#include <core/files.hpp>
#include <trueup/error.hpp>

#include "cli/commands.hpp"
#include "cli/simulate_table.hpp"
#include "result/stopwatch.hpp"

namespace trueup::cli {
namespace {

struct Options {
  std::string card;
  std::string out;
  std::size_t events = 0, first_event = 0;
};

int plan(const Session& session, const TableRequest& request) {
  check_settings(request.card);
  std::string columns;
  for (const SimulatedColumn& column : simulated_columns(request.card)) {
    columns += (columns.empty() ? "" : ", ") + column.name;
  }
  return session.print_plan(
      {fmt::format("make {} events ({})", request.events != 0 ? request.events : request.card.events,
                   request.card.source),
       "columns: " + columns, "write to " + request.path});
}

Result result_of(Session& session, const Options& options, const MadeTable& made) {
  Result result;
  result.command = "simulate";
  result.seed = session.options().seed;
  result.threads = session.pool().threads();
  result.inputs = {{options.card, sha256_of_file(options.card), 0}};
  result.metrics["rows"] = static_cast<double>(made.record.rows);
  result.metrics["seconds"] = made.seconds;
  result.metrics["rows_per_second"] = static_cast<double>(made.record.rows) / made.seconds;
  result.artifacts["table"] = options.out;
  result.peak_rss_bytes = peak_rss_bytes();
  return result;
}

int run(Session& session, const Options& options) {
  const Stopwatch watch;
  TableRequest request{load_simulation_card(options.card, session.options().set), options.events,
                       session.options().seed, options.out, options.first_event};
  check_request(request);
  if (session.options().dry_run) return plan(session, request);
  const MadeTable made = make_table(session, request, session.options().resume);
  Result result = result_of(session, options, made);
  result.wall_s = watch.seconds();
  if (made.reused) {
    session.print(
        fmt::format("{}: {} rows, made earlier from the same card and seed", options.out, made.record.rows));
  } else {
    session.print(fmt::format("{}: {} rows in {:.1f} s, {:.0f} a second", options.out, made.record.rows,
                              made.seconds, result.metrics["rows_per_second"]));
  }
  session.print_json(to_json(result));
  return kDone;
}

}  // namespace

Command add_simulate(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("simulate", "make events from a card");
  command->add_option("CARD", options->card, "what to simulate (TOML)")->required();
  command->add_option("--out", options->out, "table to write: .h5 .csv .npy .npz .root")
      ->required()
      ->type_name("FILE");
  command->add_option("--events", options->events, "number of events [as the card says]")
      ->type_name("N")
      ->check(whole_number(1));
  command
      ->add_option("--first-event", options->first_event,
                   "number of the first event [0]: parts of one sample can be made on several machines")
      ->type_name("N");
  command->footer(
      "Finished events of Pythia are kept in FILE.part until FILE is there: an interrupted command goes on "
      "with\n"
      "--resume. A table at FILE made by this version from the same card, events and seed is then kept as it "
      "is.\n"
      "'trueup merge' joins parts.");
  return {command, [options](Session& session) { return run(session, *options); }};
}

}  // namespace trueup::cli
