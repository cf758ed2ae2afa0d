// Stolen time: what is read from /proc/stat, and the share between two readings.
#include "bench/host_steal.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace trueup::bench {
namespace {

std::optional<ProcessorTicks> ticks_of(const std::string& text) {
  std::istringstream stat(text);
  return read_processor_ticks(stat);
}

TEST(HostSteal, ReadsTheSumOverProcessors) {
  const auto ticks = ticks_of("cpu  4504 2516 302 21022 65 7 24 3060 11 13\ncpu0 1 1 1 1 1 1 1 1 1 1\n");
  ASSERT_TRUE(ticks.has_value());
  // Guests' time (the last two) is part of the programs' already; idle and waiting processors have nothing to do.
  EXPECT_EQ(ticks->busy, 4504U + 2516U + 302U + 7U + 24U);
  EXPECT_EQ(ticks->stolen, 3060U);
}

TEST(HostSteal, IsUnknownWhereTheFileHasAnotherForm) {
  EXPECT_FALSE(ticks_of("").has_value());
  EXPECT_FALSE(ticks_of("cpu0 1 2 3 4 5 6 7 8\n").has_value());
  EXPECT_FALSE(ticks_of("cpu  1 2 3 4\n").has_value());  // kernels before 2.6.11
  EXPECT_FALSE(ticks_of("cpu  1 2 x 4 5 6 7 8\n").has_value());
}

TEST(HostSteal, ShareIsOfTheTimeWithWork) {
  EXPECT_EQ(stolen_share({100, 40}, {160, 60}), 0.25);
  EXPECT_EQ(stolen_share({100, 40}, {160, 40}), 0.0);
  EXPECT_EQ(stolen_share({100, 40}, {100, 45}), 1.0);
  EXPECT_FALSE(stolen_share({100, 40}, {100, 40}).has_value());
}

TEST(HostSteal, CountersThatStepBackGiveNoNegativeShare) {
  EXPECT_EQ(stolen_share({100, 40}, {110, 39}), 0.0);
}

}  // namespace
}  // namespace trueup::bench
