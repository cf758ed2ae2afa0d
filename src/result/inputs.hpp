// Input tables, read and checked before any work, and with their checksums.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <trueup/model.hpp>
#include <trueup/result.hpp>
#include <trueup/table.hpp>

namespace trueup {

struct InputTable {
  Table table;
  InputRecord record;
};

/// The columns named of a table, with its weights. DataError for a missing file or column, an empty table, values or
/// weights that are not finite, and weights that sum to 0 or less. `what` is the table's part in the work: "data",
/// "simulation".
InputTable load_input(const std::string& path, std::vector<std::string> columns, const std::string& what);

struct InputModel {
  Model model;
  InputRecord record;
};
/// A model of weights; another kind: DataError.
InputModel load_reweighter_model(const std::string& path);

/// Just these columns and the weights: no metadata, so that nothing written there can reach a fit.
Table bare_columns(const Table& table, const std::vector<std::string>& columns, bool keep_weights = true);

/// θ0 in the order of `parameters`: from the configuration, else from the table's metadata "truth.<name>".
/// ConfigError when in neither, or when the configuration names something that is no parameter.
std::vector<double> nominal_theta(const std::vector<std::string>& parameters,
                                  const std::map<std::string, double>& configured, const InputTable& nominal,
                                  const std::string& key);

/// Throws when the table was made with another θ than the model's weights start from, as far as that is known: from the
/// configuration (ConfigError; empty without one), else from the table's metadata (DataError).
void require_nominal(const InputModel& model, const InputTable& table,
                     const std::map<std::string, double>& configured = {}, const std::string& key = "");

/// "truth.<name>" in a table's metadata, by name.
std::map<std::string, double> truths_of(const Table& table);

}  // namespace trueup
