// A training step allocates nothing once it has seen its largest batch: counted by the program's own operator new.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <numeric>
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

void* operator new(std::size_t size) {
  return counted(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* block) noexcept {
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept {
  std::free(block);
}
void operator delete(void* block, std::align_val_t) noexcept {
  std::free(block);
}
void operator delete(void* block, std::size_t, std::align_val_t) noexcept {
  std::free(block);
}

namespace trueup {
namespace {

TEST(TrainingStep, AllocatesNothingAfterTheFirst) {
  for (const int threads : {1, 3}) {
    for (const std::size_t width : {30U, 700U}) {  // the larger one is updated and reduced by all threads
      ThreadPool pool(threads);
      Network network = testing_support::fresh_network({width, width});
      AdamOptions adam;
      adam.weight_decay = 0.01;
      adam.clip_norm = 1.0;
      TrainingStep step(network, RowLoss::bce, adam, pool);
      ParameterAverage average(network, {AverageKind::exponential, 0.9, 1.0});
      const TrainingRows rows = testing_support::shifted_gaussians(1500, 50);
      std::vector<std::uint32_t> all(rows.rows());
      std::iota(all.begin(), all.end(), 0u);
      step(network, rows, all, 1e-3);
      const std::size_t before = allocations;
      for (std::size_t s = 0; s < 3; ++s) {
        step(network, rows, std::span(all).subspan(s), 1e-3);
        average.add(network, s, 3, pool);
      }
      EXPECT_EQ(allocations - before, 0u) << threads << " threads, width " << width;
    }
  }
}

}  // namespace
}  // namespace trueup
