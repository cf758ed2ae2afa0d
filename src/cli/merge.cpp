// `trueup merge PART… --out FILE`: one table of the parts that several machines made.
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include <core/files.hpp>
#include <table/io/formats.hpp>
#include <trueup/error.hpp>
#include <trueup/resumable.hpp>
#include <trueup/sample_parts.hpp>
#include <trueup/table_io.hpp>

#include "cli/commands.hpp"
#include "cli/simulate_table.hpp"
#include "result/stopwatch.hpp"

namespace trueup::cli {
namespace {

struct Options {
  std::vector<std::string> parts;
  std::string out;
  std::size_t events = 0;
};

struct Parts {
  std::vector<SamplePart> parts;
  bool weighted = false;  ///< one of them at least
};

Parts read_parts(const std::vector<std::string>& paths) {
  Parts all;
  for (const std::string& path : paths) {
    TableInfo info = read_table_info(path);
    all.weighted = all.weighted || info.has_weights;
    all.parts.push_back({path, info.rows, std::move(info.metadata)});
  }
  return all;
}

/// Parts whose events all have weight 1 carry none; in a sample where others do they count as 1.
Table joined(const Parts& parts, const SampleOfParts& whole, Session& session) {
  Table all;
  for (std::size_t i = 0; i < whole.order.size(); ++i) {
    check_interrupt(session.monitor(), "merge");
    const std::string& path = parts.parts[whole.order[i]].name;
    try {
      Table part = read_table(path);
      if (parts.weighted && !part.has_weights()) part.set_weights(part.weights_or_ones());
      all.append(part);
    } catch (const DataError& error) {
      throw DataError(fmt::format("'{}' does not fit the parts before it: {}", path, error.what()));
    }
    session.monitor().progress("merge", i + 1, whole.order.size(), "parts");
  }
  for (const auto& [key, value] : whole.metadata) all.set_metadata(key, value);
  all.set_metadata(kSampleKey, whole.key);
  return all;
}

/// Writing would leave nothing of that part, whose record the result holds.
void refuse_part_as_output(const Options& options, const std::filesystem::path& out) {
  for (const std::string& path : options.parts) {
    std::error_code ignored;
    if (std::filesystem::equivalent(parse_table_path(path).path, out, ignored))
      throw ConfigError(fmt::format("--out '{}' is one of the parts; give another file", options.out));
  }
}

Result result_of(const Parts& parts, const std::string& out, const Session& session, const Table& table,
                 const SampleOfParts& whole) {
  Result result;
  result.command = session.command();
  for (const SamplePart& part : parts.parts)
    result.inputs.push_back({part.name, sha256_of_file(parse_table_path(part.name).path), part.rows});
  result.metrics["rows"] = static_cast<double>(table.rows());
  result.metrics["events"] = static_cast<double>(whole.events);
  result.artifacts["table"] = out;
  result.peak_rss_bytes = peak_rss_bytes();
  return result;
}

int run(Session& session, const Options& options) {
  const Stopwatch watch;
  const TablePath place = parse_table_path(options.out);
  io::format_of_suffix(place.path);
  require_writable(place.path);
  refuse_part_as_output(options, place.path);
  const Parts parts = read_parts(options.parts);
  const SampleOfParts whole = join_parts(parts.parts, options.events);
  if (session.options().dry_run) {
    return session.print_plan(
        {fmt::format("join {} parts: events 0 to {}", options.parts.size(), whole.events - 1),
         "write to " + options.out});
  }
  const Table table = joined(parts, whole, session);
  write_table(table, options.out);
  Result result = result_of(parts, options.out, session, table, whole);
  result.wall_s = watch.seconds();
  session.print(fmt::format("{}: {} rows of {} events, from {} parts", options.out, table.rows(),
                            whole.events, options.parts.size()));
  session.print_json(to_json(result));
  return kDone;
}

}  // namespace

Command add_merge(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("merge", "join the parts of a sample that several machines made");
  command->add_option("PART", options->parts, "tables made by 'trueup simulate --first-event', in any order")
      ->required();
  command->add_option("--out", options->out, "table to write: .h5 .csv .npy .npz .root")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--events", options->events,
                   "number of events that the whole sample must have [as many as the parts have]")
      ->type_name("N")
      ->check(whole_number(1));
  command->footer(
      "The parts must be from the same card, seed, generator and version, and have each event once: FILE is "
      "the\n"
      "table that one call of 'trueup simulate' makes. What is missing is named, and nothing is written.");
  return {command, [options](Session& session) { return run(session, *options); }};
}

}  // namespace trueup::cli
