// `include = "other.toml"` in a table of a TOML document: the keys that the table does not have itself.
#pragma once

#include <string>

#include <toml++/toml.h>

namespace trueup {

/// Puts the files that tables of the document include in their place. `source` is the document's own path: includes are
/// relative to its folder. Throws ConfigError for a file that cannot be read or parsed, and for files that include one
/// another.
void resolve_includes(toml::table& root, const std::string& source);

}  // namespace trueup
