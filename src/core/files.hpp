// Files that appear whole or not at all, and their checksums.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace trueup {

/// Calls write(temporary path beside `target`) and renames onto `target`; on any exception the temporary is removed.
/// The temporary keeps the target's suffix; a target that is a link is followed. Directory missing, read-only or disk
/// full, target write-protected or not a regular file: EnvironmentError.
void write_atomically(const std::filesystem::path& target,
                      const std::function<void(const std::filesystem::path& temporary)>& write);
void write_text_atomically(const std::filesystem::path& target, const std::string& text);
/// The whole file; missing or unreadable: DataError.
std::string read_text(const std::filesystem::path& path);

/// Throws EnvironmentError if write_atomically(path) could not work now. Leaves no file and touches none.
void check_writable(const std::filesystem::path& path);
/// Throws EnvironmentError if the disk cannot take `bytes` more at `path`, a new file; where the system cannot tell, does
/// nothing. For writers that do not survive a full disk.
void check_space(const std::filesystem::path& path, std::uintmax_t bytes);
/// Throws DataError unless `path` is a file (not a directory) that can be opened for reading.
void check_readable(const std::filesystem::path& path);

/// Lower-case hexadecimal SHA-256 of a file's bytes; missing or unreadable: DataError.
std::string sha256_of_file(const std::filesystem::path& path);
std::string sha256_of_bytes(std::string_view bytes);

}  // namespace trueup
