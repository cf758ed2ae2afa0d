// Typed errors: what was wrong, where, what was expected, what to do.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace trueup {

/// Base of all errors that the library throws on purpose. `exit_code` is what the command returns for it.
class Error : public std::runtime_error {
 public:
  Error(int exit_code, const std::string& message) : std::runtime_error(message), exit_code_(exit_code) {}
  int exit_code() const noexcept { return exit_code_; }

 private:
  int exit_code_;
};

/// A wrong argument, option, or configuration (exit code 2).
class ConfigError : public Error {
 public:
  explicit ConfigError(const std::string& message) : Error(2, message) {}
};

/// Input data that cannot be used: missing file or column, wrong type, NaN, empty table (exit code 3).
class DataError : public Error {
 public:
  explicit DataError(const std::string& message) : Error(3, message) {}
};

/// The surroundings failed: disk, permissions, a component that is not installed (exit code 4).
class EnvironmentError : public Error {
 public:
  explicit EnvironmentError(const std::string& message) : Error(4, message) {}
};

/// The user stopped the work (exit code 130).
class Interrupted : public Error {
 public:
  explicit Interrupted(const std::string& message) : Error(130, message) {}
};

/// The candidate that `name` most likely means, or "" when none is near (edit distance).
std::string nearest_name(const std::string& name, const std::vector<std::string>& candidates);

/// "; did you mean 'x'?" or "" : the tail that messages about unknown names share.
std::string did_you_mean(const std::string& name, const std::vector<std::string>& candidates);

/// "'a', 'b', 'c'" : a list of names for a message; long lists are cut with the count of the rest.
std::string quoted_list(const std::vector<std::string>& names, std::size_t most = 12);

}  // namespace trueup
