// The precision of a network's products.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <trueup/network.hpp>
#include <trueup/threads.hpp>

namespace trueup {

/// float32: everything in float.
/// bf16: products of wide layers, those with at least kBf16Width inputs and outputs, take factors rounded to bf16 (8 bits
///   of mantissa) and sum in float; parameters, their gradients, activations and all else stay float. Several times
///   quicker on processors with AMX-BF16, up to twice with AVX512-BF16; others do the same arithmetic in float, slower.
enum class Precision { float32, bf16 };

std::string to_string(Precision precision);
/// Throws ConfigError for an unknown name.
Precision precision_from_string(const std::string& name);

inline constexpr std::size_t kBf16Width = 64;

/// Whether bf16 means anything for the layer, or for any layer of the network.
bool is_wide(const DenseLayer& layer);
bool has_wide_layers(const Network& network);

/// What multiplies in bf16 on this machine: "amx", "avx512" or "portable".
std::string bf16_unit_name();

/// As evaluate() of network.hpp, with products in this precision.
void evaluate(const Network& network, std::span<const float> inputs, std::span<float> outputs,
              Precision precision, ThreadPool& pool, const Members& members = {});

}  // namespace trueup
