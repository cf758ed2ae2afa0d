// "a.b=value" strings from the command line, applied to a TOML document.
#pragma once

#include <string>
#include <vector>

#include <toml++/toml.h>

namespace trueup {

struct ConfigOverride {
  std::string text;                // as given: "fit.scan.points=20"
  std::vector<std::string> parts;  // {"fit", "scan", "points"}
  std::string value;               // "20"

  /// Whether the value of `full_key` ("fit.scan.points") comes from this override.
  bool covers(const std::string& full_key) const;
};

/// Throws ConfigError when there is no '=' or an empty part in the key.
ConfigOverride parse_override(const std::string& text);
/// Creates tables on the way; throws ConfigError when a part of the way is a value.
void apply_override(toml::table& root, const ConfigOverride& change);

}  // namespace trueup
