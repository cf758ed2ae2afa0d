// ONNX files as protobuf's classes: read, checked for being ours, written.
#pragma once

#include <filesystem>
#include <string>

#include <onnx/onnx_pb.h>

#include <model/metadata.hpp>

namespace trueup {

/// DataError that the file `path` is damaged.
[[noreturn]] void damaged_model(const std::string& path, const std::string& defect);

/// DataError: missing, empty, cut off, or of another format.
onnx::ModelProto read_onnx(const std::filesystem::path& path);
FileMetadata metadata_of(const onnx::ModelProto& file);
/// DataError unless the graph is for the operators that we write.
void check_operators(const onnx::ModelProto& file, const std::string& path);

/// The whole file: graph, versions, metadata.
onnx::ModelProto onnx_file(onnx::GraphProto graph, const FileMetadata& metadata);
/// Atomically; EnvironmentError when it cannot be written.
void write_onnx(const onnx::ModelProto& file, const std::filesystem::path& path);

}  // namespace trueup
