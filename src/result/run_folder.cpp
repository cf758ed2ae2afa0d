// Making a run's folder safely: refusals first, then removal of the old run, then the new configuration.
#include "result/run_folder.hpp"

#include <fstream>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include <core/files.hpp>
#include <trueup/error.hpp>
#include <trueup/result.hpp>

namespace fs = std::filesystem;

namespace trueup {
namespace {

bool all_of_chars(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

/// The command that made the folder's config.toml, whose first line is "# trueup COMMAND VERSION: …"; "" when it was
/// not trueup.
std::string maker_of(const fs::path& config) {
  std::ifstream in(config);
  std::string hash, program, command, version;
  in >> hash >> program >> command >> version;
  const bool ours = hash == "#" && program == "trueup" && version.ends_with(':') &&
                    all_of_chars(command, "abcdefghijklmnopqrstuvwxyz-") &&
                    all_of_chars(version.substr(0, version.size() - 1), "0123456789.");
  return ours ? command : "";
}

void check_owner(const fs::path& path, const std::string& command) {
  const fs::path config = path / "config.toml";
  std::error_code error;
  if (fs::exists(config, error)) {
    const std::string maker = maker_of(config);
    if (maker == command) return;
    throw ConfigError(fmt::format(
        "output folder '{}' holds {}; choose another folder, or give --force to replace it", path.string(),
        maker.empty() ? "a config.toml that is not of a run" : fmt::format("a run of 'trueup {}'", maker)));
  }
  if (fs::exists(path / "result.json", error)) {
    throw ConfigError(
        fmt::format("output folder '{}' holds a result.json without its run's config.toml; choose "
                    "another folder, or give --force to replace it",
                    path.string()));
  }
}

/// The folder itself, or the nearest one above that exists: that is where a directory would be made.
fs::path nearest_existing(fs::path path) {
  path = fs::absolute(path).lexically_normal();
  std::error_code error;
  while (!fs::exists(path, error) && path.has_parent_path() && path != path.parent_path())
    path = path.parent_path();
  return path;
}

constexpr const char* kCheckpoints = "checkpoint";
constexpr const char* kRepetitions = "repetitions";

/// model.onnx, model_2.onnx, …
bool is_model(std::string_view name) {
  const std::string_view first = "model", last = ".onnx";
  if (!name.starts_with(first) || !name.ends_with(last) || name.size() < first.size() + last.size())
    return false;
  const std::string_view middle = name.substr(first.size(), name.size() - first.size() - last.size());
  return middle.empty() || (middle.front() == '_' && all_of_chars(middle.substr(1), "0123456789"));
}

void remove_old_run(const fs::path& path, RunFolder::Keep keep) {
  for (const char* name : {"result.json", "plots.json", "report.html", "config.toml"})
    fs::remove(path / name);
  if (keep == RunFolder::Keep::finished) return;
  fs::remove_all(path / kCheckpoints);
  fs::remove_all(path / kRepetitions);
  for (const fs::directory_entry& entry : fs::directory_iterator(path)) {
    if (is_model(entry.path().filename().string())) fs::remove(entry.path());
  }
}

}  // namespace

std::string RunFolder::signature(const std::string& command) {
  return fmt::format("trueup {} {}: configuration as resolved", command, version());
}

std::string RunFolder::model_name(std::size_t index) {
  return index == 0 ? "model.onnx" : fmt::format("model_{}.onnx", index + 1);
}

void RunFolder::check(const fs::path& path, const std::string& command, bool force) {
  std::error_code error;
  if (path.empty()) throw ConfigError("the output folder's name is empty");
  const fs::path existing = nearest_existing(path);
  if (!fs::is_directory(existing, error)) {
    throw EnvironmentError(fmt::format("cannot make output folder '{}': '{}' is not a directory",
                                       path.string(), existing.string()));
  }
  try {
    check_writable(existing / "result.json.probe");
  } catch (const EnvironmentError&) {
    throw EnvironmentError(fmt::format("cannot make output folder '{}': '{}' is not writable", path.string(),
                                       existing.string()));
  }
  if (!force && fs::is_directory(path, error)) check_owner(path, command);
}

RunFolder::RunFolder(fs::path path, const std::string& command, bool force, Keep keep,
                     const std::string& config_toml)
    : path_(std::move(path)) {
  check(path_, command, force);
  try {
    fs::create_directories(path_);
    remove_old_run(path_, keep);
  } catch (const fs::filesystem_error& error) {
    throw EnvironmentError(
        fmt::format("cannot prepare output folder '{}': {}", path_.string(), error.code().message()));
  }
  write("config.toml", config_toml);
}

void RunFolder::write(const std::string& name, const std::string& text) const {
  write_text_atomically(path_ / name, text);
}

fs::path RunFolder::checkpoint(std::size_t index) const {
  std::error_code ignored;  // the training says so when it cannot write there
  fs::create_directory(path_ / kCheckpoints, ignored);
  return path_ / kCheckpoints / fmt::format("training_{}", index + 1);
}

fs::path RunFolder::repetition(std::size_t index) const {
  std::error_code ignored;  // writing there says so when it cannot
  fs::create_directory(path_ / kRepetitions, ignored);
  return path_ / kRepetitions / fmt::format("{:04}.json", index + 1);
}

void RunFolder::remove_checkpoints() const {
  std::error_code ignored;
  fs::remove_all(path_ / kCheckpoints, ignored);
}

}  // namespace trueup
