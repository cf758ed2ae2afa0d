// Samples by the hash of what made them.
#include "study/sample_cache.hpp"

#include <cstdlib>
#include <system_error>

#include <fmt/format.h>

#include <core/files.hpp>
#include <trueup/error.hpp>
#include <trueup/table_io.hpp>

namespace fs = std::filesystem;

namespace trueup {
namespace {

constexpr const char* kKey = "sample.key";

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::optional<Table> read_kept(const fs::path& file, const std::string& key, Monitor& monitor) {
  std::error_code error;
  if (!fs::exists(file, error)) return std::nullopt;
  try {
    Table table = read_table(file.string());
    const auto found = table.metadata().find(kKey);
    if (found != table.metadata().end() && found->second == key) {
      monitor.message(LogLevel::info,
                      fmt::format("{} events from an earlier run: {}", table.rows(), file.string()));
      return table;
    }
    monitor.message(LogLevel::warning,
                    fmt::format("{} is not the sample of its name; made anew", file.string()));
  } catch (const Error& unreadable) {
    monitor.message(LogLevel::warning,
                    fmt::format("{} cannot be read ({}); made anew", file.string(), unreadable.what()));
  }
  return std::nullopt;
}

std::uintmax_t bytes_of(const Table& table) {
  std::uintmax_t numbers = table.rows() * (table.columns().size() + 1);
  for (const JaggedGroup& group : table.groups())
    numbers += group.members() * group.columns.size() + 2 * group.offsets.size();
  return numbers * sizeof(float);
}

void keep(Table& table, const fs::path& file, const std::string& key, Monitor& monitor) {
  try {
    fs::create_directories(file.parent_path());
    const std::uintmax_t needed = bytes_of(table);
    if (fs::space(file.parent_path()).available < needed + kSampleReserve) {
      monitor.message(LogLevel::warning,
                      fmt::format("{} events are not kept: the disk at {} has too little room for {} MB",
                                  table.rows(), file.parent_path().string(), needed >> 20));
      return;
    }
    table.set_metadata(kKey, key);
    write_table(table, file.string());
  } catch (const std::exception& error) {  // the filesystem's errors, and our own
    monitor.message(LogLevel::warning, fmt::format("{} events are not kept: {}", table.rows(), error.what()));
  }
}

}  // namespace

std::optional<fs::path> sample_folder() {
  const std::string own = variable("TRUEUP_SAMPLES"), cache = variable("XDG_CACHE_HOME"),
                    home = variable("HOME");
  if (own == "off") return std::nullopt;
  if (!own.empty()) return fs::path(own);
  if (!cache.empty()) return fs::path(cache) / "trueup" / "samples";
  if (!home.empty()) return fs::path(home) / ".cache" / "trueup" / "samples";
  return std::nullopt;
}

std::string sample_key(const SimulationCard& card, const SimulateOptions& options) {
  const std::size_t events = options.events == 0 ? card.events : options.events;
  return sha256_of_bytes(fmt::format("{}\n{} events from {}, seed {}\n{}", simulation_version(), events,
                                     options.first_event, options.seed, card.toml));
}

Table kept_sample(const SimulationCard& card, const SimulateOptions& options, Monitor& monitor) {
  const std::optional<fs::path> folder = sample_folder();
  if (card.source != "pythia" || !folder) return simulate(card, options, monitor);
  const std::string key = sample_key(card, options);
  const fs::path file = *folder / (key + ".h5");
  if (std::optional<Table> kept = read_kept(file, key, monitor)) {
    return std::move(*kept);
  }
  Table table = simulate(card, options, monitor);
  keep(table, file, key, monitor);
  return table;
}

}  // namespace trueup
