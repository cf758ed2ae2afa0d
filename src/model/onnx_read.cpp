// A model from its ONNX file: weights from the graph, everything else from the metadata; then the graph must be the one
// that this model would be written with, so that what others compute from the file is what is computed here.
#include <trueup/model.hpp>

#include <model/check_model.hpp>
#include <model/metadata.hpp>
#include <model/onnx_bytes.hpp>
#include <model/onnx_graph.hpp>
#include <model/onnx_network.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

Network read_network(const onnx::GraphProto& graph, const std::optional<NetworkSpec>& spec,
                     const std::string& path) {
  try {
    return network_from_graph(graph, spec ? *spec : spec_of_first_schema(graph));
  } catch (const GraphDefect& defect) {
    damaged_model(path, defect.what());
  }
}

}  // namespace

Model load_model(const std::filesystem::path& path) {
  const std::string name = path.string();
  const onnx::ModelProto file = read_onnx(path);
  ModelDescription description = read_description(metadata_of(file), name);
  check_operators(file, name);

  Model model(read_network(file.graph(), description.network, name));
  model.kind = description.kind;
  model.inputs = std::move(description.inputs);
  model.parameters = std::move(description.parameters);
  model.members = std::move(description.members);
  model.moments = std::move(description.moments);
  model.record = std::move(description.record);
  model.metadata = std::move(description.metadata);
  if (const std::string defect = model_defect(model); !defect.empty()) damaged_model(name, defect);
  const std::string difference = graph_difference(file.graph(), onnx_graph(model));
  if (!difference.empty()) damaged_model(name, difference);
  return model;
}

}  // namespace trueup
