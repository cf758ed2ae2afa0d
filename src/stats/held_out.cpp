// Classifiers between two weighted samples, scored on events that they did not see.
#include <stats/held_out.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/network.hpp>
#include <trueup/random.hpp>

namespace trueup {

namespace {

/// Rows of one sample for the three uses.
struct Parts {
  std::vector<std::uint32_t> train;
  std::vector<std::uint32_t> stop;
  std::vector<std::uint32_t> score;
};

std::size_t part_of(double fraction, std::size_t rows) {
  return static_cast<std::size_t>(std::lround(fraction * static_cast<double>(rows)));
}

/// How many of `rows` train and how many decide when to stop, with the first of them scored.
struct Sizes {
  std::size_t first_scored;
  std::size_t scored;
  std::size_t stop;
};

Sizes sizes_of(std::size_t rows, const HeldOutOptions& options, std::size_t fold) {
  if (options.folds <= 1) {
    const std::size_t train = part_of(options.train_fraction, rows);
    const std::size_t stop = part_of(options.stopping_fraction, rows - std::min(rows, train));
    return {train + stop, rows - std::min(rows, train + stop), stop};
  }
  const std::size_t begin = rows * fold / options.folds, end = rows * (fold + 1) / options.folds;
  const double stopping = (1.0 - options.train_fraction) * options.stopping_fraction;
  return {begin, end - begin, part_of(stopping, rows - (end - begin))};
}

Parts split_rows(std::size_t rows, const HeldOutOptions& options, std::size_t fold, std::uint64_t sample) {
  RandomStream stream(options.seed, "two-sample split", sample);
  const auto order = random_permutation(rows, stream);
  const Sizes sizes = sizes_of(rows, options, fold);
  if (sizes.scored < 1 || sizes.stop < 1 || sizes.scored + sizes.stop >= rows) {
    throw DataError(fmt::format("{} events are too few to train on one part and to test on another", rows));
  }
  const auto at = [&](std::size_t i) { return order.begin() + static_cast<std::ptrdiff_t>(i); };
  const std::size_t end = sizes.first_scored + sizes.scored;
  std::vector<std::uint32_t> rest(order.begin(), at(sizes.first_scored));
  rest.insert(rest.end(), at(end), order.end());
  const auto last = rest.end() - static_cast<std::ptrdiff_t>(sizes.stop);
  return {{rest.begin(), last}, {last, rest.end()}, {at(sizes.first_scored), at(end)}};
}

float weight_of(std::span<const float> weights, std::size_t row) {
  return weights.empty() ? 1.0f : weights[row];
}

double sum_of(std::span<const float> weights, const std::vector<std::uint32_t>& rows) {
  return std::accumulate(rows.begin(), rows.end(), 0.0, [&](double sum, std::uint32_t r) {
    return sum + static_cast<double>(weight_of(weights, r));
  });
}

/// Shift and scale of each feature, from the positive sample.
struct Standardisation {
  std::vector<float> shift;
  std::vector<float> scale;
};

Standardisation standardise(const FeatureMatrix& sample) {
  Standardisation result;
  const auto n = static_cast<double>(sample.rows());
  for (std::size_t f = 0; f < sample.features; ++f) {
    double sum = 0.0;
    double squares = 0.0;
    for (std::size_t r = 0; r < sample.rows(); ++r) {
      const auto x = static_cast<double>(sample.row(r)[f]);
      sum += x;
      squares += x * x;
    }
    const double mean = sum / n;
    const double variance = std::max(0.0, squares / n - mean * mean);
    // A column that does not vary (up to rounding) cannot help; scale 1 keeps it finite.
    const bool constant = variance <= 1e-12 * (1.0 + mean * mean);
    result.shift.push_back(static_cast<float>(mean));
    result.scale.push_back(constant ? 1.0f : static_cast<float>(1.0 / std::sqrt(variance)));
  }
  return result;
}

/// One sample with its weights and label; `base` are the weights whose sum is scaled.
struct Sample {
  const FeatureMatrix& features;
  std::span<const float> weights;
  std::span<const float> base;
  const std::vector<std::uint32_t>& rows;
  float label;
};

/// Both samples' rows, standardised; base weights are scaled so that each sample sums to the number of rows of the first.
TrainingRows labelled_rows(const Sample& positive, const Sample& negative, const Standardisation& standard) {
  const std::size_t features = positive.features.features;
  TrainingRows rows(positive.rows.size() + negative.rows.size(), features);
  std::size_t to = 0;
  for (const Sample* sample : {&positive, &negative}) {
    const double sum = sum_of(sample->base, sample->rows);
    if (!(sum > 0.0)) {
      throw DataError(fmt::format("the weights of {} {} events sum to {}; a classifier needs a positive sum",
                                  sample->rows.size(), sample->label > 0.5f ? "positive" : "negative", sum));
    }
    const auto scale = static_cast<float>(static_cast<double>(positive.rows.size()) / sum);
    for (const std::uint32_t r : sample->rows) {
      const auto row = sample->features.row(r);
      for (std::size_t f = 0; f < features; ++f) {
        rows.inputs(to)[f] = (row[f] - standard.shift[f]) * standard.scale[f];
      }
      rows.target(to) = sample->label;
      rows.weight(to) = scale * weight_of(sample->weights, r);
      ++to;
    }
  }
  return rows;
}

ScoredRows score(const Network& network, const FeatureMatrix& features, std::vector<std::uint32_t> rows,
                 const Standardisation& standard, ThreadPool& pool) {
  std::vector<float> inputs;
  inputs.reserve(rows.size() * features.features);
  for (const std::uint32_t r : rows) {
    for (std::size_t f = 0; f < features.features; ++f) {
      inputs.push_back((features.row(r)[f] - standard.shift[f]) * standard.scale[f]);
    }
  }
  ScoredRows result{std::move(rows), {}};
  result.logits.resize(result.rows.size());
  evaluate(network, inputs, result.logits, pool);
  return result;
}

Network starting_network(std::size_t features, const HeldOutOptions& options, std::uint64_t seed) {
  Network network(NetworkSpec{features, options.hidden, 1, Activation::relu});
  RandomStream init(seed, "classifier start");
  network.initialise(init);
  if (options.start_at_zero) std::ranges::fill(network.weight(network.layers().size() - 1), 0.0f);
  return network;
}

}  // namespace

HeldOutScores held_out_scores(const WeightedFeatures& positive, const WeightedFeatures& negative,
                              std::span<const float> negative_base, const HeldOutOptions& options,
                              std::size_t fold, ThreadPool& pool, Monitor& monitor) {
  if (positive.features.features != negative.features.features || positive.features.features == 0) {
    throw ConfigError(
        fmt::format("the samples to compare have {} and {} features; they need the same, at least one",
                    positive.features.features, negative.features.features));
  }
  const std::uint64_t seed =
      options.attempt == 0 ? options.seed : derive_seed(options.seed, "attempt", options.attempt);
  Parts plus = split_rows(positive.features.rows(), options, fold, 1);
  Parts minus = split_rows(negative.features.rows(), options, fold, 0);
  const Standardisation standard = standardise(positive.features);
  const auto base = negative_base.empty() ? negative.weights : negative_base;
  const auto rows_of = [&](const std::vector<std::uint32_t>& p, const std::vector<std::uint32_t>& n) {
    return labelled_rows({positive.features, positive.weights, positive.weights, p, 1.0f},
                         {negative.features, negative.weights, base, n, 0.0f}, standard);
  };
  Network network = starting_network(positive.features.features, options, seed);
  TrainOptions training = options.training;
  training.seed = seed;
  HeldOutScores result;
  result.record = train(network, rows_of(plus.train, minus.train), rows_of(plus.stop, minus.stop), training,
                        pool, monitor);
  result.positive = score(network, positive.features, std::move(plus.score), standard, pool);
  result.negative = score(network, negative.features, std::move(minus.score), standard, pool);
  return result;
}

std::vector<float> weights_at(std::span<const float> weights, const std::vector<std::uint32_t>& rows) {
  std::vector<float> result;
  result.reserve(rows.size());
  for (const std::uint32_t r : rows) result.push_back(weight_of(weights, r));
  return result;
}

}  // namespace trueup
