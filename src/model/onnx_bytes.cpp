// Bytes of ONNX files.
#include <model/onnx_bytes.hpp>

#include <utility>

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>

#include <core/files.hpp>
#include <model/onnx_graph.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

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

}  // namespace

void damaged_model(const std::string& path, const std::string& defect) {
  throw DataError(fmt::format("'{}' is damaged: {}; copy it again, or train the model again", path, defect));
}

onnx::ModelProto read_onnx(const std::filesystem::path& path) {
  const google::protobuf::LogSilencer no_output;
  return parse(read_text(path), path.string());
}

FileMetadata metadata_of(const onnx::ModelProto& file) {
  FileMetadata metadata;
  for (const onnx::StringStringEntryProto& entry : file.metadata_props())
    metadata.emplace(entry.key(), entry.value());
  return metadata;
}

void check_operators(const onnx::ModelProto& file, const std::string& path) {
  const bool ours = file.opset_import_size() == 1 && file.opset_import(0).domain().empty() &&
                    file.opset_import(0).version() == kOperatorSet;
  if (!ours) damaged_model(path, fmt::format("its graph is not for ONNX's operator set {}", kOperatorSet));
}

onnx::ModelProto onnx_file(onnx::GraphProto graph, const FileMetadata& metadata) {
  onnx::ModelProto file;
  file.set_ir_version(kIrVersion);
  file.set_producer_name("trueup");
  file.set_producer_version(TRUEUP_VERSION);
  file.add_opset_import()->set_version(kOperatorSet);
  *file.mutable_graph() = std::move(graph);
  for (const auto& [key, value] : metadata) {
    onnx::StringStringEntryProto& entry = *file.add_metadata_props();
    entry.set_key(key);
    entry.set_value(value);
  }
  return file;
}

void write_onnx(const onnx::ModelProto& file, const std::filesystem::path& path) {
  const google::protobuf::LogSilencer no_output;
  std::string bytes;
  if (!file.SerializeToString(&bytes)) {
    throw EnvironmentError(
        fmt::format("cannot write '{}': the model is larger than ONNX's 2 GB", path.string()));
  }
  write_text_atomically(path, bytes);
}

}  // namespace trueup
