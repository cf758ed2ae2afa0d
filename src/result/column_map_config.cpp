// Reading and writing where a table's columns come from.
#include "result/column_map_config.hpp"

#include "result/config_sections.hpp"

namespace trueup {

ColumnMap read_column_map(ConfigTable& section) {
  ColumnMap map;
  ConfigTable columns = section.table_or_empty("columns");
  for (const std::string& name : columns.keys()) {
    map[name].from = columns.string(name);
    if (map[name].from.empty()) columns.fail(name, "names no column");
  }
  for (const auto& [name, value] : read_theta(section, "missing")) {
    ColumnSource& source = map[name];
    // A name that is not mapped is that of the file.
    if (source.from.empty()) source.from = name;
    source.missing = static_cast<float>(value);
  }
  return map;
}

void add_column_map(TomlText& toml, const ColumnMap& map) {
  std::map<std::string, std::string> columns;
  std::map<std::string, double> missing;
  for (const auto& [name, source] : map) {
    if (source.from != name) columns[name] = source.from;
    if (source.missing) missing[name] = *source.missing;
  }
  if (!columns.empty()) toml.add("columns", columns);
  if (!missing.empty()) toml.add("missing", missing);
}

}  // namespace trueup
