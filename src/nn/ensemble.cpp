// Several trainings in one call.
#include <trueup/ensemble.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <core/side_by_side.hpp>
#include <trueup/error.hpp>
#include <trueup/random.hpp>

#include "nn/step.hpp"

namespace trueup {

namespace {

TrainOptions member_options(TrainOptions options, std::size_t member) {
  options.seed = derive_seed(options.seed, "member", member);
  if (!options.checkpoint.path.empty()) options.checkpoint.path += fmt::format(".{}", member + 1);
  return options;
}

/// `count` networks of one kind, each with the start that its member's seed gives.
std::vector<Network> starting_networks(const NetworkSpec& spec, std::size_t count, std::uint64_t seed) {
  std::vector<Network> networks(count, Network(spec));
  for (std::size_t k = 0; k < count; ++k) {
    RandomStream stream(derive_seed(seed, "member", k), "member start");
    networks[k].initialise(stream);
  }
  return networks;
}

Turns turns_of(const Network& network) {
  return trained_side_by_side(network) ? Turns::side_by_side : Turns::one_after_another;
}

/// Rows of one fold: those held out, and the rest in random order, those that decide when to stop last.
struct FoldRows {
  std::vector<std::uint32_t> held_out;
  std::vector<std::uint32_t> rest;
  std::size_t training = 0;  // of the rest
};

FoldRows rows_of(std::span<const std::uint32_t> order, const FoldOptions& folds, std::size_t fold) {
  const auto begin = static_cast<std::ptrdiff_t>(piece_begin(order.size(), folds.folds, fold));
  const auto end = static_cast<std::ptrdiff_t>(piece_begin(order.size(), folds.folds, fold + 1));
  FoldRows rows;
  rows.held_out.assign(order.begin() + begin, order.begin() + end);
  rows.rest.assign(order.begin(), order.begin() + begin);
  rows.rest.insert(rows.rest.end(), order.begin() + end, order.end());
  const auto size = static_cast<double>(rows.rest.size());
  rows.training = static_cast<std::size_t>(std::lround((1.0 - folds.validation_fraction) * size));
  std::ranges::sort(rows.held_out);
  return rows;
}

/// Inputs of some rows, as evaluate() takes them.
struct GatheredRows {
  std::vector<float> inputs;
  std::vector<std::uint64_t> offsets;  // with members only
  std::vector<float> members;
};

GatheredRows gather(const TrainingRows& rows, const std::vector<std::uint32_t>& chosen) {
  GatheredRows gathered;
  gathered.inputs.reserve(chosen.size() * rows.features());
  if (rows.member_width() > 0) gathered.offsets.push_back(0);
  for (const std::uint32_t row : chosen) {
    const auto inputs = rows.inputs(row);
    gathered.inputs.insert(gathered.inputs.end(), inputs.begin(), inputs.end());
    if (rows.member_width() == 0) continue;
    const auto members = rows.members(row);
    gathered.members.insert(gathered.members.end(), members.begin(), members.end());
    gathered.offsets.push_back(gathered.members.size() / rows.member_width());
  }
  return gathered;
}

void check(const FoldOptions& folds, std::size_t rows, const std::string& task) {
  if (folds.folds < 2 || folds.folds > rows) {
    throw ConfigError(fmt::format("{}: {} folds of {} rows; there must be at least 2, and no more than rows",
                                  task, folds.folds, rows));
  }
  if (!(folds.validation_fraction > 0.0 && folds.validation_fraction < 1.0)) {
    throw ConfigError(
        fmt::format("{}: the fraction of rows that decide when to stop is {}; it must lie "
                    "between 0 and 1",
                    task, folds.validation_fraction));
  }
}

}  // namespace

bool trained_side_by_side(const Network& network) {
  return network.parameters().size() <= kLargestSideBySide;
}

std::vector<TrainedNetwork> train_ensemble(std::vector<Network> starts, RowsView training,
                                           RowsView validation, const TrainOptions& options, ThreadPool& pool,
                                           Monitor& monitor) {
  std::vector<TrainedNetwork> members;
  for (Network& start : starts) members.push_back({std::move(start), {}});
  const bool small = std::ranges::all_of(
      members, [](const TrainedNetwork& member) { return trained_side_by_side(member.network); });
  run_tasks(options.task, members.size(), small ? Turns::side_by_side : Turns::one_after_another, pool,
            monitor, [&](std::size_t k, Monitor& own) {
              members[k].record =
                  train(members[k].network, training, validation, member_options(options, k), pool, own);
            });
  return members;
}

std::vector<TrainedNetwork> train_ensemble(const NetworkSpec& spec, std::size_t members, RowsView training,
                                           RowsView validation, const TrainOptions& options, ThreadPool& pool,
                                           Monitor& monitor) {
  return train_ensemble(starting_networks(spec, members, options.seed), training, validation, options, pool,
                        monitor);
}

std::vector<TrainedFold> train_folds(const NetworkSpec& spec, const TrainingRows& rows,
                                     const FoldOptions& folds, const TrainOptions& options, ThreadPool& pool,
                                     Monitor& monitor) {
  check(folds, rows.rows(), options.task);
  RandomStream stream(options.seed, "folds");
  const std::vector<std::uint32_t> order = random_permutation(rows.rows(), stream);
  std::vector<TrainedFold> trained;
  for (Network& start : starting_networks(spec, folds.folds, options.seed)) {
    trained.push_back({std::move(start), {}, {}, 0.0});
  }
  run_tasks(options.task, folds.folds, turns_of(trained.front().network), pool, monitor,
            [&](std::size_t k, Monitor& own) {
              TrainedFold& fold = trained[k];
              FoldRows part = rows_of(order, folds, k);
              const std::span<const std::uint32_t> rest = part.rest;
              fold.record =
                  train(fold.network, RowsView(rows, rest.first(part.training)),
                        RowsView(rows, rest.subspan(part.training)), member_options(options, k), pool, own);
              fold.held_out = std::move(part.held_out);
              fold.held_out_loss = mean_loss(fold.network, RowsView(rows, fold.held_out), options.loss, pool);
            });
  return trained;
}

std::vector<float> held_out_outputs(const std::vector<TrainedFold>& folds, const TrainingRows& rows,
                                    ThreadPool& pool) {
  std::vector<float> outputs;
  for (const TrainedFold& fold : folds) {
    const std::size_t width = fold.network.outputs();
    outputs.resize(rows.rows() * width);
    const GatheredRows gathered = gather(rows, fold.held_out);
    std::vector<float> own(fold.held_out.size() * width);
    evaluate(fold.network, gathered.inputs, own, pool, {gathered.offsets, gathered.members});
    for (std::size_t i = 0; i < fold.held_out.size(); ++i) {
      std::copy_n(own.begin() + static_cast<std::ptrdiff_t>(i * width), width,
                  outputs.begin() + static_cast<std::ptrdiff_t>(fold.held_out[i] * width));
    }
  }
  return outputs;
}

}  // namespace trueup
