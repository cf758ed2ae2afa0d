// Reading TOML with errors that say file, line, key, what was expected; keys that nobody read are errors.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace trueup {

/// One table of a configuration. `include = "other.toml"` in any table (relative to the file) adds that file's keys, but for
/// those that the table has itself or an override sets. Every getter marks its key as known; finish() throws for the rest.
/// All getters throw ConfigError, with the file, the line and the full key ("fit.scan.points"), on a wrong type, and on
/// a missing key unless there is a fallback.
class ConfigTable {
 public:
  /// Missing or unreadable file: ConfigError. `overrides` are "a.b=value" strings (--set), applied before reading: the
  /// value is read as TOML, and as a string when it is none ("method=score"). A part of the key may stand in quotes.
  static ConfigTable from_file(const std::filesystem::path& path,
                               const std::vector<std::string>& overrides = {});
  static ConfigTable from_string(const std::string& text, const std::string& source,
                                 const std::vector<std::string>& overrides = {});
  /// Text that no person wrote: messages name no line of it.
  static ConfigTable from_arguments(const std::string& text, const std::string& source);
  ~ConfigTable();
  ConfigTable(ConfigTable&&) noexcept;
  ConfigTable& operator=(ConfigTable&&) noexcept;

  /// Asking marks the key as known, too.
  bool has(const std::string& key) const;
  /// Keys of this table in the order of the file.
  std::vector<std::string> keys() const;

  std::string string(const std::string& key);
  std::string string(const std::string& key, const std::string& fallback);
  /// One of `choices`; else ConfigError that lists them and suggests the nearest.
  std::string choice(const std::string& key, const std::vector<std::string>& choices,
                     const std::string& fallback);
  std::vector<std::string> strings(const std::string& key);
  std::vector<std::string> strings(const std::string& key, const std::vector<std::string>& fallback);
  /// Numbers are finite: nan and inf are errors.
  double number(const std::string& key);
  double number(const std::string& key, double fallback);
  std::vector<double> numbers(const std::string& key);
  std::vector<double> numbers(const std::string& key, const std::vector<double>& fallback);
  /// A float without fraction is taken as well: events = 1e6.
  std::int64_t integer(const std::string& key);
  std::int64_t integer(const std::string& key, std::int64_t fallback);
  std::vector<std::int64_t> integers(const std::string& key, const std::vector<std::int64_t>& fallback);
  bool boolean(const std::string& key, bool fallback);
  /// A number, string or boolean as the text TOML writes (for settings passed on verbatim, such as Pythia's).
  std::string scalar_text(const std::string& key);

  /// A sub-table; missing: ConfigError.
  ConfigTable table(const std::string& key);
  /// A sub-table, empty when missing.
  ConfigTable table_or_empty(const std::string& key);
  /// Throws ConfigError for the first key here or in sub-tables taken from here that no getter asked for, and suggests the
  /// nearest key of this table, or the same one of a sub-table.
  void finish() const;
  /// An error about `key` of this table, with file and line, for checks that the caller makes itself.
  [[noreturn]] void fail(const std::string& key, const std::string& message) const;
  /// The whole document as TOML text, overrides included.
  std::string to_toml() const;

 private:
  struct Node;
  static ConfigTable parsed(const std::string& text, const std::string& source,
                            const std::vector<std::string>& overrides, bool has_lines);
  explicit ConfigTable(std::shared_ptr<Node> node);
  std::shared_ptr<Node> node_;
};

}  // namespace trueup
