// A model: a trained network with what is needed to use it anywhere — columns, units, scaling, θ range, record.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <trueup/moment_correction.hpp>
#include <trueup/network.hpp>
#include <trueup/table.hpp>
#include <trueup/threads.hpp>
#include <trueup/trainer.hpp>

namespace trueup {

/// One input column of a model, standardised as (x − shift) · scale before the first layer.
struct ModelInput {
  std::string name;
  std::string unit;
  float shift = 0.0f;
  float scale = 1.0f;
};

/// A parameter θ of a parametrised model: an input after the columns, valid within [low, high].
struct ModelParameter {
  std::string name;
  std::string unit;
  double nominal = 0.0;
  double low = 0.0;
  double high = 0.0;
  float shift = 0.0f;
  float scale = 1.0f;
};

/// The jagged group whose members a network over members takes, and what it takes of each; both empty without one.
struct ModelMembers {
  std::string group = {};
  std::vector<ModelInput> columns = {};
};

/// Whether θ lies in the range, or beyond it by at most a thousandth of it: scanned values stop short of the ends that
/// they were drawn between, and those ends should be good values.
bool within_range(const ModelParameter& parameter, double theta);

enum class ModelKind { reweighter, classifier };

/// Network inputs are the columns in order, then the parameters; members of a group come beside them. The model's output is
/// the network's and what the correction of moments adds.
struct Model {
  ModelKind kind = ModelKind::classifier;
  std::vector<ModelInput> inputs;
  std::vector<ModelParameter> parameters;
  ModelMembers members;
  Network network;
  MomentCorrection moments;
  TrainRecord record;
  std::map<std::string, std::string> metadata;

  explicit Model(Network net) : network(std::move(net)) {}
  /// The table columns that the model reads.
  std::vector<std::string> column_names() const;
  /// The network's inputs: the columns, then the parameters.
  std::vector<std::string> input_names() const;
};

/// Mean and inverse standard deviation of each column over `tables` (weights ignored); a constant column gets scale 1.
std::vector<ModelInput> standardising_inputs(const std::vector<const Table*>& tables,
                                             const std::vector<std::string>& columns);

/// The model's outputs (logits), one per row (N), at one θ for all rows. Throws DataError: missing column or group, NaN;
/// ConfigError: theta of the wrong length or outside the model's range.
std::vector<float> model_logits(const Model& model, const Table& table, std::span<const double> theta,
                                ThreadPool& pool);

/// The same with a θ for each row: one column (N) for each parameter, in the model's order. A value outside the model's
/// range is a DataError that names its row.
std::vector<float> model_logits_by_row(const Model& model, const Table& table,
                                       std::span<const std::span<const float>> theta, ThreadPool& pool);

/// Logits (N) and their derivatives with respect to θ, row by row (N, parameters), for each parameter in its own unit.
struct LogitsWithGradient {
  std::vector<float> logits;
  std::vector<float> gradients;
};

/// model_logits with the gradient in θ. By back-propagation; by central differences of a five-hundredth of the range, inside
/// the range, for networks over members. Throws as model_logits does.
LogitsWithGradient model_logits_with_gradient(const Model& model, const Table& table,
                                              std::span<const double> theta, ThreadPool& pool);

/// ONNX (opset 13): input "x" (N, columns + parameters) in physical units, scaling in the graph, one output:
/// "log_weight" (reweighter) or "logit" (classifier), (N, 1). A network over members also has the inputs "members"
/// (N, M, columns), padded with zeros to the largest number of members, M ≥ 1, and "mask" (N, M), 1 for a member and
/// 0 for padding; without columns and parameters it has no "x". Everything else is in the file's metadata, the network
/// but for its dropout, which is for training only, among it. Written atomically; EnvironmentError when it cannot be.
void save_model(const Model& model, const std::filesystem::path& path);
/// Reads what save_model wrote, now or in an earlier version. Missing, not ONNX, not made by trueup, or with a graph
/// that is not the one of the network in its metadata: DataError.
Model load_model(const std::filesystem::path& path);

}  // namespace trueup
