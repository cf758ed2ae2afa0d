// `columns` and `missing` of a section that names a table: where its columns come from.
#pragma once

#include <trueup/column_map.hpp>

#include "core/config.hpp"
#include "result/toml_text.hpp"

namespace trueup {

/// [SECTION.columns] name = "Jet.PT[0]", and [SECTION.missing] name = VALUE for rows that have too few members.
ColumnMap read_column_map(ConfigTable& section);
/// Into the section that is being written.
void add_column_map(TomlText& toml, const ColumnMap& map);

}  // namespace trueup
