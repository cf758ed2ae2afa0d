// A training step allocates nothing once it has seen its largest batch: counted by the program's own operator new.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <nn/averaging.hpp>
#include <nn/step.hpp>
#include <nn/trainer_samples.hpp>

namespace {

std::atomic<std::size_t> allocations{0};

void* counted(std::size_t size, std::size_t alignment) {
  ++allocations;
  const std::size_t padded = (size + alignment - 1) / alignment * alignment;
  if (void* block = std::aligned_alloc(alignment, padded > 0 ? padded : alignment)) return block;
  throw std::bad_alloc();
}

}  // namespace

// Not inlined: where only one of a pair is, g++ takes free() for the wrong partner of new.
void* operator new(std::size_t size) {
  return counted(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted(size, static_cast<std::size_t>(alignment));
}
[[gnu::noinline]] void operator delete(void* block) noexcept {
  std::free(block);
}
[[gnu::noinline]] void operator delete(void* block, std::size_t) noexcept {
  std::free(block);
}
[[gnu::noinline]] void operator delete(void* block, std::align_val_t) noexcept {
  std::free(block);
}
[[gnu::noinline]] void operator delete(void* block, std::size_t, std::align_val_t) noexcept {
  std::free(block);
}

namespace trueup {
namespace {

constexpr std::size_t kRows = 1500;

/// Rows with one to four members each.
TrainingRows rows_with_members() {
  TrainingRows rows = testing_support::shifted_gaussians(kRows, 50);
  std::vector<std::uint64_t> offsets(1, 0);
  for (std::size_t r = 0; r < kRows; ++r) offsets.push_back(offsets.back() + 1 + r % 4);
  std::vector<float> values(offsets.back() * 2);
  std::iota(values.begin(), values.end(), 0.0f);
  for (float& v : values) v /= static_cast<float>(values.size());
  rows.set_members(std::move(offsets), std::move(values), 2);
  return rows;
}

NetworkSpec spec_of(const std::string& kind) {
  NetworkSpec spec{1, {30, 30}, 1, Activation::relu};
  if (kind == "wide") spec.hidden = {700, 700};  // updated and reduced by all threads
  if (kind == "silu_dropout") {
    spec.activation = Activation::silu;
    spec.dropout = 0.2;
  }
  if (kind == "members") spec.members = {2, {20, 10}};
  return spec;
}

class TrainingStepOf : public testing::TestWithParam<std::tuple<std::string, int>> {};

/// Counts are of all threads: a worker that had no piece in the first step must not allocate in a later one either.
TEST_P(TrainingStepOf, AllocatesNothingAfterTheFirst) {
  const auto& [kind, threads] = GetParam();
  ThreadPool pool(threads);
  Network network(spec_of(kind));
  RandomStream stream(6, "allocation test");
  network.initialise(stream);
  AdamOptions adam;
  adam.weight_decay = 0.01;
  adam.clip_norm = 1.0;
  TrainingStep step(network, RowLoss::bce, adam, pool);
  ParameterAverage average(network, {AverageKind::exponential, 0.9, 1.0});
  const TrainingRows rows = rows_with_members();
  std::vector<std::uint32_t> all(rows.rows());
  std::iota(all.begin(), all.end(), 0u);
  step(network, rows, all, 1e-3);
  const std::size_t before = allocations;
  for (std::size_t s = 0; s < 5; ++s) {
    step(network, rows, std::span(all).subspan(s), 1e-3);
    average.add(network, s, 5, pool);
  }
  EXPECT_EQ(allocations - before, 0u);
}

INSTANTIATE_TEST_SUITE_P(Networks, TrainingStepOf,
                         testing::Combine(testing::Values("narrow", "wide", "silu_dropout", "members"),
                                          testing::Values(1, 3)),
                         [](const auto& test) {
                           return std::get<0>(test.param) + "_threads_" +
                                  std::to_string(std::get<1>(test.param));
                         });

}  // namespace
}  // namespace trueup
