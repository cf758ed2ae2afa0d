// Samples by the hash of what made them.
#include "study/sample_cache.hpp"

#include <cstdlib>
#include <system_error>

#include <fmt/format.h>

#include <core/files.hpp>
#include <trueup/error.hpp>
#include <trueup/resumable.hpp>
#include <trueup/table_io.hpp>

namespace fs = std::filesystem;

namespace trueup {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::optional<Table> read_kept(const fs::path& file, const std::string& key, Monitor& monitor) {
  std::error_code error;
  if (!fs::exists(file, error)) return std::nullopt;
  try {
    Table table = read_table(file.string());
    const auto found = table.metadata().find(kSampleKey);
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

/// Where finished blocks wait while the sample is made; nowhere when the folder cannot be written.
fs::path block_file(const fs::path& folder, const std::string& key, Monitor& monitor) {
  try {
    fs::create_directories(folder);
    if (fs::space(folder).available < kSampleReserve) {
      monitor.message(LogLevel::warning, fmt::format("finished blocks are not kept: the disk at {} has less "
                                                     "than {} GB left",
                                                     folder.string(), kSampleReserve >> 30));
      return {};
    }
    fs::path file = folder / (key + ".part");
    check_writable(file);
    return file;
  } catch (const std::exception& error) {  // the filesystem's errors, and our own
    monitor.message(LogLevel::warning, fmt::format("finished blocks are not kept: {}", error.what()));
    return {};
  }
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
    table.set_metadata(kSampleKey, key);
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

Table kept_sample(const SimulationCard& card, const SimulateOptions& options, Monitor& monitor) {
  const std::optional<fs::path> folder = sample_folder();
  if (card.source != "pythia" || !folder) return simulate(card, options, monitor);
  const std::string key = sample_key(card, options);
  const fs::path file = *folder / (key + ".h5");
  if (std::optional<Table> kept = read_kept(file, key, monitor)) {
    return std::move(*kept);
  }
  const fs::path blocks = block_file(*folder, key, monitor);
  Table table = simulate_resumable(card, options, blocks, monitor);
  keep(table, file, key, monitor);
  std::error_code ignored;
  if (!blocks.empty()) fs::remove(blocks, ignored);
  return table;
}

}  // namespace trueup
