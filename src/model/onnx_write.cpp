// A model as an ONNX file: its graph, with everything else in the metadata.
#include <trueup/model.hpp>

#include <fmt/format.h>

#include <model/check_model.hpp>
#include <model/metadata.hpp>
#include <model/onnx_bytes.hpp>
#include <model/onnx_graph.hpp>
#include <trueup/error.hpp>

namespace trueup {

onnx::ModelProto onnx_file(const Model& model) {
  return onnx_file(onnx_graph(model), file_metadata(model));
}

void save_model(const Model& model, const std::filesystem::path& path) {
  if (const std::string defect = model_defect(model); !defect.empty()) {
    throw DataError(fmt::format("the model cannot be written to '{}': {}", path.string(), defect));
  }
  write_onnx(onnx_file(model), path);
}

}  // namespace trueup
