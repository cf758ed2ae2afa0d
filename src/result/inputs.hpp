// Input tables, read and checked before any work, and with their checksums.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <trueup/column_map.hpp>
#include <trueup/model.hpp>
#include <trueup/result.hpp>
#include <trueup/table.hpp>

namespace trueup {

struct InputTable {
  Table table;
  InputRecord record;
  ColumnMap map = {};  ///< from where its columns were read, when not by their own names
};

struct InputModel {
  Model model;
  InputRecord record;
};

/// Generator-level events at θ.
using EventFunction = std::function<Table(std::span<const double> theta)>;

/// Where a job's tables and models come from, by the names that the job has for them.
class InputSource {
 public:
  virtual ~InputSource() = default;
  /// The columns named, read from where `map` says, with the weights; DataError for a missing table or column.
  virtual InputTable table(const std::string& name, const std::vector<std::string>& columns,
                           const ColumnMap& map) const = 0;
  virtual std::vector<std::string> column_names(const std::string& name) const = 0;
  virtual InputModel model(const std::string& name) const = 0;
  /// Empty unless the name stands for a function instead of a table.
  virtual EventFunction events(const std::string& name) const = 0;
};

/// Names are paths.
const InputSource& input_files();

/// The columns and groups named of a table, with its weights. DataError for a missing file or column, an empty table, values or
/// weights that are not finite, and weights that sum to 0 or less. `what` is the table's part in the work: "data",
/// "simulation".
InputTable load_input(const std::string& path, std::vector<std::string> columns, const std::string& what,
                      const InputSource& source = input_files(), const ColumnMap& map = {});

/// `columns`, and the members' group where there is one.
std::vector<std::string> with_group(std::vector<std::string> columns, const std::string& group);

/// A model of weights; another kind: DataError.
InputModel load_reweighter_model(const std::string& path, const InputSource& source = input_files());

/// Just these columns, groups and the weights: no metadata, so that nothing written there can reach a fit.
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
