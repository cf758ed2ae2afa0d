// `include = "other.toml"` in a table of a TOML document: the keys that the table does not have itself.
#include <core/config_include.hpp>

#include <algorithm>
#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include <core/files.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

namespace fs = std::filesystem;

/// Values are moved, not copied: so they keep the file and line that they came from.
void add_missing(toml::table& into, toml::table& from) {
  for (auto&& [key, node] : from) {
    toml::node* mine = into.get(key);
    if (mine == nullptr) {
      node.visit([&into, &name = key](auto& value) { into.insert(name, std::move(value)); });
    } else if (mine->is_table() && node.is_table()) {
      add_missing(*mine->as_table(), *node.as_table());
    }
  }
}

toml::table parse_included(const fs::path& path, const std::string& where) {
  try {
    return toml::parse(read_text(path), path.string());
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    throw ConfigError(fmt::format("{}:{}:{}: {}", path.string(), at.line, at.column, error.description()));
  } catch (const DataError& error) {
    throw ConfigError(fmt::format("{}: 'include' names a file that cannot be read: {}", where, error.what()));
  }
}

/// `open` holds the files that are being read, outermost first.
void resolve(toml::table& table, std::vector<std::string>& open) {
  const std::string source = open.back();
  for (auto&& [key, node] : table) {
    if (node.is_table()) resolve(*node.as_table(), open);
  }
  const toml::node* include = table.get("include");
  if (include == nullptr) return;
  const std::string where = fmt::format("{}:{}", source, include->source().begin.line);
  const auto name = include->value_exact<std::string>();
  if (!name) throw ConfigError(fmt::format("{}: 'include' must be the name of a file", where));
  const fs::path path = (fs::path(source).parent_path() / *name).lexically_normal();
  if (std::find(open.begin(), open.end(), path.string()) != open.end() || open.size() > 16)
    throw ConfigError(fmt::format("{}: '{}' includes itself", where, path.string()));
  toml::table included = parse_included(path, where);
  open.push_back(path.string());
  resolve(included, open);
  open.pop_back();
  table.erase("include");
  add_missing(table, included);
}

}  // namespace

void resolve_includes(toml::table& root, const std::string& source) {
  std::vector<std::string> open{fs::path(source).lexically_normal().string()};
  resolve(root, open);
}

}  // namespace trueup
