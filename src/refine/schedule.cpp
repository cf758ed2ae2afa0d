// Names of schedules.
#include <trueup/refiner.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup {
namespace {

constexpr std::array<std::pair<RefineSchedule, const char*>, 3> kNames = {
    {{RefineSchedule::two_stage, "two-stage"}, {RefineSchedule::mmd, "mmd"}, {RefineSchedule::mse, "mse"}}};

}  // namespace

std::string to_string(RefineSchedule schedule) {
  const auto found = std::find_if(kNames.begin(), kNames.end(),
                                  [schedule](const auto& known) { return known.first == schedule; });
  return found == kNames.end() ? "unknown" : found->second;
}

RefineSchedule refine_schedule_from_string(const std::string& name) {
  std::vector<std::string> known;
  for (const auto& [schedule, text] : kNames) {
    if (name == text) return schedule;
    known.emplace_back(text);
  }
  throw ConfigError(fmt::format("unknown schedule '{}'{}; known are {}", name, did_you_mean(name, known),
                                quoted_list(known)));
}

bool needs_pairs(RefineSchedule schedule) {
  return schedule != RefineSchedule::mmd;
}

}  // namespace trueup
