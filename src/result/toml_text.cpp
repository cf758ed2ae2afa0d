// TOML text of keys and values: quoting, and numbers that read back the same.
#include "result/toml_text.hpp"

#include <fmt/format.h>

namespace trueup {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

/// Shortest text of the same double; TOML wants a dot or an exponent in a number that is no integer.
std::string number(double value) {
  const std::string text = fmt::format("{}", value);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

template <typename Values, typename Format>
std::string list(const Values& values, const Format& format) {
  std::string out;
  for (const auto& value : values) out += (out.empty() ? "" : ", ") + format(value);
  return out;
}

template <typename Values, typename Format>
std::string inline_table(const Values& values, const Format& format) {
  return fmt::format("{{ {} }}", list(values, [&](const auto& entry) {
                       return quoted(entry.first) + " = " + format(entry.second);
                     }));
}

}  // namespace

void TomlText::line(const std::string& key, const std::string& value) {
  text_ += fmt::format("{} = {}\n", key, value);
}

void TomlText::section(const std::string& name) {
  text_ += fmt::format("\n[{}]\n", name);
}
void TomlText::add(const std::string& key, const std::string& value) {
  line(key, quoted(value));
}
void TomlText::add(const std::string& key, double value) {
  line(key, number(value));
}
void TomlText::add(const std::string& key, std::size_t value) {
  line(key, fmt::format("{}", value));
}
void TomlText::add(const std::string& key, bool value) {
  line(key, value ? "true" : "false");
}

void TomlText::add(const std::string& key, const std::vector<std::string>& values) {
  line(key, fmt::format("[{}]", list(values, quoted)));
}

void TomlText::add(const std::string& key, const std::vector<std::size_t>& values) {
  line(key, fmt::format("[{}]", list(values, [](std::size_t n) { return fmt::format("{}", n); })));
}

void TomlText::add(const std::string& key, const std::vector<double>& values) {
  line(key, fmt::format("[{}]", list(values, number)));
}

void TomlText::add(const std::string& key, const std::map<std::string, double>& values) {
  line(key, inline_table(values, number));
}
void TomlText::add(const std::string& key, const std::map<std::string, std::string>& values) {
  line(key, inline_table(values, quoted));
}

}  // namespace trueup
