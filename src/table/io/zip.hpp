// The part of the zip format that .npz needs: named members, stored as they are or deflated, each below 4 GiB.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace trueup::io {

struct ZipMember {
  std::string name;
  std::uint32_t crc = 0;
  std::uint64_t size = 0;    // of the content
  std::uint64_t stored = 0;  // of the bytes in the archive
  std::uint64_t header_at = 0;
  bool deflated = false;
};

class ZipReader {
 public:
  /// Throws DataError when the archive is damaged or uses what is not supported here.
  explicit ZipReader(const std::filesystem::path& path);

  const std::vector<ZipMember>& members() const { return members_; }
  /// The content; its checksum is verified.
  std::string read(const ZipMember& member);
  /// The first bytes of the content, not verified; at most `most`.
  std::string read_start(const ZipMember& member, std::size_t most);

 private:
  void read_directory();
  void seek_content(const ZipMember& member);
  std::string bytes_at(std::uint64_t at, std::uint64_t n);

  std::filesystem::path path_;
  std::ifstream in_;
  std::uint64_t file_size_ = 0;
  std::vector<ZipMember> members_;
};

/// Writes members one after the other, stored; finish() adds the directory.
class ZipWriter {
 public:
  explicit ZipWriter(const std::filesystem::path& path);
  /// The content is the parts in order. Throws DataError beyond 4 GiB in all, which the plain format cannot hold.
  void add(const std::string& name, const std::vector<std::string_view>& parts);
  /// Throws EnvironmentError when anything could not be written.
  void finish();

 private:
  std::filesystem::path path_;
  std::ofstream out_;
  std::uint64_t written_ = 0;
  std::vector<ZipMember> members_;
};

}  // namespace trueup::io
