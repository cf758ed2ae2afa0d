// What multiplies blocks of bf16 numbers: the matrix unit of the processor, its vector units, or plain multiplications.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "nn/kernels/bf16_kernels.hpp"

namespace trueup {

/// All round operands alike and sum in float, each in an order of its own.
///   amx       tiles of AMX-BF16; numbers below 1.2e-38 count as zero
///   avx512    pairs of AVX512-BF16; the same
///   portable  floats made of the upper halves, on any processor: the precision of the others, not their speed
enum class Bf16Unit { amx, avx512, portable };

const char* to_string(Bf16Unit unit);

/// Those of this machine, the fastest first.
const std::vector<Bf16Unit>& available_bf16_units();

/// The fastest, or the one that a test has chosen.
Bf16Unit bf16_unit();

/// For tests, while nothing is running; nothing: the fastest again.
void set_bf16_unit_for_test(std::optional<Bf16Unit> unit);

namespace kernels {

/// c[m * kBf16Block + n] = Σ_k a[m, k] b[n, k] over the blocks of a panel of a left and of a right operand.
using Bf16BlockProduct = void (*)(const Bf16* a, const Bf16* b, std::size_t depth_blocks, float* c);

/// A unit made ready for products on the thread at work, as long as the object lives.
class Bf16Session {
 public:
  Bf16Session();
  ~Bf16Session();
  Bf16Session(const Bf16Session&) = delete;
  Bf16Session& operator=(const Bf16Session&) = delete;

  Bf16BlockProduct product() const noexcept { return product_; }

 private:
  Bf16BlockProduct product_;
  bool tiles_;  // of AMX, to be released
};

/// Products by floats in Highway's vectors.
Bf16BlockProduct portable_bf16_product();

}  // namespace kernels
}  // namespace trueup
