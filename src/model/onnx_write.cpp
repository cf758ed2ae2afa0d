// A model as an ONNX file: its graph, with everything else in the metadata.
#include <trueup/model.hpp>

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>

#include <core/files.hpp>
#include <model/check_model.hpp>
#include <model/metadata.hpp>
#include <model/onnx_graph.hpp>
#include <trueup/error.hpp>

namespace trueup {

onnx::ModelProto onnx_file(const Model& model) {
  onnx::ModelProto file;
  file.set_ir_version(kIrVersion);
  file.set_producer_name("trueup");
  file.set_producer_version(TRUEUP_VERSION);
  file.add_opset_import()->set_version(kOperatorSet);
  *file.mutable_graph() = onnx_graph(model);
  for (const auto& [key, value] : file_metadata(model)) {
    onnx::StringStringEntryProto& entry = *file.add_metadata_props();
    entry.set_key(key);
    entry.set_value(value);
  }
  return file;
}

void save_model(const Model& model, const std::filesystem::path& path) {
  if (const std::string defect = model_defect(model); !defect.empty()) {
    throw DataError(fmt::format("the model cannot be written to '{}': {}", path.string(), defect));
  }
  const google::protobuf::LogSilencer no_output;
  std::string bytes;
  if (!onnx_file(model).SerializeToString(&bytes)) {
    throw EnvironmentError(
        fmt::format("cannot write '{}': the model is larger than ONNX's 2 GB", path.string()));
  }
  write_text_atomically(path, bytes);
}

}  // namespace trueup
