// Writing files so that they appear whole or not at all, and reading them with clear errors.
#include <core/files.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace fs = std::filesystem;

namespace trueup {
namespace {

[[noreturn]] void cannot_write(const fs::path& path, const std::string& reason) {
  throw EnvironmentError(fmt::format("cannot write '{}': {}", path.string(), reason));
}

fs::path directory_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// Where the bytes go: the end of the chain when `target` is a link.
fs::path resolved(const fs::path& target) {
  std::error_code error;
  if (!fs::is_symlink(target, error)) return target;
  const fs::path end = fs::weakly_canonical(target, error);
  return error ? target : end;
}

/// Hidden, unique among processes and threads, and of the same suffix, since writers choose by it.
fs::path temporary_beside(const fs::path& target) {
  static std::atomic<unsigned> counter{0};
  const std::string name = fmt::format(".{}.{}-{}.part{}", target.stem().string(), ::getpid(), counter++,
                                       target.extension().string());
  return directory_of(target) / name;
}

void check_target(const fs::path& target) {
  std::error_code error;
  if (!target.has_filename()) cannot_write(target, "it does not name a file");
  const fs::file_status status = fs::status(target, error);
  if (fs::is_directory(status)) cannot_write(target, "it is a directory");
  if (fs::exists(status) && !fs::is_regular_file(status)) cannot_write(target, "it is not a regular file");
  if (fs::exists(status) && ::access(target.c_str(), W_OK) != 0)
    cannot_write(target, "the file is write-protected");
  const fs::path directory = directory_of(target);
  if (!fs::exists(directory, error)) {
    cannot_write(target, fmt::format("directory '{}' does not exist; create it first", directory.string()));
  }
  if (!fs::is_directory(directory, error)) {
    cannot_write(target, fmt::format("'{}' is not a directory", directory.string()));
  }
}

/// Some file systems report a full disk only here.
void flush_to_disk(const fs::path& path, const fs::path& target) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) cannot_write(target, "the writer left no file");
  const int failed = ::fsync(file);
  const int reason = errno;
  ::close(file);
  // EINVAL: a file system that cannot flush; the data are as safe as it makes them.
  if (failed != 0 && reason != EINVAL) cannot_write(target, std::strerror(reason));
}

/// The user knows the target, not the temporary.
std::string with_name(std::string message, const std::string& temporary, const std::string& target) {
  const auto at = message.find(temporary);
  return at == std::string::npos ? message : message.replace(at, temporary.size(), target);
}

}  // namespace

void check_writable(const fs::path& path) {
  const fs::path target = resolved(path);
  check_target(target);
  // Permission bits do not tell of read-only mounts, quotas and access lists: try.
  const fs::path probe = temporary_beside(target);
  const int file = ::open(probe.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) cannot_write(path, std::strerror(errno));
  ::close(file);
  ::unlink(probe.c_str());
}

void check_space([[maybe_unused]] const fs::path& path, [[maybe_unused]] std::uintmax_t bytes) {
#ifdef __linux__
  // Reserving also sees quotas and limits, which the number of free bytes does not.
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0) cannot_write(path, std::strerror(errno));
  const int failed = bytes == 0 ? 0 : ::fallocate(file, 0, 0, static_cast<off_t>(bytes));
  const int reason = errno;
  ::close(file);
  ::unlink(path.c_str());
  if (failed != 0 && (reason == ENOSPC || reason == EDQUOT || reason == EFBIG)) {
    cannot_write(path, std::strerror(reason));
  }
#endif
}

void write_atomically(const fs::path& path, const std::function<void(const fs::path& temporary)>& write) {
  const fs::path target = resolved(path);
  check_writable(target);
  const fs::path temporary = temporary_beside(target);
  std::error_code ignored;
  try {
    write(temporary);
    flush_to_disk(temporary, target);
    fs::rename(temporary, target);
  } catch (const fs::filesystem_error& error) {
    fs::remove(temporary, ignored);
    cannot_write(path, error.code().message());
  } catch (const EnvironmentError& error) {
    fs::remove(temporary, ignored);
    throw EnvironmentError(with_name(error.what(), temporary.string(), path.string()));
  } catch (...) {
    fs::remove(temporary, ignored);
    throw;
  }
}

void write_text_atomically(const fs::path& target, const std::string& text) {
  write_atomically(target, [&](const fs::path& temporary) {
    std::ofstream out(temporary, std::ios::binary);
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    out.close();
    if (!out) cannot_write(target, std::strerror(errno));
  });
}

void check_readable(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) throw DataError(fmt::format("file '{}' does not exist", path.string()));
  if (fs::is_directory(status))
    throw DataError(fmt::format("'{}' is a directory; expected a file", path.string()));
  if (::access(path.c_str(), R_OK) != 0) {
    throw DataError(fmt::format("cannot read '{}': {}", path.string(), std::strerror(errno)));
  }
}

std::string read_text(const fs::path& path) {
  check_readable(path);
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in) throw DataError(fmt::format("cannot read '{}': {}", path.string(), std::strerror(errno)));
  return text;
}

}  // namespace trueup
