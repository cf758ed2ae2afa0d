// The outcome of a command as others read it: result.json, schema trueup.result/1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace trueup {

/// "0.1.0"
std::string version();

/// A file that went in. `rows` is 0 for what is no table.
struct InputRecord {
  std::string path;
  std::string sha256;
  std::size_t rows = 0;
};

/// A fitted parameter with its 68.27 % interval.
struct ParameterResult {
  std::string name;
  double value = 0.0;
  double low = 0.0;
  double high = 0.0;
  std::string unit;
  std::optional<double> truth;  ///< when known; shown, never used
};

/// A number of a study beside the published one. `value`: mean over `runs`; `error`: spread of one run.
struct ResultRow {
  std::string name;
  std::optional<double> published;
  std::optional<double> published_error;
  double value = 0.0;
  double error = 0.0;
  std::size_t runs = 0;
};

/// One quality check. A failed one makes the command return 1.
struct Check {
  std::string name;
  double value = 0.0;
  std::string expected;
  bool passed = true;
  std::string text;  ///< one sentence for a reader: what was found and what it means
};

/// A closed line in two parameters that holds the truth with this probability.
struct ContourResult {
  std::vector<std::string> parameters;
  double probability = 0.0;
  std::vector<std::vector<double>> points;  ///< (points, 2), the first repeated as the last
};

struct Result {
  std::string command;
  std::uint64_t seed = 1;
  int threads = 1;
  double wall_s = 0.0;
  std::uint64_t peak_rss_bytes = 0;
  std::vector<InputRecord> inputs;
  std::string method;
  std::vector<ParameterResult> parameters;
  std::vector<ContourResult> contours;
  std::map<std::string, double> metrics;
  std::vector<ResultRow> rows;
  std::map<std::string, std::string> artifacts;  ///< what → file name within the run folder
  std::vector<Check> checks;
  std::vector<std::string> notes;
  std::string version = trueup::version();

  bool passed() const;
};

/// Indented JSON with a final newline. Numbers that are not finite become null.
std::string to_json(const Result& result);
/// Reads what to_json wrote; `source` names it in messages. Not JSON, or another schema: DataError.
Result result_from_json(const std::string& text, const std::string& source);

}  // namespace trueup
