// Parsing and applying "a.b=value" overrides.
#include <core/config_override.hpp>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup {
namespace {

[[noreturn]] void bad_override(const std::string& text, const std::string& reason) {
  throw ConfigError(fmt::format("--set {}: {}; expected KEY=VALUE such as fit.repetitions=20", text, reason));
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The value as TOML; what is none is a string, so that method=score needs no quotes.
toml::table parse_value(const std::string& value) {
  try {
    toml::table parsed = toml::parse("value = " + value);
    if (parsed.size() == 1) return parsed;
  } catch (const toml::parse_error&) {
  }
  return toml::table{{"value", value}};
}

}  // namespace

bool ConfigOverride::covers(const std::string& full_key) const {
  const std::string key = fmt::format("{}", fmt::join(parts, "."));
  return full_key == key || full_key.starts_with(key + ".");
}

ConfigOverride parse_override(const std::string& text) {
  ConfigOverride change{text, {}, ""};
  std::string part;
  char quote = 0;
  std::size_t i = 0;
  for (; i < text.size() && (quote != 0 || text[i] != '='); ++i) {
    const char c = text[i];
    if (quote != 0 ? c == quote : c == '"' || c == '\'') {
      quote = quote == 0 ? c : '\0';
    } else if (c == '.' && quote == 0) {
      change.parts.push_back(trimmed(part));
      part.clear();
    } else {
      part += c;
    }
  }
  if (i == text.size()) bad_override(text, "there is no '='");
  change.parts.push_back(trimmed(part));
  for (const std::string& name : change.parts) {
    if (name.empty()) bad_override(text, "a part of the key is empty");
  }
  change.value = trimmed(text.substr(i + 1));
  return change;
}

void apply_override(toml::table& root, const ConfigOverride& change) {
  toml::table* table = &root;
  for (std::size_t i = 0; i + 1 < change.parts.size(); ++i) {
    toml::node* next = table->get(change.parts[i]);
    if (next == nullptr) {
      table->insert(change.parts[i], toml::table{});
      next = table->get(change.parts[i]);
    }
    if (!next->is_table())
      bad_override(change.text, fmt::format("'{}' is a value, not a table", change.parts[i]));
    table = next->as_table();
  }
  toml::table parsed = parse_value(change.value);
  parsed.get("value")->visit(
      [&](auto& value) { table->insert_or_assign(change.parts.back(), std::move(value)); });
}

}  // namespace trueup
