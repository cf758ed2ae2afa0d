// The file in which a sample's finished blocks wait for the others: an interrupted generation goes on from there.
#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include <trueup/monitor.hpp>

namespace trueup::sim {

/// Blocks are added at the end, each with its checksum. One whose writing was cut off does not count, so a process may be
/// killed at any time. Not in the native byte order of other machines: a file is for the machine that began it.
class BlockFile {
 public:
  /// A block of the file; false says that its bytes make no sense, and it is forgotten with all after it.
  using Take = std::function<bool(std::size_t block, std::string_view bytes)>;

  /// Opens the file for more blocks. Those in it are handed to `take` when the file begins with `key`, the hash of all
  /// that decides the sample; else it begins anew. An empty path: nothing is kept.
  /// EnvironmentError when it cannot be written.
  BlockFile(std::filesystem::path path, const std::string& key, const Take& take, Monitor& monitor);

  bool keeps() const noexcept { return !path_.empty(); }
  /// Thread-safe. When the disk is full, the monitor is told once, and nothing more is kept.
  void add(std::size_t block, std::string_view bytes);

 private:
  /// How many bytes of the file are good; hands their blocks over.
  std::uintmax_t read(const std::string& head, const Take& take) const;

  std::filesystem::path path_;
  Monitor& monitor_;
  std::ofstream out_;
  std::mutex mutex_;
};

}  // namespace trueup::sim
