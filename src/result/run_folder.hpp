// A run's folder: who may write into it, and its files, each of which appears whole or not at all.
#pragma once

#include <filesystem>
#include <string>

namespace trueup {

/// config.toml (resolved; its first line says which command made it) · model.onnx, model_2.onnx, … · plots.json ·
/// result.json · report.html · log.txt · checkpoint/ while networks are trained · repetitions/ of a study.
///
/// Running a command again in its own folder replaces that run: its old files go away once the inputs were found good.
/// A folder with the run of another command, or with a config.toml or result.json that trueup did not write, is refused
/// unless forced. Other files in the folder are left alone.
class RunFolder {
 public:
  enum class Keep {
    nothing,
    finished
  };  ///< finished: models, checkpoints of those not yet trained, repetitions

  /// Throws ConfigError when the folder belongs to something else, EnvironmentError when it could not be made or
  /// written. Leaves nothing behind.
  static void check(const std::filesystem::path& path, const std::string& command, bool force);

  /// Checks, creates the folder, removes the files of a previous run (but for finished parts, when told to keep them), and
  /// writes config.toml.
  RunFolder(std::filesystem::path path, const std::string& command, bool force, Keep keep,
            const std::string& config_toml);

  const std::filesystem::path& path() const noexcept { return path_; }
  std::filesystem::path file(const std::string& name) const { return path_ / name; }
  void write(const std::string& name, const std::string& text) const;

  /// Where the training of network `index` keeps its state; makes the folder checkpoint/.
  std::filesystem::path checkpoint(std::size_t index) const;
  /// When all networks are trained.
  void remove_checkpoints() const;

  /// The file of repetition `index` of a study; makes the folder repetitions/.
  std::filesystem::path repetition(std::size_t index) const;

  /// The first line of a config.toml that `command` writes, without the "# ".
  static std::string signature(const std::string& command);
  /// "model.onnx", "model_2.onnx", …; index from 0.
  static std::string model_name(std::size_t index);

 private:
  std::filesystem::path path_;
};

}  // namespace trueup
