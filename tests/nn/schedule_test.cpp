// Learning-rate schedules: every rate as PyTorch has it, and what must hold for any number of steps.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <nn/schedule.hpp>

namespace trueup {
namespace {

using nlohmann::json;

json golden() {
  std::ifstream in(std::string(TRUEUP_TEST_DATA) + "/schedules.json");
  return json::parse(in);
}

LearningRateSchedule kind_of(const std::string& name) {
  static const std::map<std::string, LearningRateSchedule> kinds{
      {"constant", LearningRateSchedule::constant},
      {"cosine", LearningRateSchedule::cosine},
      {"one_cycle", LearningRateSchedule::one_cycle}};
  return kinds.at(name);
}

// PyTorch forms some schedules step by step, so rounding adds up: relative to the peak, some 1e-15 for each step.
constexpr double kTolerance = 1e-12;

TEST(Schedule, AgreesWithPyTorch) {
  const json file = golden();
  std::size_t compared = 0;
  for (const json& want : file.at("schedules")) {
    ScheduleOptions schedule(kind_of(want.at("kind")));
    schedule.warmup = want.at("warmup");
    const double peak = want.at("peak");
    for (std::size_t i = 0; i < want.at("at").size(); ++i, ++compared) {
      const double rate = scheduled_rate(schedule, peak, want.at("at")[i], want.at("steps"));
      const double difference = std::fabs(rate - want.at("rates")[i].get<double>());
      EXPECT_TRUE(difference <= kTolerance * peak)
          << want.at("kind") << " of " << want.at("steps") << " steps, step " << want.at("at")[i] << ": "
          << rate << ", off by " << difference;
    }
  }
  EXPECT_GT(compared, 400u);
}

TEST(Schedule, PlateauAgreesWithPyTorch) {
  const json file = golden();
  std::size_t compared = 0;
  for (const json& want : file.at("plateaus")) {
    ScheduleOptions schedule(LearningRateSchedule::plateau);
    schedule.plateau_factor = want.at("factor");
    schedule.plateau_patience = want.at("patience");
    Plateau plateau(schedule, want.at("margin"));
    for (std::size_t e = 0; e < want.at("losses").size(); ++e, ++compared) {
      const double rate = want.at("peak").get<double>() * plateau.factor();
      const double difference = std::fabs(rate - want.at("rates")[e].get<double>());
      EXPECT_TRUE(difference <= kTolerance * want.at("peak").get<double>()) << "epoch " << e;
      plateau.after_epoch(want.at("losses")[e]);
    }
  }
  EXPECT_EQ(compared, 120u);
}

TEST(Schedule, OnlyAPlateauLowersTheRateByLosses) {
  for (const auto kind :
       {LearningRateSchedule::constant, LearningRateSchedule::cosine, LearningRateSchedule::one_cycle}) {
    Plateau plateau(kind, 0.0);
    for (int epoch = 0; epoch < 100; ++epoch) plateau.after_epoch(1.0);
    EXPECT_EQ(plateau.factor(), 1.0);
  }
}

TEST(Schedule, IsFiniteAndWithinThePeakForAnyLength) {
  for (const auto kind : {LearningRateSchedule::constant, LearningRateSchedule::cosine,
                          LearningRateSchedule::one_cycle, LearningRateSchedule::plateau}) {
    for (const double warmup : {0.0, 0.1, 0.5, 0.99}) {
      for (const std::size_t steps : {1U, 2U, 3U, 10U, 1000U}) {
        ScheduleOptions schedule(kind);
        schedule.warmup = warmup;
        for (std::size_t s = 0; s < steps; ++s) {
          const double rate = scheduled_rate(schedule, 0.5, s, steps);
          EXPECT_TRUE(rate > 0.0 && rate <= 0.5) << static_cast<int>(kind) << " " << warmup << " " << s;
        }
      }
    }
  }
}

}  // namespace
}  // namespace trueup
