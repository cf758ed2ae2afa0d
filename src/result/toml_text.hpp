// Writing a resolved configuration: sections and keys as TOML that reads back the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace trueup {

class TomlText {
 public:
  explicit TomlText(const std::string& first_comment) : text_("# " + first_comment + "\n") {}

  void section(const std::string& name);
  void add(const std::string& key, const std::string& value);
  void add(const std::string& key, const char* value) { add(key, std::string(value)); }
  void add(const std::string& key, double value);
  void add(const std::string& key, std::size_t value);
  void add(const std::string& key, bool value);
  void add(const std::string& key, const std::vector<std::string>& values);
  void add(const std::string& key, const std::vector<std::size_t>& values);
  void add(const std::string& key, const std::vector<double>& values);
  void add(const std::string& key, const std::map<std::string, double>& values);
  void add(const std::string& key, const std::map<std::string, std::string>& values);
  const std::string& text() const noexcept { return text_; }

 private:
  void line(const std::string& key, const std::string& value);

  std::string text_;
};

}  // namespace trueup
