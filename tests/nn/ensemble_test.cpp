// Ensembles and folds: the same bits for any thread count and alone, members that differ, rows held out exactly once.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include <core/temp_dir.hpp>
#include <nn/trainer_samples.hpp>
#include <trueup/ensemble.hpp>
#include <trueup/error.hpp>
#include <trueup/random.hpp>

namespace trueup {
namespace {

using testing_support::parameters_of;
using testing_support::shifted_gaussians;

const NetworkSpec kSpec{1, {20, 20}, 1, Activation::relu};

TrainOptions few_epochs() {
  TrainOptions options;
  options.batch_size = 700;  // two pieces a batch
  options.max_epochs = 4;
  options.seed = 9;
  return options;
}

std::vector<std::vector<float>> parameters_of(const std::vector<TrainedNetwork>& members) {
  std::vector<std::vector<float>> all;
  for (const TrainedNetwork& member : members) all.push_back(parameters_of(member.network));
  return all;
}

TEST(Ensemble, SameBitsForAnyThreadCountAndForEachMemberAlone) {
  const auto training = shifted_gaussians(5000, 30), validation = shifted_gaussians(3000, 31);
  std::vector<std::vector<std::vector<float>>> results;
  for (const int threads : {1, 2, 3, 8}) {
    ThreadPool pool(threads);
    results.push_back(parameters_of(train_ensemble(kSpec, 5, training, validation, few_epochs(), pool)));
  }
  for (const auto& result : results) EXPECT_EQ(result, results[0]);
  ThreadPool pool(2);
  for (std::size_t k = 0; k < 5; ++k) {
    TrainOptions options = few_epochs();
    options.seed = derive_seed(options.seed, "member", k);
    Network network(kSpec);
    RandomStream stream(options.seed, "member start");
    network.initialise(stream);
    train(network, training, validation, options, pool);
    EXPECT_EQ(parameters_of(network), results[0][k]) << k;
  }
}

TEST(Ensemble, MembersDifferAndRepeatWithTheSeed) {
  const auto rows = shifted_gaussians(3000, 32);
  ThreadPool pool(2);
  const auto three = parameters_of(train_ensemble(kSpec, 3, rows, rows, few_epochs(), pool));
  EXPECT_NE(three[0], three[1]);
  EXPECT_NE(three[1], three[2]);
  const auto four = parameters_of(train_ensemble(kSpec, 4, rows, rows, few_epochs(), pool));
  for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(four[k], three[k]) << "more members begin with the same";
  TrainOptions other = few_epochs();
  other.seed = 10;
  EXPECT_NE(parameters_of(train_ensemble(kSpec, 3, rows, rows, other, pool))[0], three[0]);
}

TEST(Ensemble, FromGivenStartsOfDifferentShapes) {
  const auto rows = shifted_gaussians(2000, 33);
  ThreadPool pool(2);
  std::vector<Network> starts{testing_support::fresh_network({8}), testing_support::fresh_network({30, 3})};
  const auto members = train_ensemble(starts, rows, rows, few_epochs(), pool);
  ASSERT_EQ(members.size(), 2u);
  for (std::size_t k = 0; k < 2; ++k) {
    EXPECT_EQ(members[k].network.spec().hidden, starts[k].spec().hidden);
    EXPECT_NE(parameters_of(members[k].network), parameters_of(starts[k]));
    EXPECT_EQ(members[k].record.epochs.size(), 4u);
  }
}

TEST(Ensemble, LargeNetworksAreTrainedOneAfterAnotherToTheSameBits) {
  EXPECT_TRUE(trained_side_by_side(Network(kSpec)));
  const NetworkSpec large{1, {520, 520}, 1, Activation::relu};
  EXPECT_FALSE(trained_side_by_side(Network(large)));
  const auto rows = shifted_gaussians(600, 34);
  TrainOptions options = few_epochs();
  options.max_epochs = 1;
  std::vector<std::vector<std::vector<float>>> results;
  for (const int threads : {1, 3}) {
    ThreadPool pool(threads);
    results.push_back(parameters_of(train_ensemble(large, 2, rows, rows, options, pool)));
  }
  EXPECT_EQ(results[0], results[1]);
}

TEST(Ensemble, AnErrorOfAMemberIsTheErrorOfAll) {
  const auto rows = shifted_gaussians(100, 35);
  ThreadPool pool(2);
  std::vector<Network> starts(3, testing_support::fresh_network());
  starts[1] = Network(NetworkSpec{2, {3}, 1, Activation::relu});
  EXPECT_THROW(train_ensemble(starts, rows, rows, few_epochs(), pool), ConfigError);
}

/// Stops after so many questions, whoever asks.
class StopAfter : public Monitor {
 public:
  explicit StopAfter(std::size_t questions) : left_(questions) {}
  void message(LogLevel, std::string_view) override {}
  void progress(std::string_view task, std::size_t done, std::size_t total, std::string_view) override {
    task_ = task, done_ = done, total_ = total;
  }
  bool stop_requested() const override { return left_ == 0 || --left_ == 0; }
  std::string task_;
  std::size_t done_ = 0, total_ = 0;

 private:
  mutable std::size_t left_;
};

TEST(Ensemble, InterruptedAndContinuedGivesTheSameBits) {
  const auto rows = shifted_gaussians(3000, 36);
  const testing_support::TempDir dir;
  ThreadPool pool(2);
  TrainOptions options = few_epochs();
  const auto whole = parameters_of(train_ensemble(kSpec, 3, rows, rows, options, pool));
  options.checkpoint.path = dir.path() / "state";
  int parts = 0;
  for (;; ++parts) {
    ASSERT_LT(parts, 100);
    StopAfter monitor(12);
    try {
      const auto members = train_ensemble(kSpec, 3, rows, rows, options, pool, monitor);
      EXPECT_EQ(parameters_of(members), whole);
      break;
    } catch (const Interrupted&) {
    }
  }
  EXPECT_GE(parts, 3);
}

TEST(Ensemble, ProgressIsThatOfAllMembers) {
  const auto rows = shifted_gaussians(1000, 37);
  ThreadPool pool(2);
  StopAfter monitor(1'000'000);
  TrainOptions options = few_epochs();
  options.task = "three networks";
  train_ensemble(kSpec, 3, rows, rows, options, pool, monitor);
  EXPECT_EQ(monitor.task_, "three networks");
  EXPECT_EQ(monitor.total_, 12u);
  EXPECT_EQ(monitor.done_, 12u);
}

TEST(Folds, HoldOutEachRowExactlyOnce) {
  const auto rows = shifted_gaussians(1003, 38);
  ThreadPool pool(2);
  TrainOptions options = few_epochs();
  options.max_epochs = 1;
  for (const std::size_t folds : {2U, 5U, 7U}) {
    std::vector<int> held_out(rows.rows());
    const auto trained = train_folds(kSpec, rows, {folds, 0.2}, options, pool);
    ASSERT_EQ(trained.size(), folds);
    for (const TrainedFold& fold : trained) {
      for (const std::uint32_t row : fold.held_out) ++held_out[row];
      EXPECT_TRUE(std::abs(static_cast<double>(fold.held_out.size()) - 1003.0 / folds) <= 1.0);
      EXPECT_TRUE(std::isfinite(fold.held_out_loss));
    }
    EXPECT_EQ(held_out, std::vector<int>(rows.rows(), 1));
  }
}

TEST(Folds, HeldOutRowsDecideNothing) {
  auto rows = shifted_gaussians(2000, 39);
  ThreadPool pool(2);
  const auto before = train_folds(kSpec, rows, {4, 0.2}, few_epochs(), pool);
  for (const std::uint32_t row : before[2].held_out) {
    rows.inputs(row)[0] = 1000.0f, rows.target(row) = 1.0f - rows.target(row), rows.weight(row) = 7.0f;
  }
  const auto after = train_folds(kSpec, rows, {4, 0.2}, few_epochs(), pool);
  EXPECT_EQ(parameters_of(after[2].network), parameters_of(before[2].network));
  EXPECT_NE(parameters_of(after[1].network), parameters_of(before[1].network));
}

TEST(Folds, SameBitsForAnyThreadCountAndOutputsOfTheRightNetwork) {
  const auto rows = shifted_gaussians(2000, 40);
  std::vector<std::vector<float>> outputs;
  for (const int threads : {1, 2, 3, 8}) {
    ThreadPool pool(threads);
    const auto folds = train_folds(kSpec, rows, {3, 0.3}, few_epochs(), pool);
    outputs.push_back(held_out_outputs(folds, rows, pool));
    ASSERT_EQ(outputs.back().size(), rows.rows());
    for (const TrainedFold& fold : folds) {
      const std::uint32_t row = fold.held_out[5];
      float want = 0.0f;
      evaluate(fold.network, rows.inputs(row), std::span(&want, 1), pool);
      EXPECT_TRUE(std::abs(outputs.back()[row] - want) <= 1e-5f) << row;
    }
  }
  for (const auto& other : outputs) EXPECT_EQ(other, outputs[0]);
}

TEST(Folds, RowsWithMembersGoThroughTheirOwnNetwork) {
  TrainingRows rows(400, 1);
  RandomStream stream(8, "fold members");
  std::vector<std::uint64_t> offsets{0};
  std::vector<float> values;
  for (std::size_t r = 0; r < rows.rows(); ++r) {
    rows.target(r) = static_cast<float>(r % 2);
    for (std::size_t m = 0; m < r % 4; ++m) {
      for (int k = 0; k < 2; ++k) values.push_back(static_cast<float>(stream.normal()));
    }
    offsets.push_back(values.size() / 2);
  }
  rows.set_members(offsets, values, 2);
  NetworkSpec spec{1, {8}, 1, Activation::relu};
  spec.members = {2, {6, 5}};
  ThreadPool pool(2);
  TrainOptions options = few_epochs();
  options.batch_size = 100;
  options.adam.weight_decay = 0.1;
  const auto folds = train_folds(spec, rows, {3, 0.3}, options, pool);
  const auto outputs = held_out_outputs(folds, rows, pool);
  for (const TrainedFold& fold : folds) {
    for (const std::uint32_t row : fold.held_out) {
      const auto members = rows.members(row);
      const std::vector<std::uint64_t> one{0, members.size() / 2};
      float want = 0.0f;
      evaluate(fold.network, rows.inputs(row), std::span(&want, 1), pool, {one, members});
      ASSERT_TRUE(std::abs(outputs[row] - want) <= 1e-5f) << row;
    }
  }
}

TEST(Folds, RefuseWhatCannotBeCut) {
  const auto rows = shifted_gaussians(10, 41);
  ThreadPool pool(1);
  EXPECT_THROW(train_folds(kSpec, rows, {1, 0.2}, few_epochs(), pool), ConfigError);
  EXPECT_THROW(train_folds(kSpec, rows, {11, 0.2}, few_epochs(), pool), ConfigError);
  EXPECT_THROW(train_folds(kSpec, rows, {5, 0.0}, few_epochs(), pool), ConfigError);
  EXPECT_THROW(train_folds(kSpec, rows, {2, 0.99}, few_epochs(), pool), DataError)
      << "no row left to train on";
}

}  // namespace
}  // namespace trueup
