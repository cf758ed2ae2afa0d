// What a model file says beside its graph: schema, network, inputs, parameters and training record as JSON text under fixed keys.
#pragma once

#include <map>
#include <optional>
#include <string>

#include <trueup/model.hpp>

namespace trueup {

/// Version of the file's layout. Readers accept this and earlier ones.
/// 1: chains of ReLU layers, without a description of the network. 2: networks of all kinds, described.
constexpr int kModelSchemaVersion = 2;

using FileMetadata = std::map<std::string, std::string>;

/// Keys "trueup.…", and the model's own metadata as they are. ConfigError: one of those uses a key "trueup.…", or a
/// name is not UTF-8.
FileMetadata file_metadata(const Model& model);

/// Everything of a model but its network's weights. DataError, naming `path`: not by trueup, of a later version, or not as
/// file_metadata writes it.
struct ModelDescription {
  ModelKind kind = ModelKind::classifier;
  std::vector<ModelInput> inputs;
  std::vector<ModelParameter> parameters;
  ModelMembers members;
  std::optional<NetworkSpec> network;  ///< none in schema 1
  TrainRecord record;
  std::map<std::string, std::string> metadata;
};
ModelDescription read_description(const FileMetadata& metadata, const std::string& path);

/// The name of the graph's output, which tells what it is.
std::string output_name(ModelKind kind);

}  // namespace trueup
