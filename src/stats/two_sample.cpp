// How well a classifier tells two weighted samples apart.
#include <trueup/two_sample.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/network.hpp>
#include <trueup/random.hpp>
#include <trueup/stats.hpp>

namespace trueup {

namespace {

/// Rows of one sample for the three uses.
struct Parts {
  std::vector<std::uint32_t> train;
  std::vector<std::uint32_t> stop;
  std::vector<std::uint32_t> score;
};

Parts split_rows(std::size_t rows, const TwoSampleOptions& options, std::uint64_t sample) {
  RandomStream stream(options.seed, "two-sample split", sample);
  const auto order = random_permutation(rows, stream);
  const auto train =
      static_cast<std::size_t>(std::lround(options.train_fraction * static_cast<double>(rows)));
  const auto stop =
      static_cast<std::size_t>(std::lround(options.stopping_fraction * static_cast<double>(rows - train)));
  if (train < 1 || stop < 1 || train + stop >= rows) {
    throw DataError(fmt::format("{} events are too few to train on one part and to test on another", rows));
  }
  const auto at = [&](std::size_t i) { return order.begin() + static_cast<std::ptrdiff_t>(i); };
  return {{order.begin(), at(train)}, {at(train), at(train + stop)}, {at(train + stop), order.end()}};
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

/// One sample with its weights and label.
struct Sample {
  const FeatureMatrix& features;
  std::span<const float> weights;
  const std::vector<std::uint32_t>& rows;
  float label;
};

/// Both samples' rows, standardised; weights are scaled so that each sample sums to the number of rows of the first.
TrainingRows labelled_rows(const Sample& positive, const Sample& negative, const Standardisation& standard) {
  const std::size_t features = positive.features.features;
  TrainingRows rows(positive.rows.size() + negative.rows.size(), features);
  std::size_t to = 0;
  for (const Sample* sample : {&positive, &negative}) {
    const double sum = sum_of(sample->weights, sample->rows);
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

struct Scored {
  std::vector<float> scores;
  std::vector<float> weights;
};

Scored score(const Network& network, const FeatureMatrix& features, std::span<const float> weights,
             const std::vector<std::uint32_t>& rows, const Standardisation& standard, ThreadPool& pool) {
  std::vector<float> inputs;
  inputs.reserve(rows.size() * features.features);
  Scored result;
  for (const std::uint32_t r : rows) {
    for (std::size_t f = 0; f < features.features; ++f) {
      inputs.push_back((features.row(r)[f] - standard.shift[f]) * standard.scale[f]);
    }
    result.weights.push_back(weight_of(weights, r));
  }
  result.scores.resize(rows.size());
  evaluate(network, inputs, result.scores, pool);
  return result;
}

}  // namespace

FeatureMatrix feature_matrix(const Table& table, const std::vector<std::string>& columns,
                             const std::string& what) {
  table.require_rows(what);
  table.require_finite(columns, what);
  FeatureMatrix matrix;
  matrix.features = columns.size();
  matrix.values.resize(table.rows() * columns.size());
  for (std::size_t f = 0; f < columns.size(); ++f) {
    const auto values = table.values(columns[f]);
    for (std::size_t r = 0; r < values.size(); ++r) {
      matrix.values[r * columns.size() + f] = values[r];
    }
  }
  return matrix;
}

TwoSampleResult two_sample_auc(const FeatureMatrix& positive, std::span<const float> positive_weights,
                               const FeatureMatrix& negative, std::span<const float> negative_weights,
                               const TwoSampleOptions& options, ThreadPool& pool, Monitor& monitor) {
  if (positive.features != negative.features || positive.features == 0) {
    throw ConfigError(
        fmt::format("the samples to compare have {} and {} features; they need the same, at least one",
                    positive.features, negative.features));
  }
  const Parts plus = split_rows(positive.rows(), options, 1);
  const Parts minus = split_rows(negative.rows(), options, 0);
  const Standardisation standard = standardise(positive);
  const TrainingRows training = labelled_rows({positive, positive_weights, plus.train, 1.0f},
                                              {negative, negative_weights, minus.train, 0.0f}, standard);
  const TrainingRows stopping = labelled_rows({positive, positive_weights, plus.stop, 1.0f},
                                              {negative, negative_weights, minus.stop, 0.0f}, standard);

  Network network(NetworkSpec{positive.features, options.hidden, 1, Activation::relu});
  RandomStream init(options.seed, "classifier start");
  network.initialise(init);
  TrainOptions train_options = options.training;
  train_options.seed = options.seed;
  TwoSampleResult result;
  result.record = train(network, training, stopping, train_options, pool, monitor);

  const Scored high = score(network, positive, positive_weights, plus.score, standard, pool);
  const Scored low = score(network, negative, negative_weights, minus.score, standard, pool);
  result.auc = auc(high.scores, high.weights, low.scores, low.weights);
  result.effective_positive = effective_sample_size(high.weights);
  result.effective_negative = effective_sample_size(low.weights);
  result.null_spread = auc_null_spread(result.effective_positive, result.effective_negative);
  return result;
}

}  // namespace trueup
