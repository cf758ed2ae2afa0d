// What each file format offers to read_table and write_table; one implementation file (or pair) a format.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <table/io/member_columns.hpp>
#include <trueup/table.hpp>
#include <trueup/table_io.hpp>

namespace trueup::io {

/// Name of the weights in formats that have no other place for them.
inline constexpr const char* kWeightColumn = "weight";

/// From the first bytes, then from the suffix. Throws DataError for what is no table.
TableFormat detect_format(const std::filesystem::path& path);
/// From the suffix alone; throws ConfigError for an unknown one.
TableFormat format_of_suffix(const std::filesystem::path& path);
bool has_table_suffix(const std::string& path);

/// Reads a file of any format: the columns and groups named, and the groups of `members`, of which the format may leave out
/// other members. Both empty: all there is.
Table read_columns(const TablePath& from, const std::vector<std::string>& columns,
                   const std::vector<MemberColumn>& members);

/// What may be asked for by name.
struct TableNames {
  std::vector<std::string> columns;  ///< and groups
  std::vector<GroupNames> groups;
};
TableNames table_names(const TablePath& from);

Table read_hdf5(const TablePath& from, const std::vector<std::string>& columns);
TableInfo info_hdf5(const TablePath& from);
/// `existing`: the file whose other tables are kept when `name` is not empty; it may be missing.
void write_hdf5(const Table& table, const std::filesystem::path& to, const std::string& name,
                const std::filesystem::path& existing);

Table read_csv(const std::filesystem::path& path, const std::vector<std::string>& columns);
TableInfo info_csv(const std::filesystem::path& path);
void write_csv(const Table& table, const std::filesystem::path& path);

Table read_npy(const std::filesystem::path& path, const std::vector<std::string>& columns);
TableInfo info_npy(const std::filesystem::path& path);
void write_npy(const Table& table, const std::filesystem::path& path);

Table read_npz(const std::filesystem::path& path, const std::vector<std::string>& columns);
TableInfo info_npz(const std::filesystem::path& path);
void write_npz(const Table& table, const std::filesystem::path& path);

/// Throw EnvironmentError where this build has no ROOT.
Table read_root(const TablePath& from, const std::vector<std::string>& columns,
                const std::vector<MemberColumn>& members);
TableNames names_root(const TablePath& from);
TableInfo info_root(const TablePath& from);
/// `to` is a temporary name, `named` what messages call the file.
void write_root(const Table& table, const std::filesystem::path& to, const std::filesystem::path& named);

}  // namespace trueup::io
