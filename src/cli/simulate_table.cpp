// Making a table from a card, or finding it made.
#include "cli/simulate_table.hpp"

#include <filesystem>

#include <fmt/format.h>

#include <core/files.hpp>
#include <table/io/formats.hpp>
#include <trueup/error.hpp>
#include <trueup/table_io.hpp>

#include "result/stopwatch.hpp"

namespace trueup::cli {
namespace {

constexpr const char* kKey = "simulation_key";

std::size_t events_of(const TableRequest& request) {
  return request.events != 0 ? request.events : request.card.events;
}

/// Whatever decides the table.
std::string simulation_key(const TableRequest& request) {
  return sha256_of_bytes(fmt::format("{} {} {} {}\n{}", version(), request.seed, request.first_event,
                                     events_of(request), request.card.toml));
}

bool already_made(const TableRequest& request) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(request.path, error)) return false;
  try {
    const TableInfo info = read_table_info(request.path);
    const auto key = info.metadata.find(kKey);
    // Required columns leave fewer rows than events: then the metadata say how many events there were.
    const bool all = !request.card.output.require.empty() || info.rows == events_of(request);
    return key != info.metadata.end() && key->second == simulation_key(request) && all;
  } catch (const Error&) {
    return false;  // not a table, or damaged: made again
  }
}

}  // namespace

void check_request(const TableRequest& request) {
  const TablePath place = parse_table_path(request.path);
  io::format_of_suffix(place.path);
  require_writable(place.path);
  if (request.card.source == "pythia" && !has_pythia()) {
    throw EnvironmentError(
        "the card wants Pythia 8, which this build does not have; build with TRUEUP_WITH_PYTHIA=ON, or use a "
        "card "
        "with source.type = \"gaussian\"");
  }
}

MadeTable make_table(Session& session, const TableRequest& request, bool reuse) {
  const std::filesystem::path file = parse_table_path(request.path).path;
  MadeTable made{{request.path, "", events_of(request)}, 0.0, false};
  if (reuse && already_made(request)) {
    made.reused = true;
  } else {
    const Stopwatch watch;
    Table table =
        simulate(request.card, {request.events, request.seed, session.options().threads, request.first_event},
                 session.monitor());
    check_interrupt(session.monitor(), "simulate");
    table.set_metadata(kKey, simulation_key(request));
    table.set_metadata("trueup_version", version());
    made.seconds = watch.seconds();
    write_table(table, request.path);
    made.record.rows = table.rows();
  }
  made.record.sha256 = sha256_of_file(file);
  return made;
}

}  // namespace trueup::cli
