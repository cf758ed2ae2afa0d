// What reading and writing CSV share: the header line and the comment lines that carry metadata.
#pragma once

#include <string>
#include <string_view>

#include <trueup/table_io.hpp>

namespace trueup::io {

/// Comment lines that start so hold "key: value"; newlines and backslashes in both are written \n and \\.
inline constexpr std::string_view kCsvMetadata = "#@ ";

/// "pt [GeV]" → pt, GeV; spaces around both do not count.
TableInfo::Entry parse_csv_header_cell(std::string_view cell);
/// Whether a header cell would be taken for a number, as in a file without a header line.
bool looks_like_number(std::string_view cell);

}  // namespace trueup::io
