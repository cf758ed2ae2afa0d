// A refiner as a model: a network that moves columns, with the transforms that stand before and after it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <trueup/network.hpp>
#include <trueup/table.hpp>
#include <trueup/threads.hpp>
#include <trueup/trainer.hpp>

namespace trueup {

/// What the network sees of a value x, undone on the way out.
///   identity  t = x
///   log       t = log(x − low): for values above `low` that span decades
///   logit     t = log(u / (1 − u)), u = (x − low) / (high − low) kept within [1e-6, 1 − 1e-6]: for values between bounds,
///             which the refined ones then cannot leave
enum class ColumnTransform { identity, log, logit };

std::string to_string(ColumnTransform transform);
/// Throws ConfigError for an unknown name.
ColumnTransform column_transform_from_string(const std::string& name);

/// A column of a refiner. The network sees (t − shift) · scale.
struct RefinerColumn {
  std::string name;
  std::string unit = {};
  ColumnTransform transform = ColumnTransform::identity;
  float low = -std::numeric_limits<
      float>::infinity();  ///< refined values are moved to the bound that they are beyond
  float high = std::numeric_limits<float>::infinity();
  bool integer = false;  ///< refined values are rounded to the nearest integer, halves to the even one
  float shift = 0.0f;
  float scale = 1.0f;
};

/// The network's inputs are the refined columns, then the conditions; its outputs are the refined columns.
struct RefinerModel {
  std::vector<RefinerColumn> refined;
  std::vector<RefinerColumn> conditions;
  Network network;
  std::vector<TrainRecord> stages;
  std::map<std::string, std::string> metadata;

  explicit RefinerModel(Network net) : network(std::move(net)) {}
  /// The columns that the model reads: refined, then conditions.
  std::vector<std::string> column_names() const;
  std::vector<std::string> refined_names() const;
};

/// outputs[k] (N) = refined column k, from inputs[i] (N), in the order of column_names(). Throws DataError, with the row
/// counted from `first_row`, for a value that is not finite or outside what its transform is defined for, and when a
/// refined value is not finite; ConfigError when sizes disagree.
void refine_columns(const RefinerModel& model, std::span<const std::span<const float>> inputs,
                    std::span<const std::span<float>> outputs, ThreadPool& pool, std::size_t first_row = 0);

/// The table with its refined columns in the place of the original ones; all else is as it was.
Table refine_table(const RefinerModel& model, Table table, ThreadPool& pool);

/// ONNX (opset 13): input "x" (N, columns) in physical units, output "refined" (N, refined columns) in physical units, all
/// transforms in the graph. The rest is in the metadata. Written atomically; EnvironmentError when it cannot be, DataError
/// for a model that makes no sense.
void save_refiner(const RefinerModel& model, const std::filesystem::path& path);
/// Reads what save_refiner wrote. Anything else, another kind of model included: DataError.
RefinerModel load_refiner(const std::filesystem::path& path);

/// Whether the file is a refiner by its metadata. DataError for what is no model of trueup's.
bool is_refiner(const std::filesystem::path& path);

}  // namespace trueup
