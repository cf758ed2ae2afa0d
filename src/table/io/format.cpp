// Telling a file's format: by its first bytes, then by its suffix.
#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include <core/files.hpp>
#include <table/io/columns.hpp>
#include <table/io/formats.hpp>
#include <trueup/error.hpp>

namespace trueup::io {
namespace {

using namespace std::string_view_literals;
constexpr std::string_view kHdf5Magic = "\x89HDF\r\n\x1a\n"sv;
constexpr std::string_view kRootMagic = "root\0"sv;  // then the version, whose first byte is 0

std::optional<TableFormat> suffix_format(const std::filesystem::path& path) {
  std::string suffix = path.extension().string();
  for (char& c : suffix) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (suffix == ".h5" || suffix == ".hdf5") return TableFormat::hdf5;
  if (suffix == ".csv") return TableFormat::csv;
  if (suffix == ".npy") return TableFormat::npy;
  if (suffix == ".npz") return TableFormat::npz;
  if (suffix == ".root") return TableFormat::root;
  return std::nullopt;
}

/// HDF5 allows a user block: the signature then stands at byte 512, 1024, 2048, …
bool has_hdf5_signature(std::ifstream& in, std::uintmax_t size) {
  std::array<char, 8> bytes;
  for (std::uintmax_t at = 512; at + bytes.size() <= size && at <= (1U << 24); at *= 2) {
    in.clear();
    in.seekg(static_cast<std::streamoff>(at));
    if (in.read(bytes.data(), bytes.size()) && std::string_view(bytes.data(), bytes.size()) == kHdf5Magic)
      return true;
  }
  return false;
}

bool is_text(std::string_view head) {
  return std::none_of(head.begin(), head.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return u < 0x20 && c != '\n' && c != '\r' && c != '\t';
  });
}

}  // namespace

TableFormat detect_format(const std::filesystem::path& path) {
  check_readable(path);
  std::ifstream in(path, std::ios::binary);
  std::array<char, 4096> buffer;
  in.read(buffer.data(), buffer.size());
  const std::string_view head(buffer.data(), static_cast<std::size_t>(in.gcount()));
  if (head.empty()) bad_file(path, "the file is empty");
  if (head.starts_with(kHdf5Magic)) return TableFormat::hdf5;
  if (head.starts_with(kRootMagic)) return TableFormat::root;
  if (head.starts_with("\x93NUMPY"sv)) return TableFormat::npy;
  if (head.starts_with("PK\x03\x04"sv) || head.starts_with("PK\x05\x06"sv)) return TableFormat::npz;
  std::error_code error;
  if (has_hdf5_signature(in, std::filesystem::file_size(path, error))) return TableFormat::hdf5;
  const std::optional<TableFormat> by_suffix = suffix_format(path);
  if (by_suffix && *by_suffix != TableFormat::csv) {
    bad_file(path,
             fmt::format("the content is not what the suffix '{}' says: the file is damaged or misnamed",
                         path.extension().string()));
  }
  if (is_text(head)) return TableFormat::csv;
  bad_file(path, "not a table in a known format (HDF5, ROOT, CSV, .npy, .npz)");
}

TableFormat format_of_suffix(const std::filesystem::path& path) {
  if (const auto format = suffix_format(path)) return *format;
  throw ConfigError(
      fmt::format("cannot tell a table format from the name '{}'; use .h5, .hdf5, .csv, .npy, .npz or .root",
                  path.string()));
}

bool has_table_suffix(const std::string& path) {
  return suffix_format(path).has_value();
}

}  // namespace trueup::io
