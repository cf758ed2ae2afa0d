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

/// Of `width` numbers that stand side by side in each of the rows of `values`.
Standardisation standardise(std::span<const float> values, std::size_t width) {
  Standardisation result;
  const std::size_t rows = width == 0 ? 0 : values.size() / width;
  const auto n = static_cast<double>(std::max<std::size_t>(rows, 1));
  for (std::size_t f = 0; f < width; ++f) {
    double sum = 0.0;
    double squares = 0.0;
    for (std::size_t r = 0; r < rows; ++r) {
      const auto x = static_cast<double>(values[r * width + f]);
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

/// Of the events' features, and of their members.
struct Standardisations {
  Standardisation features;
  Standardisation members;
};

Standardisations standardise(const FeatureMatrix& sample) {
  return {standardise(sample.values, sample.features),
          standardise(sample.members.values, sample.members.width)};
}

/// Appends the numbers of a row, or of several members, standardised.
void append(std::vector<float>& to, std::span<const float> values, const Standardisation& standard) {
  const std::size_t width = standard.shift.size();
  for (std::size_t i = 0; i < values.size(); ++i) {
    to.push_back((values[i] - standard.shift[i % width]) * standard.scale[i % width]);
  }
}

/// Standardised members of chosen events, one event after another.
struct ChosenMembers {
  std::vector<std::uint64_t> offsets{0};
  std::vector<float> values;

  void add(const MemberMatrix& members, const std::vector<std::uint32_t>& rows,
           const Standardisation& standard) {
    for (const std::uint32_t r : rows) {
      append(values, members.row(r), standard);
      offsets.push_back(values.size() / members.width);
    }
  }
};

/// Both samples' rows, standardised; base weights are scaled so that each sample sums to the number of rows of the first.
TrainingRows labelled_rows(const Sample& positive, const Sample& negative, const Standardisations& standard) {
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
        rows.inputs(to)[f] = (row[f] - standard.features.shift[f]) * standard.features.scale[f];
      }
      rows.target(to) = sample->label;
      rows.weight(to) = scale * weight_of(sample->weights, r);
      ++to;
    }
  }
  const std::size_t width = positive.features.members.width;
  if (width == 0) return rows;
  ChosenMembers members;
  for (const Sample* sample : {&positive, &negative}) {
    members.add(sample->features.members, sample->rows, standard.members);
  }
  rows.set_members(std::move(members.offsets), std::move(members.values), width);
  return rows;
}

ScoredRows score(const Network& network, const FeatureMatrix& features, std::vector<std::uint32_t> rows,
                 const Standardisations& standard, ThreadPool& pool) {
  std::vector<float> inputs;
  inputs.reserve(rows.size() * features.features);
  for (const std::uint32_t r : rows) append(inputs, features.row(r), standard.features);
  ChosenMembers members;
  if (features.members.width > 0) members.add(features.members, rows, standard.members);
  ScoredRows result{std::move(rows), {}};
  result.logits.resize(result.rows.size());
  if (features.members.width > 0) {
    evaluate(network, inputs, result.logits, pool, {members.offsets, members.values});
  } else {
    evaluate(network, inputs, result.logits, pool);
  }
  return result;
}

Network starting_network(const FeatureMatrix& sample, const HeldOutOptions& options, std::uint64_t seed) {
  Network network(classifier_spec(sample, options));
  RandomStream init(seed, "classifier start");
  network.initialise(init);
  if (options.start_at_zero) std::ranges::fill(network.weight(network.layers().size() - 1), 0.0f);
  return network;
}

}  // namespace

NetworkSpec classifier_spec(const FeatureMatrix& sample, const TwoSampleOptions& options) {
  NetworkSpec spec{sample.features, options.hidden, 1, Activation::relu};
  if (sample.members.width > 0) spec.members = {sample.members.width, options.member_hidden};
  return spec;
}

HeldOutScores held_out_scores(const WeightedFeatures& positive, const WeightedFeatures& negative,
                              std::span<const float> negative_base, const HeldOutOptions& options,
                              std::size_t fold, ThreadPool& pool, Monitor& monitor) {
  const auto numbers = [](const FeatureMatrix& sample) { return sample.features + sample.members.width; };
  if (positive.features.features != negative.features.features ||
      positive.features.members.width != negative.features.members.width || numbers(positive.features) == 0) {
    throw ConfigError(
        fmt::format("the samples to compare have {} and {} features; they need the same, at least one",
                    numbers(positive.features), numbers(negative.features)));
  }
  const std::uint64_t seed =
      options.attempt == 0 ? options.seed : derive_seed(options.seed, "attempt", options.attempt);
  Parts plus = split_rows(positive.features.rows(), options, fold, 1);
  Parts minus = split_rows(negative.features.rows(), options, fold, 0);
  const Standardisations standard = standardise(positive.features);
  const auto base = negative_base.empty() ? negative.weights : negative_base;
  const auto rows_of = [&](const std::vector<std::uint32_t>& p, const std::vector<std::uint32_t>& n) {
    return labelled_rows({positive.features, positive.weights, positive.weights, p, 1.0f},
                         {negative.features, negative.weights, base, n, 0.0f}, standard);
  };
  Network network = starting_network(positive.features, options, seed);
  TrainOptions training = options.training;
  training.seed = seed;
  HeldOutScores result;
  result.record = train(network, rows_of(plus.train, minus.train), rows_of(plus.stop, minus.stop), training,
                        pool, monitor);
  result.positive = score(network, positive.features, std::move(plus.score), standard, pool);
  result.negative = score(network, negative.features, std::move(minus.score), standard, pool);
  if (options.score_all_negative) {
    std::vector<std::uint32_t> all(negative.features.rows());
    std::iota(all.begin(), all.end(), 0u);
    result.all_negative = score(network, negative.features, std::move(all), standard, pool).logits;
  }
  return result;
}

std::vector<float> weights_at(std::span<const float> weights, const std::vector<std::uint32_t>& rows) {
  std::vector<float> result;
  result.reserve(rows.size());
  for (const std::uint32_t r : rows) result.push_back(weight_of(weights, r));
  return result;
}

}  // namespace trueup
