// Making a table from a card, or finding it made.
#include "cli/simulate_table.hpp"

#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include <core/files.hpp>
#include <table/io/formats.hpp>
#include <trueup/error.hpp>
#include <trueup/resumable.hpp>
#include <trueup/table_io.hpp>

#include "result/stopwatch.hpp"

namespace trueup::cli {
namespace {

std::size_t events_of(const TableRequest& request) {
  return request.events != 0 ? request.events : request.card.events;
}

SimulateOptions options_of(const TableRequest& request) {
  return {request.events, request.seed, 0, request.first_event};
}

std::filesystem::path file_of(const TableRequest& request) {
  return parse_table_path(request.path).path;
}

/// Of Pythia's events, which take long.
std::filesystem::path block_file(const TableRequest& request) {
  if (request.card.source != "pythia") return {};
  std::filesystem::path file = file_of(request);
  file += ".part";
  return file;
}

/// The rows of the table that this request made earlier.
std::optional<std::size_t> rows_made_earlier(const TableRequest& request) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(request.path, error)) return std::nullopt;
  try {
    const TableInfo info = read_table_info(request.path);
    const auto key = info.metadata.find(kSampleKey);
    // Required columns leave fewer rows than events: then the metadata say how many events there were.
    const std::size_t events = events_of(request);  // 0: all of a file
    const bool all = !request.card.output.require.empty() || events == 0 || info.rows == events;
    if (!all || key == info.metadata.end() || key->second != sample_key(request.card, options_of(request)))
      return std::nullopt;
    return info.rows;
  } catch (const Error&) {
    return std::nullopt;  // not a table, or damaged: made again
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

namespace {

Table made_table(Session& session, const TableRequest& request, bool resume) {
  SimulateOptions options = options_of(request);
  options.threads = session.options().threads;
  const std::filesystem::path blocks = block_file(request);
  std::error_code ignored;
  if (!resume && !blocks.empty()) std::filesystem::remove(blocks, ignored);
  try {
    return simulate_resumable(request.card, options, blocks, session.monitor());
  } catch (const Interrupted&) {
    if (!blocks.empty()) {
      session.monitor().message(LogLevel::info,
                                fmt::format("finished events are kept in {}: the same command with --resume "
                                            "goes on from there",
                                            blocks.string()));
    }
    throw;
  }
}

}  // namespace

MadeTable make_table(Session& session, const TableRequest& request, bool resume) {
  MadeTable made{{request.path, "", 0}, 0.0, false};
  const std::optional<std::size_t> earlier = resume ? rows_made_earlier(request) : std::nullopt;
  if (earlier) {
    made.reused = true;
    made.record.rows = *earlier;
  } else {
    const Stopwatch watch;
    Table table = made_table(session, request, resume);
    check_interrupt(session.monitor(), "simulate");
    table.set_metadata(kSampleKey, sample_key(request.card, options_of(request)));
    table.set_metadata("trueup_version", version());
    made.seconds = watch.seconds();
    write_table(table, request.path);
    std::error_code ignored;
    std::filesystem::remove(block_file(request), ignored);
    made.record.rows = table.rows();
  }
  made.record.sha256 = sha256_of_file(file_of(request));
  return made;
}

}  // namespace trueup::cli
