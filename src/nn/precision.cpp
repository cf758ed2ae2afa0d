// Names of precisions, and which layers they concern.
#include <trueup/precision.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <trueup/error.hpp>

#include "nn/kernels/bf16_unit.hpp"

namespace trueup {

std::string to_string(Precision precision) {
  return precision == Precision::bf16 ? "bf16" : "float32";
}

Precision precision_from_string(const std::string& name) {
  for (const Precision precision : {Precision::float32, Precision::bf16}) {
    if (name == to_string(precision)) return precision;
  }
  throw ConfigError(fmt::format("no precision '{}'; there are 'float32' and 'bf16'", name));
}

bool is_wide(const DenseLayer& layer) {
  return layer.inputs >= kBf16Width && layer.outputs >= kBf16Width;
}

bool has_wide_layers(const Network& network) {
  return std::ranges::any_of(network.layers(), is_wide) ||
         std::ranges::any_of(network.member_layers(), is_wide);
}

std::string bf16_unit_name() {
  return to_string(bf16_unit());
}

}  // namespace trueup
