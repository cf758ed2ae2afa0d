// Finished blocks on disk: a head, then for each block its number, size, checksum and bytes.
#include "simulate/block_file.hpp"

#include <cstdint>
#include <cstring>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include <core/files.hpp>
#include <trueup/error.hpp>

namespace fs = std::filesystem;

namespace trueup::sim {
namespace {

constexpr std::string_view kMagic = "trueup blocks 1\n";
constexpr std::size_t kHashLength = 64;

struct RecordHead {
  std::uint64_t block = 0, size = 0;
  char hash[kHashLength] = {};
};

std::string hash_of(std::uint64_t block, std::string_view bytes) {
  return sha256_of_bytes(std::to_string(block) + " " + sha256_of_bytes(bytes));
}

}  // namespace

BlockFile::BlockFile(fs::path path, const std::string& key, const Take& take, Monitor& monitor)
    : path_(std::move(path)), monitor_(monitor) {
  if (!keeps()) return;
  check_writable(path_);
  const std::string head = std::string(kMagic) + key + "\n";
  const std::uintmax_t good = read(head, take);
  std::error_code error;
  if (good > 0) fs::resize_file(path_, good, error);
  out_.open(path_, good > 0 ? std::ios::binary | std::ios::app : std::ios::binary | std::ios::trunc);
  if (good == 0) out_ << head << std::flush;
  if (error || !out_)
    throw EnvironmentError("cannot write '" + path_.string() + "', which keeps finished blocks");
}

std::uintmax_t BlockFile::read(const std::string& head, const Take& take) const {
  std::ifstream in(path_, std::ios::binary);
  std::string start(head.size(), '\0');
  in.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(in.gcount()));
  if (!head.starts_with(start)) {
    throw ConfigError(fmt::format(
        "'{}' keeps finished events of another card, seed, number of events or version of trueup: give the "
        "options that it was made with, or remove it",
        path_.string()));
  }
  if (start != head) return 0;  // written no further
  const std::uintmax_t size = fs::file_size(path_);
  std::uintmax_t good = head.size();
  std::string bytes;
  RecordHead record;
  while (in.read(reinterpret_cast<char*>(&record), sizeof record)) {
    if (record.size > size - good - sizeof record) break;
    bytes.resize(record.size);
    if (!in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) break;
    if (hash_of(record.block, bytes) != std::string_view(record.hash, kHashLength)) break;
    if (!take(record.block, bytes)) break;
    good += sizeof record + record.size;
  }
  return good;
}

void BlockFile::add(std::size_t block, std::string_view bytes) {
  if (!keeps()) return;
  RecordHead record{block, bytes.size(), {}};
  std::memcpy(record.hash, hash_of(block, bytes).data(), kHashLength);
  const std::lock_guard lock(mutex_);
  if (!out_) return;
  out_.write(reinterpret_cast<const char*>(&record), sizeof record);
  out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out_.flush();
  if (!out_) {
    monitor_.message(LogLevel::warning, "'" + path_.string() +
                                            "' cannot be written any more: blocks from here on are not kept, "
                                            "and would be made again after an interruption");
  }
}

}  // namespace trueup::sim
