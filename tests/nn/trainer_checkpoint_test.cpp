// Checkpoints: a training stopped anywhere and continued gives the bits of one that never stopped; wrong files are told.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <core/files.hpp>
#include <core/temp_dir.hpp>
#include <nn/checkpoint.hpp>
#include <nn/stopper.hpp>
#include <nn/trainer_samples.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

using testing_support::fresh_network;
using testing_support::parameters_of;
using testing_support::shifted_gaussians;
using testing_support::Stopper;
using testing_support::TempDir;

/// Everything that has a state is in use.
TrainOptions full_options() {
  TrainOptions options;
  options.batch_size = 100;
  options.max_epochs = 12;
  options.patience = 4;
  options.adam.learning_rate = 5e-3;
  options.adam.weight_decay = 0.01;
  options.adam.clip_norm = 0.1;
  options.schedule = LearningRateSchedule::plateau;
  options.schedule.warmup = 0.1;
  options.schedule.plateau_patience = 0;
  options.averaging.kind = AverageKind::exponential;
  options.averaging.decay = 0.9;
  return options;
}

struct Outcome {
  std::vector<float> parameters;
  TrainRecord record;
};

class Resuming : public ::testing::Test {
 protected:
  Outcome run(const TrainOptions& options, int threads, Monitor& monitor = silent_monitor()) {
    ThreadPool pool(threads);
    Network network = fresh_network();
    Outcome outcome;
    outcome.record = train(network, training_, validation_, options, pool, monitor);
    outcome.parameters = parameters_of(network);
    return outcome;
  }
  TrainOptions with_checkpoint(TrainOptions options) const {
    options.checkpoint.path = dir_.path() / "state";
    return options;
  }
  /// Stops the training at every so many batches until it has come to its end.
  Outcome run_in_parts(const TrainOptions& options, std::size_t batches, bool crash) {
    for (int part = 0; part < 1000; ++part) {
      Stopper stopper(batches, crash);
      try {
        Outcome outcome = run(options, 1 + part % 3, stopper);
        EXPECT_GT(part, 0);
        EXPECT_TRUE(stopper.warnings.empty());
        return outcome;
      } catch (const Interrupted&) {
      } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "crash");
      }
    }
    throw std::logic_error("the training does not get on");
  }

  TempDir dir_;
  TrainingRows training_ = shifted_gaussians(1030, 20);
  TrainingRows validation_ = shifted_gaussians(500, 21);
};

void expect_same(const Outcome& a, const Outcome& b) {
  EXPECT_EQ(a.parameters, b.parameters);
  EXPECT_EQ(a.record.best_epoch, b.record.best_epoch);
  EXPECT_EQ(a.record.best_validation_loss, b.record.best_validation_loss);
  EXPECT_EQ(a.record.stopped_early, b.record.stopped_early);
  ASSERT_EQ(a.record.epochs.size(), b.record.epochs.size());
  for (std::size_t e = 0; e < a.record.epochs.size(); ++e) {
    EXPECT_EQ(a.record.epochs[e].epoch, b.record.epochs[e].epoch);
    EXPECT_EQ(a.record.epochs[e].train_loss, b.record.epochs[e].train_loss);
    EXPECT_EQ(a.record.epochs[e].validation_loss, b.record.epochs[e].validation_loss);
    EXPECT_EQ(a.record.epochs[e].learning_rate, b.record.epochs[e].learning_rate);
  }
}

TEST_F(Resuming, GivesTheBitsOfAnUninterruptedTraining) {
  const Outcome whole = run(full_options(), 1);
  EXPECT_LT(whole.record.epochs.back().learning_rate, full_options().adam.learning_rate) << "a plateau came";
  const TrainOptions options = with_checkpoint(full_options());
  for (const std::size_t batches : {1U, 7U, 10U, 23U}) {  // an epoch has 10
    expect_same(run_in_parts(options, batches, false), whole);
    std::filesystem::remove(options.checkpoint.path);
  }
}

TEST_F(Resuming, GivesThemWithEveryKindOfAverageAndSchedule) {
  for (const auto kind :
       {LearningRateSchedule::constant, LearningRateSchedule::cosine, LearningRateSchedule::one_cycle}) {
    for (const AverageKind average : {AverageKind::none, AverageKind::tail}) {
      TrainOptions options = full_options();
      options.schedule = kind;
      options.averaging.kind = average;
      const Outcome whole = run(options, 2);
      options = with_checkpoint(options);
      expect_same(run_in_parts(options, 13, false), whole);
      std::filesystem::remove(options.checkpoint.path);
    }
  }
}

TEST_F(Resuming, SurvivesACrashBetweenCheckpoints) {
  const Outcome whole = run(full_options(), 1);
  TrainOptions options = with_checkpoint(full_options());
  options.checkpoint.seconds = 1e9;
  options.checkpoint.epochs = 2;
  expect_same(run_in_parts(options, 25, true), whole);
  std::filesystem::remove(options.checkpoint.path);
  options.checkpoint.seconds = 0.0;  // after every batch
  options.checkpoint.epochs = 0;
  expect_same(run_in_parts(options, 2, true), whole);
}

TEST_F(Resuming, AFinishedTrainingGivesItsResultAtOnce) {
  const TrainOptions options = with_checkpoint(full_options());
  const Outcome first = run(options, 1);
  Stopper never(~std::size_t{0});
  const Outcome again = run(options, 1, never);
  EXPECT_EQ(never.questions, 0u) << "no batch was worked";
  expect_same(again, first);
}

TEST_F(Resuming, StartsAnewWhenAnythingThatDecidesIsDifferent) {
  const TrainOptions options = with_checkpoint(full_options());
  std::vector<TrainOptions> others(6, options);
  others[0].seed = 2;
  others[1].adam.learning_rate *= 2;
  others[2].schedule.warmup = 0.2;
  others[3].averaging.decay = 0.8;
  others[4].batch_size = 101;
  others[5].adam.clip_norm = 0.0;
  for (const TrainOptions& other : others) {
    run(options, 1);
    Stopper monitor(~std::size_t{0});
    const Outcome continued = run(other, 1, monitor);
    ASSERT_EQ(monitor.warnings.size(), 1u);
    EXPECT_NE(monitor.warnings[0].find("another training"), std::string::npos);
    TrainOptions without = other;
    without.checkpoint = {};
    expect_same(continued, run(without, 1));
  }
  run(options, 1);
  training_.weight(5) = 2.0f;
  Stopper monitor(~std::size_t{0});
  run(options, 1, monitor);
  EXPECT_EQ(monitor.warnings.size(), 1u) << "other rows";
}

TEST_F(Resuming, TellsOfDamagedFilesAndStartsAnew) {
  const TrainOptions options = with_checkpoint(full_options());
  const Outcome good = run(options, 1);
  const std::string bytes = read_text(options.checkpoint.path);
  std::string flipped = bytes;
  flipped[flipped.size() / 2] ^= 1;
  for (const std::string& bad : {flipped, bytes.substr(0, bytes.size() - 1), bytes.substr(0, 30),
                                 std::string{}, std::string("something else")}) {
    write_text_atomically(options.checkpoint.path, bad);
    Stopper monitor(~std::size_t{0});
    expect_same(run(options, 1, monitor), good);
    EXPECT_EQ(monitor.warnings.size(), 1u);
    EXPECT_GT(monitor.questions, 0u) << "trained afresh";
  }
}

TEST_F(Resuming, AFolderThatIsMissingIsToldBeforeAnyWork) {
  TrainOptions options = full_options();
  options.checkpoint.path = dir_.path() / "missing" / "state";
  Stopper monitor(~std::size_t{0});
  EXPECT_THROW(run(options, 1, monitor), EnvironmentError);
  EXPECT_EQ(monitor.questions, 0u);
}

TEST(StateReader, RefusesAStateThatEndsTooEarly) {
  StateWriter written;
  std::vector<float> list(10);
  written.resize(list), written.block(list);
  StateReader short_state(std::string_view(written.bytes()).substr(0, 20));
  std::vector<float> read;
  EXPECT_THROW((short_state.resize(read), short_state.block(read)), DataError);
}

}  // namespace
}  // namespace trueup
