// A refiner as an ONNX file, and back.
#include <trueup/refiner_model.hpp>

#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <model/check_refiner.hpp>
#include <model/metadata.hpp>
#include <model/network_json.hpp>
#include <model/onnx_bytes.hpp>
#include <model/onnx_network.hpp>
#include <model/record_json.hpp>
#include <model/refiner_graph.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

using nlohmann::json;

constexpr const char* kRefinedKey = "trueup.refined";
constexpr const char* kConditionsKey = "trueup.conditions";
constexpr const char* kNetworkKey = "trueup.network";
constexpr const char* kStagesKey = "trueup.stages";

/// JSON has no infinity: a bound that is none is null.
json bound_json(float bound) {
  return std::isfinite(bound) ? json(bound) : json(nullptr);
}

float bound_from(const json& value, float none) {
  return value.is_null() ? none : static_cast<float>(value.get<double>());
}

json columns_json(const std::vector<RefinerColumn>& columns) {
  json list = json::array();
  for (const RefinerColumn& c : columns) {
    list.push_back({{"name", c.name},
                    {"unit", c.unit},
                    {"transform", to_string(c.transform)},
                    {"low", bound_json(c.low)},
                    {"high", bound_json(c.high)},
                    {"integer", c.integer},
                    {"shift", c.shift},
                    {"scale", c.scale}});
  }
  return list;
}

std::vector<RefinerColumn> columns_from(const json& list) {
  constexpr float kNone = std::numeric_limits<float>::infinity();
  std::vector<RefinerColumn> columns;
  for (const json& item : list) {
    RefinerColumn c;
    c.name = item.at("name");
    c.unit = item.at("unit");
    c.transform = column_transform_from_string(item.at("transform"));
    c.low = bound_from(item.at("low"), -kNone);
    c.high = bound_from(item.at("high"), kNone);
    c.integer = item.at("integer").get<bool>();
    c.shift = static_cast<float>(item.at("shift").get<double>());
    c.scale = static_cast<float>(item.at("scale").get<double>());
    columns.push_back(std::move(c));
  }
  return columns;
}

FileMetadata refiner_metadata(const RefinerModel& model) {
  FileMetadata metadata = started_metadata(model.metadata, kRefinerKind);
  json stages = json::array();
  for (const TrainRecord& record : model.stages) stages.push_back(record_json(record));
  try {
    metadata[kRefinedKey] = columns_json(model.refined).dump();
    metadata[kConditionsKey] = columns_json(model.conditions).dump();
  } catch (const json::type_error&) {
    throw ConfigError("a column or unit of the refiner has a name that is not UTF-8; rename it");
  }
  metadata[kStagesKey] = stages.dump();
  metadata[kNetworkKey] = network_json(model.network.spec());
  return metadata;
}

std::string kind_in(const FileMetadata& metadata, const std::string& path) {
  schema_version(metadata, path);
  const auto kind = metadata.find(kKindKey);
  if (kind == metadata.end()) damaged_model(path, fmt::format("its metadata lack '{}'", kKindKey));
  return kind->second;
}

RefinerModel model_from(const onnx::ModelProto& file, const FileMetadata& metadata, const std::string& path) {
  try {
    RefinerModel model(network_from_graph(file.graph(), network_from_json(metadata.at(kNetworkKey))));
    model.refined = columns_from(json::parse(metadata.at(kRefinedKey)));
    model.conditions = columns_from(json::parse(metadata.at(kConditionsKey)));
    for (const json& stage : json::parse(metadata.at(kStagesKey))) model.stages.push_back(record_from(stage));
    model.metadata = own_metadata(metadata);
    return model;
  } catch (const std::exception& error) {
    damaged_model(path, fmt::format("it holds no whole refiner ({})", error.what()));
  }
}

}  // namespace

void save_refiner(const RefinerModel& model, const std::filesystem::path& path) {
  if (const std::string defect = refiner_defect(model); !defect.empty())
    throw DataError(fmt::format("the refiner cannot be written to '{}': {}", path.string(), defect));
  write_onnx(onnx_file(refiner_graph(model), refiner_metadata(model)), path);
}

bool is_refiner(const std::filesystem::path& path) {
  return kind_in(metadata_of(read_onnx(path)), path.string()) == kRefinerKind;
}

RefinerModel load_refiner(const std::filesystem::path& path) {
  const std::string name = path.string();
  const onnx::ModelProto file = read_onnx(path);
  const FileMetadata metadata = metadata_of(file);
  if (const std::string kind = kind_in(metadata, name); kind != kRefinerKind) {
    throw DataError(
        fmt::format("'{}' is a {}; expected a refiner, as 'trueup refine' makes them", name, kind));
  }
  check_operators(file, name);
  RefinerModel model = model_from(file, metadata, name);
  if (const std::string defect = refiner_defect(model); !defect.empty()) damaged_model(name, defect);
  const std::string difference = graph_difference(file.graph(), refiner_graph(model));
  if (!difference.empty()) damaged_model(name, difference);
  return model;
}

}  // namespace trueup
