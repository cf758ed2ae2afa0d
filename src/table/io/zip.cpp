// Zip archives, as far as .npz needs them (PKWARE's APPNOTE 6.3, sections 4.3.7, 4.3.12, 4.3.16).
#include <table/io/zip.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <zlib.h>

#include <table/io/columns.hpp>
#include <trueup/error.hpp>

namespace trueup::io {
namespace {

constexpr std::uint32_t kLocal = 0x04034b50, kCentral = 0x02014b50, kEnd = 0x06054b50;
constexpr std::size_t kLocalSize = 30, kCentralSize = 46, kEndSize = 22;
constexpr std::uint64_t kLimit = 0xffffffffULL;
constexpr std::uint64_t kBlock = 1 << 20;

std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t n) {
  std::uint64_t value = 0;
  for (std::size_t i = n; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

void put(std::string& bytes, std::uint64_t value, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i, value >>= 8) bytes += static_cast<char>(value);
}

std::uint32_t crc_of(std::uint32_t crc, std::string_view bytes) {
  if (bytes.empty()) return crc;  // a null pointer would start zlib's sum anew
  return static_cast<std::uint32_t>(crc32_z(crc, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

/// What local header and directory say alike, from "version needed" to the length of the name.
void put_common(std::string& bytes, const ZipMember& member) {
  put(bytes, 20, 2);
  put(bytes, 1U << 11, 2);    // names are UTF-8
  put(bytes, 0, 2);           // stored
  put(bytes, 0x00210000, 4);  // 1980-01-01: the same table gives the same bytes at any time
  put(bytes, member.crc, 4);
  put(bytes, member.size, 4);
  put(bytes, member.size, 4);
  put(bytes, member.name.size(), 2);
  put(bytes, 0, 2);
}

/// Inflates raw deflate data until `out` is full or the data end; returns the bytes made.
std::size_t inflate_raw(std::string_view data, std::string& out, const std::filesystem::path& path) {
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw EnvironmentError("zlib could not be started");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int status = inflate(&stream, Z_SYNC_FLUSH);
  const std::size_t made = out.size() - stream.avail_out;
  inflateEnd(&stream);
  if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
    bad_file(path, "compressed data are damaged");
  return made;
}

}  // namespace

ZipReader::ZipReader(const std::filesystem::path& path) : path_(path), in_(path, std::ios::binary) {
  in_.seekg(0, std::ios::end);
  file_size_ = in_ ? static_cast<std::uint64_t>(in_.tellg()) : 0;
  read_directory();
}

std::string ZipReader::bytes_at(std::uint64_t at, std::uint64_t n) {
  if (at > file_size_ || n > file_size_ - at) bad_file(path_, "the archive is cut short or damaged");
  std::string bytes(n, '\0');
  in_.clear();
  in_.seekg(static_cast<std::streamoff>(at));
  in_.read(bytes.data(), static_cast<std::streamsize>(n));
  if (!in_) bad_file(path_, "reading the archive failed");
  return bytes;
}

void ZipReader::read_directory() {
  // The end record stands last, before a comment of at most 65535 bytes.
  const std::uint64_t tail_size = std::min<std::uint64_t>(file_size_, kEndSize + 65535);
  const std::string tail = bytes_at(file_size_ - tail_size, tail_size);
  std::string signature;
  put(signature, kEnd, 4);
  const auto end = tail.rfind(signature);
  if (end == std::string::npos || tail.size() - end < kEndSize) {
    bad_file(path_, "the archive has no directory: it is cut short or damaged");
  }
  const std::uint64_t count = number(tail, end + 10, 2), size = number(tail, end + 12, 4),
                      at = number(tail, end + 16, 4);
  if (count == 0xffff || at == kLimit)
    bad_file(path_, "archives beyond 4 GiB (zip64) are not supported; use .h5");
  const std::string directory = bytes_at(at, size);
  std::size_t p = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (directory.size() - p < kCentralSize || number(directory, p, 4) != kCentral) {
      bad_file(path_, "the directory of the archive is damaged");
    }
    ZipMember member;
    const std::uint64_t flags = number(directory, p + 8, 2), method = number(directory, p + 10, 2);
    member.crc = static_cast<std::uint32_t>(number(directory, p + 16, 4));
    member.stored = number(directory, p + 20, 4);
    member.size = number(directory, p + 24, 4);
    const std::size_t name = number(directory, p + 28, 2);
    member.header_at = number(directory, p + 42, 4);
    const std::size_t next =
        p + kCentralSize + name + number(directory, p + 30, 2) + number(directory, p + 32, 2);
    if (next > directory.size()) bad_file(path_, "the directory of the archive is damaged");
    member.name = directory.substr(p + kCentralSize, name);
    member.deflated = method == 8;
    if ((flags & 1) != 0) bad_file(path_, fmt::format("member '{}' is encrypted", member.name));
    if (method != 0 && method != 8)
      bad_file(path_, fmt::format("member '{}': unknown compression", member.name));
    if (member.size == kLimit || member.stored == kLimit)
      bad_file(path_, "members beyond 4 GiB are not supported");
    if (method == 0 && member.size != member.stored)
      bad_file(path_, "the directory of the archive is damaged");
    // Deflate cannot shrink by more than 1032: a larger claim would only waste memory.
    if (member.stored > file_size_ || member.size / 1100 > member.stored)
      bad_file(path_, "the archive is damaged");
    members_.push_back(member);
    p = next;
  }
}

void ZipReader::seek_content(const ZipMember& member) {
  const std::string local = bytes_at(member.header_at, kLocalSize);
  if (number(local, 0, 4) != kLocal) bad_file(path_, fmt::format("member '{}' is damaged", member.name));
  const std::uint64_t start = member.header_at + kLocalSize + number(local, 26, 2) + number(local, 28, 2);
  if (start > file_size_ || member.stored > file_size_ - start) bad_file(path_, "the archive is cut short");
  in_.seekg(static_cast<std::streamoff>(start));
}

std::string ZipReader::read_start(const ZipMember& member, std::size_t most) {
  seek_content(member);
  std::string raw(member.deflated ? member.stored : std::min<std::uint64_t>(member.stored, most), '\0');
  in_.read(raw.data(), static_cast<std::streamsize>(raw.size()));
  if (!in_) bad_file(path_, "reading the archive failed");
  if (!member.deflated) return raw;
  std::string content(std::min<std::uint64_t>(member.size, most), '\0');
  content.resize(inflate_raw(raw, content, path_));
  return content;
}

std::string ZipReader::read(const ZipMember& member) {
  std::string content = read_start(member, member.size);
  if (content.size() != member.size || crc_of(0, content) != member.crc) {
    bad_file(path_, fmt::format("member '{}' is damaged: its checksum does not fit", member.name));
  }
  return content;
}

ZipWriter::ZipWriter(const std::filesystem::path& path) : path_(path), out_(path, std::ios::binary) {}

void ZipWriter::add(const std::string& name, const std::vector<std::string_view>& parts) {
  ZipMember member;
  member.name = name;
  member.header_at = written_;
  for (const std::string_view part : parts) {
    member.size += part.size();
    member.crc = crc_of(member.crc, part);
  }
  std::string header;
  put(header, kLocal, 4);
  put_common(header, member);
  header += name;
  written_ += header.size() + member.size;
  if (name.size() > 65535 || members_.size() >= 65534 || written_ > kLimit - kBlock) {
    throw DataError("the table is too large for .npz (4 GiB, 65534 columns); write an .h5 file");
  }
  out_.write(header.data(), static_cast<std::streamsize>(header.size()));
  for (const std::string_view part : parts)
    out_.write(part.data(), static_cast<std::streamsize>(part.size()));
  members_.push_back(member);
}

void ZipWriter::finish() {
  std::string directory;
  for (const ZipMember& member : members_) {
    put(directory, kCentral, 4);
    put(directory, 20, 2);
    put_common(directory, member);
    put(directory, 0, 2 + 2 + 2 + 4);  // comment, disk, attributes
    put(directory, member.header_at, 4);
    directory += member.name;
  }
  const std::uint64_t size = directory.size();
  put(directory, kEnd, 4);
  put(directory, 0, 4);
  put(directory, members_.size(), 2);
  put(directory, members_.size(), 2);
  put(directory, size, 4);
  put(directory, written_, 4);
  put(directory, 0, 2);
  out_.write(directory.data(), static_cast<std::streamsize>(directory.size()));
  out_.close();
  if (!out_)
    throw EnvironmentError(fmt::format("cannot write '{}': the disk is full or failed", path_.string()));
}

}  // namespace trueup::io
