// A model from its ONNX file: weights from the graph, everything else from the metadata; then the graph must be the one
// that this model would be written with, so that what others compute from the file is what is computed here.
#include <trueup/model.hpp>

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>

#include <core/files.hpp>
#include <model/check_model.hpp>
#include <model/metadata.hpp>
#include <model/onnx_graph.hpp>
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

Network read_network(const onnx::GraphProto& graph, const std::optional<NetworkSpec>& spec,
                     const std::string& path) {
  try {
    return network_from_graph(graph, spec ? *spec : spec_of_first_schema(graph));
  } catch (const GraphDefect& defect) {
    damaged(path, defect.what());
  }
}

void check_operators(const onnx::ModelProto& file, const std::string& path) {
  const bool ours = file.opset_import_size() == 1 && file.opset_import(0).domain().empty() &&
                    file.opset_import(0).version() == kOperatorSet;
  if (!ours) damaged(path, fmt::format("its graph is not for ONNX's operator set {}", kOperatorSet));
}

}  // namespace

Model load_model(const std::filesystem::path& path) {
  const google::protobuf::LogSilencer no_output;
  const std::string name = path.string();
  const onnx::ModelProto file = parse(read_text(path), name);
  ModelDescription description = read_description(metadata_of(file), name);
  check_operators(file, name);

  Model model(read_network(file.graph(), description.network, name));
  model.kind = description.kind;
  model.inputs = std::move(description.inputs);
  model.parameters = std::move(description.parameters);
  model.members = std::move(description.members);
  model.record = std::move(description.record);
  model.metadata = std::move(description.metadata);
  if (const std::string defect = model_defect(model); !defect.empty()) damaged(name, defect);
  const std::string difference = graph_difference(file.graph(), onnx_graph(model));
  if (!difference.empty()) damaged(name, difference);
  return model;
}

}  // namespace trueup
