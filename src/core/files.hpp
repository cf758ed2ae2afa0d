// Files that appear whole or not at all, and their checksums.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace trueup {

/// Calls write(temporary path beside `target`) and renames onto `target`; on any exception the temporary is removed.
/// Directory missing, read-only or disk full: EnvironmentError.
void write_atomically(const std::filesystem::path& target,
                      const std::function<void(const std::filesystem::path& temporary)>& write);
void write_text_atomically(const std::filesystem::path& target, const std::string& text);
std::string read_text(const std::filesystem::path& path);

/// Lower-case hexadecimal SHA-256 of a file's bytes.
std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace trueup
