// A model from its ONNX file: the graph gives the network, the metadata the rest, and the two must agree.
#include <trueup/model.hpp>

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>
#include <onnx/onnx_pb.h>

#include <core/files.hpp>
#include <model/check_model.hpp>
#include <model/metadata.hpp>
#include <model/onnx_network.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

[[noreturn]] void damaged(const std::string& path, const std::string& defect) {
  throw DataError(fmt::format("'{}' is damaged: {}; copy it again, or train the model again", path, defect));
}

onnx::ModelProto parse(const std::string& bytes, const std::string& path) {
  if (bytes.empty())
    throw DataError(fmt::format("'{}' is empty; expected a model made by trueup (ONNX)", path));
  onnx::ModelProto file;
  if (!file.ParseFromString(bytes) || file.ir_version() <= 0 || !file.has_graph()) {
    throw DataError(
        fmt::format("'{}' is not a whole ONNX file: it is of another format or was cut off; expected a "
                    "model made by trueup",
                    path));
  }
  return file;
}

FileMetadata metadata_of(const onnx::ModelProto& file) {
  FileMetadata metadata;
  for (const onnx::StringStringEntryProto& entry : file.metadata_props())
    metadata.emplace(entry.key(), entry.value());
  return metadata;
}

/// The scaling stands in the graph, for those who run it, and in the metadata, for those who read it.
void check_scaling(const ScaledNetwork& scaled, const Model& model, const std::string& path) {
  const std::size_t columns = model.inputs.size();
  if (scaled.shift.size() != columns + model.parameters.size()) {
    damaged(path, fmt::format("its graph takes {} inputs, its metadata name {} columns and {} parameters",
                              scaled.shift.size(), columns, model.parameters.size()));
  }
  const auto check = [&](const auto& input, std::size_t i) {
    // Written so that NaN fails.
    if (scaled.shift[i] == input.shift && scaled.scale[i] == input.scale) return;
    damaged(path, fmt::format("graph and metadata scale '{}' differently", input.name));
  };
  for (std::size_t i = 0; i < columns; ++i) check(model.inputs[i], i);
  for (std::size_t i = 0; i < model.parameters.size(); ++i) check(model.parameters[i], columns + i);
}

ScaledNetwork read_network(const onnx::ModelProto& file, ModelKind kind, const std::string& path) {
  try {
    return network_from_graph(file.graph(), output_name(kind));
  } catch (const GraphDefect& defect) {
    damaged(path, defect.what());
  }
}

}  // namespace

Model load_model(const std::filesystem::path& path) {
  const google::protobuf::LogSilencer no_output;
  const std::string name = path.string();
  const onnx::ModelProto file = parse(read_text(path), name);
  ModelDescription description = read_description(metadata_of(file), name);
  ScaledNetwork scaled = read_network(file, description.kind, name);

  Model model(std::move(scaled.network));
  model.kind = description.kind;
  model.inputs = std::move(description.inputs);
  model.parameters = std::move(description.parameters);
  model.record = std::move(description.record);
  model.metadata = std::move(description.metadata);
  check_scaling(scaled, model, name);
  if (const std::string defect = model_defect(model); !defect.empty()) damaged(name, defect);
  return model;
}

}  // namespace trueup
