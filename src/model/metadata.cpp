// Model metadata to JSON text and back.
#include <model/metadata.hpp>

#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <model/network_json.hpp>
#include <model/record_json.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

using nlohmann::json;

constexpr const char* kPrefix = "trueup.";
constexpr std::string_view kSchemaName = "trueup.model/";

constexpr const char* kInputsKey = "trueup.inputs";
constexpr const char* kParametersKey = "trueup.parameters";
constexpr const char* kMembersKey = "trueup.members";
constexpr const char* kNetworkKey = "trueup.network";
constexpr const char* kMomentsKey = "trueup.moments";
constexpr const char* kRecordKey = "trueup.record";

std::string to_string(ModelKind kind) {
  return kind == ModelKind::reweighter ? "reweighter" : "classifier";
}

json inputs_json(const std::vector<ModelInput>& inputs) {
  json list = json::array();
  for (const ModelInput& input : inputs) {
    list.push_back(
        {{"name", input.name}, {"unit", input.unit}, {"shift", input.shift}, {"scale", input.scale}});
  }
  return list;
}

json parameters_json(const Model& model) {
  json list = json::array();
  for (const ModelParameter& p : model.parameters) {
    list.push_back({{"name", p.name},
                    {"unit", p.unit},
                    {"nominal", p.nominal},
                    {"low", p.low},
                    {"high", p.high},
                    {"shift", p.shift},
                    {"scale", p.scale}});
  }
  return list;
}

json members_json(const ModelMembers& members) {
  return {{"group", members.group}, {"columns", inputs_json(members.columns)}};
}

/// From the shortest text of a float's value in double: the same bits.
float exact_float(const json& value) {
  return static_cast<float>(value.get<double>());
}

std::vector<ModelInput> inputs_from(const json& list) {
  std::vector<ModelInput> inputs;
  for (const json& item : list) {
    inputs.push_back(
        {item.at("name"), item.at("unit"), exact_float(item.at("shift")), exact_float(item.at("scale"))});
  }
  return inputs;
}

json moments_json(const MomentCorrection& moments) {
  json sums = json::array();
  for (const SumScaling& scaling : moments.sums) {
    sums.push_back({{"shift", scaling.shift}, {"scale", scaling.scale}});
  }
  return {{"order", moments.order},
          {"degree", moments.degree},
          {"sums", sums},
          {"coefficients", moments.coefficients}};
}

MomentCorrection moments_from(const json& text) {
  MomentCorrection moments{text.at("order"), text.at("degree")};
  for (const json& item : text.at("sums")) {
    moments.sums.push_back({exact_float(item.at("shift")), exact_float(item.at("scale"))});
  }
  for (const json& item : text.at("coefficients")) moments.coefficients.push_back(exact_float(item));
  return moments;
}

std::vector<ModelParameter> parameters_from(const json& list) {
  std::vector<ModelParameter> parameters;
  for (const json& item : list) {
    parameters.push_back({item.at("name"), item.at("unit"), item.at("nominal"), item.at("low"),
                          item.at("high"), exact_float(item.at("shift")), exact_float(item.at("scale"))});
  }
  return parameters;
}

ModelKind kind_from(const std::string& text, const std::string& path) {
  if (text == kRefinerKind) {
    throw DataError(
        fmt::format("'{}' is a refiner, as 'trueup refine' makes them; expected a model of weights or a "
                    "classifier",
                    path));
  }
  for (const ModelKind kind : {ModelKind::reweighter, ModelKind::classifier}) {
    if (text == to_string(kind)) return kind;
  }
  throw std::out_of_range(fmt::format("kind '{}' is unknown", text));
}

}  // namespace

std::string output_name(ModelKind kind) {
  return kind == ModelKind::reweighter ? "log_weight" : "logit";
}

int schema_version(const FileMetadata& metadata, const std::string& path) {
  const auto found = metadata.find(kSchemaKey);
  if (found == metadata.end()) {
    throw DataError(
        fmt::format("'{}' is an ONNX file, but not one that trueup wrote: it has no '{}'; give a model "
                    "made by trueup",
                    path, kSchemaKey));
  }
  const std::string& schema = found->second;
  int version = 0;
  const char* end = schema.data() + schema.size();
  const bool ours = schema.starts_with(kSchemaName) &&
                    std::from_chars(schema.data() + kSchemaName.size(), end, version).ptr == end &&
                    version > 0;
  if (!ours) {
    throw DataError(
        fmt::format("'{}' has schema '{}'; expected '{}{}'", path, schema, kSchemaName, kModelSchemaVersion));
  }
  if (version > kModelSchemaVersion) {
    throw DataError(
        fmt::format("'{}' was written by a later trueup: schema '{}', and this one reads up to '{}{}'; "
                    "update trueup",
                    path, schema, kSchemaName, kModelSchemaVersion));
  }
  return version;
}

FileMetadata own_metadata(const FileMetadata& all) {
  FileMetadata own;
  for (const auto& [key, value] : all) {
    if (!key.starts_with(kPrefix)) own.emplace(key, value);
  }
  return own;
}

FileMetadata started_metadata(const FileMetadata& own, const std::string& kind, int schema) {
  for (const auto& [key, value] : own) {
    if (!key.starts_with(kPrefix)) continue;
    throw ConfigError(fmt::format(
        "model metadata '{}': keys that start with '{}' are trueup's own; choose another", key, kPrefix));
  }
  FileMetadata metadata = own;
  metadata[kSchemaKey] = fmt::format("{}{}", kSchemaName, schema);
  metadata[kKindKey] = kind;
  return metadata;
}

FileMetadata file_metadata(const Model& model) {
  const int schema = model.moments.none() ? kSchemaWithoutMoments : kModelSchemaVersion;
  FileMetadata metadata = started_metadata(model.metadata, to_string(model.kind), schema);
  if (!model.moments.none()) metadata[kMomentsKey] = moments_json(model.moments).dump();
  try {
    metadata[kInputsKey] = inputs_json(model.inputs).dump();
    metadata[kParametersKey] = parameters_json(model).dump();
    metadata[kMembersKey] = members_json(model.members).dump();
    metadata[kRecordKey] = record_json(model.record).dump();
  } catch (const json::type_error&) {
    throw ConfigError(
        "a column, group, parameter or unit of the model has a name that is not UTF-8; rename it");
  }
  metadata[kNetworkKey] = network_json(model.network.spec());
  return metadata;
}

ModelDescription read_description(const FileMetadata& metadata, const std::string& path) {
  const int version = schema_version(metadata, path);
  ModelDescription description;
  std::string key;
  const auto text = [&](const std::string& name) -> const std::string& {
    key = name;
    return metadata.at(name);
  };
  try {
    description.kind = kind_from(text(kKindKey), path);
    description.inputs = inputs_from(json::parse(text(kInputsKey)));
    description.parameters = parameters_from(json::parse(text(kParametersKey)));
    if (version > 1) {
      const json members = json::parse(text(kMembersKey));
      description.members = {members.at("group"), inputs_from(members.at("columns"))};
      description.network = network_from_json(text(kNetworkKey));
    }
    if (version > kSchemaWithoutMoments) description.moments = moments_from(json::parse(text(kMomentsKey)));
    description.record = record_from(json::parse(text(kRecordKey)));
  } catch (const DataError&) {
    throw;
  } catch (const std::exception& error) {
    throw DataError(
        fmt::format("'{}' is damaged: its metadata '{}' cannot be read ({}); copy or train it again", path,
                    key, error.what()));
  }
  description.metadata = own_metadata(metadata);
  return description;
}

}  // namespace trueup
