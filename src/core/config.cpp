// The configuration reader: toml++ behind typed getters that remember which keys were asked for.
#include <core/config.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <sstream>
#include <tuple>

#include <fmt/format.h>
#include <toml++/toml.h>

#include <core/config_include.hpp>
#include <core/config_override.hpp>
#include <core/files.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

struct Document {
  std::string source;
  toml::table root;
  std::vector<ConfigOverride> overrides;
  bool has_lines = true;
};

const char* kind_of(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a number";
    case toml::node_type::boolean:
      return "a boolean";
    default:
      return "a date or time";
  }
}

/// Each reads one TOML value, or says no.
std::optional<std::string> as_string(const toml::node& node) {
  return node.value_exact<std::string>();
}

std::optional<double> as_number(const toml::node& node) {
  if (!node.is_number()) return std::nullopt;
  const std::optional<double> x = node.value<double>();
  return x && std::isfinite(*x) ? x : std::nullopt;
}

std::optional<std::int64_t> as_integer(const toml::node& node) {
  if (const auto i = node.value_exact<std::int64_t>()) return i;
  const auto x = node.value_exact<double>();
  if (!x || !(std::fabs(*x) <= 0x1p53) || *x != std::trunc(*x)) return std::nullopt;
  return static_cast<std::int64_t>(*x);
}

std::optional<bool> as_boolean(const toml::node& node) {
  return node.value_exact<bool>();
}

}  // namespace

struct ConfigTable::Node {
  std::shared_ptr<const Document> document;
  const toml::table* table = nullptr;  // null: a table that the file does not have
  std::string path;                    // "fit.scan", "" for the root
  mutable std::set<std::string> known;
  std::map<std::string, std::shared_ptr<Node>> taken;

  std::string full(const std::string& key) const { return path.empty() ? key : path + "." + key; }

  const toml::node* find(const std::string& key) const {
    known.insert(key);
    return table == nullptr ? nullptr : table->get(key);
  }

  /// "card.toml:12", or the --set option that the value came from.
  std::string where(const std::string& key) const {
    for (const ConfigOverride& change : document->overrides) {
      if (change.covers(full(key))) return "--set " + change.text;
    }
    const toml::node* node = table == nullptr ? nullptr : table->get(key);
    const toml::source_region at = node != nullptr    ? node->source()
                                   : table != nullptr ? table->source()
                                                      : toml::source_region{};
    const std::string& file =
        at.path != nullptr ? *at.path : document->source;  // of an included file: its own
    return at.begin.line == 0 || !document->has_lines ? file : fmt::format("{}:{}", file, at.begin.line);
  }

  [[noreturn]] void wrong_type(const std::string& key, const toml::node& node,
                               const std::string& expected) const {
    std::ostringstream text;
    text << toml::node_view<const toml::node>(node);
    throw ConfigError(fmt::format("{}: '{}' must be {}, not {} ({})", where(key), full(key), expected,
                                  kind_of(node), std::move(text).str()));
  }

  [[noreturn]] void missing(const std::string& key, const std::string& expected) const {
    std::vector<std::string> present;
    if (table != nullptr) {
      for (const auto& [name, node] : *table) present.emplace_back(name.str());
    }
    const std::string hint = did_you_mean(key, present);
    throw ConfigError(fmt::format(
        "{}: '{}' is missing; expected {}{}", where(key), full(key), expected,
        hint.empty() && !present.empty() ? fmt::format("; there are {}", quoted_list(present)) : hint));
  }

  template <typename Read>
  auto scalar(const std::string& key, const std::string& expected, const Read& read) const {
    const toml::node* node = find(key);
    if (node == nullptr) missing(key, expected);
    const auto value = read(*node);
    if (!value) wrong_type(key, *node, expected);
    return *value;
  }

  template <typename Read>
  auto list(const std::string& key, const std::string& expected, const Read& read) const {
    const toml::node* node = find(key);
    if (node == nullptr) missing(key, expected);
    const toml::array* array = node->as_array();
    if (array == nullptr) wrong_type(key, *node, expected);
    std::vector<typename decltype(read(*node))::value_type> values;
    for (const toml::node& entry : *array) {
      const auto value = read(entry);
      if (!value) wrong_type(key, entry, fmt::format("{}; entry {}", expected, values.size() + 1));
      values.push_back(*value);
    }
    return values;
  }

  /// What an unknown key may have been meant for: a key of a sub-table, or the nearest one here.
  std::string hint(const std::string& key) const {
    for (const auto& [name, child] : taken) {
      if (child->known.contains(key)) return fmt::format("; did you mean '{}'?", child->full(key));
    }
    const std::vector<std::string> names(known.begin(), known.end());
    const std::string nearest = nearest_name(key, names);
    if (!nearest.empty()) return fmt::format("; did you mean '{}'?", full(nearest));
    return names.empty() ? "" : fmt::format("; known here: {}", quoted_list(names));
  }

  /// Keys in the order of the file; those set by options, which have no place there, last.
  std::vector<std::string> ordered_keys() const {
    std::vector<std::tuple<bool, std::uint32_t, std::uint32_t, std::string>> found;
    if (table != nullptr) {
      for (const auto& [key, node] : *table) {
        const toml::source_position at = key.source().begin;
        found.emplace_back(at.line == 0, at.line, at.column, std::string(key.str()));
      }
    }
    std::sort(found.begin(), found.end());
    std::vector<std::string> names;
    for (auto& entry : found) names.push_back(std::move(std::get<3>(entry)));
    return names;
  }
};

ConfigTable::ConfigTable(std::shared_ptr<Node> node) : node_(std::move(node)) {}
ConfigTable::~ConfigTable() = default;
ConfigTable::ConfigTable(ConfigTable&&) noexcept = default;
ConfigTable& ConfigTable::operator=(ConfigTable&&) noexcept = default;

ConfigTable ConfigTable::from_file(const std::filesystem::path& path,
                                   const std::vector<std::string>& overrides) {
  std::string text;
  try {
    text = read_text(path);
  } catch (const DataError& error) {
    throw ConfigError(fmt::format("configuration: {}", error.what()));
  }
  return from_string(text, path.string(), overrides);
}

ConfigTable ConfigTable::from_string(const std::string& text, const std::string& source,
                                     const std::vector<std::string>& overrides) {
  return parsed(text, source, overrides, true);
}

ConfigTable ConfigTable::from_arguments(const std::string& text, const std::string& source) {
  return parsed(text, source, {}, false);
}

ConfigTable ConfigTable::parsed(const std::string& text, const std::string& source,
                                const std::vector<std::string>& overrides, bool has_lines) {
  auto document = std::make_shared<Document>();
  document->source = source;
  document->has_lines = has_lines;
  try {
    document->root = toml::parse(text, source);
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    throw ConfigError(fmt::format("{}:{}:{}: {}", source, at.line, at.column, error.description()));
  }
  for (const std::string& change : overrides) {
    document->overrides.push_back(parse_override(change));
    apply_override(document->root, document->overrides.back());
  }
  resolve_includes(document->root, source);
  auto node = std::make_shared<Node>();
  node->table = &document->root;
  node->document = std::move(document);
  return ConfigTable(std::move(node));
}

bool ConfigTable::has(const std::string& key) const {
  return node_->find(key) != nullptr;
}

std::vector<std::string> ConfigTable::keys() const {
  return node_->ordered_keys();
}

std::string ConfigTable::string(const std::string& key) {
  return node_->scalar(key, "a string", as_string);
}

std::string ConfigTable::string(const std::string& key, const std::string& fallback) {
  return has(key) ? string(key) : fallback;
}

std::string ConfigTable::choice(const std::string& key, const std::vector<std::string>& choices,
                                const std::string& fallback) {
  const std::string value = string(key, fallback);
  if (std::find(choices.begin(), choices.end(), value) == choices.end()) {
    fail(key, fmt::format("must be one of {}, not '{}'{}", quoted_list(choices), value,
                          did_you_mean(value, choices)));
  }
  return value;
}

std::vector<std::string> ConfigTable::strings(const std::string& key) {
  return node_->list(key, "a list of strings", as_string);
}

std::vector<std::string> ConfigTable::strings(const std::string& key,
                                              const std::vector<std::string>& fallback) {
  return has(key) ? strings(key) : fallback;
}

double ConfigTable::number(const std::string& key) {
  return node_->scalar(key, "a finite number", as_number);
}

double ConfigTable::number(const std::string& key, double fallback) {
  return has(key) ? number(key) : fallback;
}

std::vector<double> ConfigTable::numbers(const std::string& key) {
  return node_->list(key, "a list of finite numbers", as_number);
}

std::vector<double> ConfigTable::numbers(const std::string& key, const std::vector<double>& fallback) {
  return has(key) ? numbers(key) : fallback;
}

std::int64_t ConfigTable::integer(const std::string& key) {
  return node_->scalar(key, "an integer", as_integer);
}

std::int64_t ConfigTable::integer(const std::string& key, std::int64_t fallback) {
  return has(key) ? integer(key) : fallback;
}

std::vector<std::int64_t> ConfigTable::integers(const std::string& key,
                                                const std::vector<std::int64_t>& fallback) {
  return has(key) ? node_->list(key, "a list of integers", as_integer) : fallback;
}

bool ConfigTable::boolean(const std::string& key, bool fallback) {
  return has(key) ? node_->scalar(key, "true or false", as_boolean) : fallback;
}

std::string ConfigTable::scalar_text(const std::string& key) {
  return node_->scalar(key, "a number, string or boolean",
                       [](const toml::node& node) -> std::optional<std::string> {
                         if (const auto text = as_string(node)) return text;
                         if (const auto flag = as_boolean(node)) return *flag ? "true" : "false";
                         if (const auto i = node.value_exact<std::int64_t>()) return fmt::format("{}", *i);
                         if (const auto x = as_number(node)) return fmt::format("{}", *x);
                         return std::nullopt;
                       });
}

ConfigTable ConfigTable::table(const std::string& key) {
  if (!has(key)) node_->missing(key, "a table");
  return table_or_empty(key);
}

ConfigTable ConfigTable::table_or_empty(const std::string& key) {
  const toml::node* found = node_->find(key);
  if (found != nullptr && !found->is_table()) node_->wrong_type(key, *found, "a table");
  std::shared_ptr<Node>& child = node_->taken[key];
  if (child == nullptr) {
    child = std::make_shared<Node>();
    child->document = node_->document;
    child->table = found == nullptr ? nullptr : found->as_table();
    child->path = node_->full(key);
  }
  return ConfigTable(child);
}

void ConfigTable::finish() const {
  for (const std::string& key : node_->ordered_keys()) {
    if (node_->known.contains(key)) continue;
    throw ConfigError(
        fmt::format("{}: unknown key '{}'{}", node_->where(key), node_->full(key), node_->hint(key)));
  }
  for (const auto& [key, child] : node_->taken) ConfigTable(child).finish();
}

void ConfigTable::fail(const std::string& key, const std::string& message) const {
  throw ConfigError(fmt::format("{}: '{}' {}", node_->where(key), node_->full(key), message));
}

std::string ConfigTable::to_toml() const {
  std::ostringstream text;
  text << toml::toml_formatter(node_->document->root) << "\n";
  return std::move(text).str();
}

}  // namespace trueup
