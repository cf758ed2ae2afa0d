// What a model file says beside its graph: schema, network, inputs, parameters and training record as JSON text under fixed keys.
#pragma once

#include <map>
#include <optional>
#include <string>

#include <trueup/model.hpp>

namespace trueup {

/// Version of the file's layout. Readers accept this and earlier ones.
/// 1: chains of ReLU layers, without a description of the network. 2: networks of all kinds, described. 3: with a correction
/// of moments; files without one are still written as 2, which earlier readers know.
constexpr int kModelSchemaVersion = 3;
constexpr int kSchemaWithoutMoments = 2;

using FileMetadata = std::map<std::string, std::string>;

constexpr const char* kSchemaKey = "trueup.schema";
constexpr const char* kKindKey = "trueup.kind";
constexpr const char* kRefinerKind = "refiner";

/// The version in a file's metadata. DataError, naming `path`, when there is none or one that cannot be read here.
int schema_version(const FileMetadata& metadata, const std::string& path);
/// The entries that are not trueup's.
FileMetadata own_metadata(const FileMetadata& all);
/// A model's own entries with schema and kind. ConfigError when one of them has a key that is trueup's.
FileMetadata started_metadata(const FileMetadata& own, const std::string& kind,
                              int schema = kSchemaWithoutMoments);

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
  MomentCorrection moments;            ///< from schema 3
  TrainRecord record;
  std::map<std::string, std::string> metadata;
};
ModelDescription read_description(const FileMetadata& metadata, const std::string& path);

/// The name of the graph's output, which tells what it is.
std::string output_name(ModelKind kind);

}  // namespace trueup
