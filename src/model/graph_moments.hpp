// A moment correction as nodes of an ONNX graph.
#pragma once

#include <string>

#include <model/graph_writer.hpp>
#include <trueup/model.hpp>

namespace trueup {

/// What is added to the network's output, (N, 1). `inputs`: standardised columns and parameters, "" where there are none;
/// `members`: the standardised members, whose "mask" and "mask_column" are in the graph.
std::string write_moments(GraphWriter& writer, const Model& model, const std::string& inputs,
                          const std::string& members);

}  // namespace trueup
