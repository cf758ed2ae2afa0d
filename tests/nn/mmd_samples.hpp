// Samples for the MMD tests, and the reference's answer for them.
#pragma once

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <cmath>
#include <string>
#include <vector>

#include <trueup/mmd.hpp>
#include <trueup/random.hpp>

#include "nn/kernels/mmd_reference.hpp"

namespace trueup::mmd_test {

/// Runs the body once for each instruction set that this machine and this build have.
template <class Body>
void for_each_target(const Body& body) {
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    SCOPED_TRACE(hwy::TargetName(target));
    body();
  }
  hwy::SetSupportedTargetsForTest(0);
}

struct Sample {
  std::vector<float> rows, weights;

  MmdSample view() const { return {rows, weights}; }
};

/// Normal rows; `tails` makes every 20th row that much further out.
inline Sample normal_sample(std::size_t count, std::size_t columns, std::uint64_t index, double shift = 0.0,
                            double tails = 1.0) {
  Sample sample;
  RandomStream stream(5, "mmd test", index);
  for (std::size_t r = 0; r < count; ++r) {
    const double width = r % 20 == 7 ? tails : 1.0;
    for (std::size_t l = 0; l < columns; ++l)
      sample.rows.push_back(static_cast<float>(width * stream.normal() + shift));
  }
  return sample;
}

inline void add_weights(Sample& sample, std::size_t columns, double negative_share) {
  RandomStream stream(6, "mmd test weights", sample.rows.size());
  for (std::size_t r = 0; r < sample.rows.size() / columns; ++r) {
    const double size = stream.uniform(0.0, 2.0);
    sample.weights.push_back(static_cast<float>(stream.uniform() < negative_share ? -size : size));
  }
}

inline MmdOptions options_of(std::size_t columns, double bandwidth,
                             MmdEstimator estimator = MmdEstimator::biased) {
  MmdOptions options;
  // Columns differ, so that none can be taken for another.
  for (std::size_t l = 0; l < columns; ++l)
    options.bandwidths.push_back(bandwidth * (1.0 + 0.1 * static_cast<double>(l)));
  options.estimator = estimator;
  return options;
}

struct Answer {
  double value = 0.0;
  std::vector<double> gradient;
};

inline Answer reference_answer(const MmdOptions& options, const Sample& target, const Sample& output) {
  const auto wide = [](const std::vector<float>& v) { return std::vector<double>(v.begin(), v.end()); };
  const auto weights = [&](const Sample& s) {
    return s.weights.empty() ? std::vector<double>(s.rows.size() / options.bandwidths.size(), 1.0)
                             : wide(s.weights);
  };
  const std::vector<double> a = wide(target.rows), b = wide(output.rows);
  const std::vector<double> w = weights(target), v = weights(output);
  Answer answer;
  answer.value = reference::mmd<double>(options, {a, w}, {b, v}, &answer.gradient);
  return answer;
}

/// The value within 1e-6. Each row's gradient within 2e-6 of the largest that either of its two sums could reach,
/// 4 |w|/Σw · max(x exp(−x²))/σ: sums of up to a thousand floats stray by about 1e-6, and the two sums may cancel.
inline void expect_close(const MmdOptions& options, const Sample& output, double value,
                         const std::vector<float>& gradient, const Answer& want) {
  EXPECT_TRUE(std::abs(value - want.value) <= 1e-6) << value << " against " << want.value;
  const std::size_t columns = options.bandwidths.size(), rows = output.rows.size() / columns;
  double sum = 0.0;
  for (std::size_t r = 0; r < rows; ++r) sum += output.weights.empty() ? 1.0 : output.weights[r];
  double smallest_scale = options.scales.front();
  for (const double scale : options.scales) smallest_scale = std::min(smallest_scale, scale);
  // The unbiased estimator divides the output's own pairs by a little less than (Σw)².
  const double few = options.estimator == MmdEstimator::unbiased ? 2.0 : 1.0;
  ASSERT_EQ(gradient.size(), want.gradient.size());
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    const double weight = output.weights.empty() ? 1.0 : std::abs(output.weights[i / columns]);
    const double largest =
        few * 4.0 * weight / sum * 0.4289 / (smallest_scale * options.bandwidths[i % columns]);
    const double difference = std::abs(static_cast<double>(gradient[i]) - want.gradient[i]);
    ASSERT_TRUE(difference <= 2e-6 * largest)
        << "row " << i / columns << ", column " << i % columns << ": " << gradient[i] << " against "
        << want.gradient[i] << ", largest " << largest;
  }
}

}  // namespace trueup::mmd_test
