// The MMD loss and its gradient against the reference in double, and what must hold of any MMD.
#include <algorithm>
#include <stdexcept>

#include <trueup/error.hpp>

#include "nn/mmd_samples.hpp"

namespace trueup {
namespace {

using namespace mmd_test;

constexpr MmdEstimator kBoth[] = {MmdEstimator::biased, MmdEstimator::unbiased};

void expect_matches_reference(const MmdOptions& options, const Sample& target, const Sample& output) {
  ThreadPool pool(2);
  Mmd loss(options);
  std::vector<float> gradient(output.rows.size());
  const double value = loss.value_and_gradient(target.view(), output.view(), gradient, pool);
  const Answer want = reference_answer(options, target, output);
  expect_close(options, output, value, gradient, want);
  EXPECT_TRUE(std::abs(loss.value(target.view(), output.view(), pool) - want.value) <= 1e-6);
}

TEST(Mmd, MatchesReferenceOverManyShapes) {
  for_each_target([] {
    for (const std::size_t columns : {1u, 2u, 3u, 6u, 9u, 17u}) {
      for (const auto& [m, n] :
           {std::pair<std::size_t, std::size_t>{2, 2}, {3, 70}, {257, 130}, {100, 600}}) {
        SCOPED_TRACE(std::to_string(columns) + " columns, " + std::to_string(m) + " x " + std::to_string(n));
        for (const MmdEstimator estimator : kBoth) {
          expect_matches_reference(options_of(columns, 1.5, estimator), normal_sample(m, columns, 1),
                                   normal_sample(n, columns, 2, 0.3));
        }
      }
    }
  });
}

TEST(Mmd, TakesASingleRow) {
  expect_matches_reference(options_of(2, 1.0), normal_sample(1, 2, 1), normal_sample(1, 2, 2));
  ThreadPool pool(1);
  Mmd loss(options_of(2, 1.0, MmdEstimator::unbiased));
  const Sample one = normal_sample(1, 2, 1), two = normal_sample(2, 2, 2);
  EXPECT_THROW(loss.value(one.view(), two.view(), pool), DataError);
  EXPECT_THROW(loss.value(two.view(), one.view(), pool), DataError);
}

TEST(Mmd, MatchesReferenceWithOutliersAndNarrowBandwidths) {
  for_each_target([] {
    for (const std::size_t columns : {1u, 3u, 9u}) {
      const Sample target = normal_sample(300, columns, 3, 0.0, 40.0);
      const Sample output = normal_sample(700, columns, 4, 0.2, 40.0);
      expect_matches_reference(options_of(columns, 1.0), target, output);   // a few far rows
      expect_matches_reference(options_of(columns, 0.05), target, output);  // nearly all rows are far
      expect_matches_reference(options_of(columns, 1e-7), target, output);  // every row is alone
    }
  });
}

TEST(Mmd, MatchesReferenceWithWeights) {
  for (const MmdEstimator estimator : kBoth) {
    for (const double negative_share : {0.0, 0.1}) {
      Sample target = normal_sample(300, 3, 5, 0.0, 30.0), output = normal_sample(520, 3, 6, 0.3, 30.0);
      add_weights(target, 3, negative_share);
      add_weights(output, 3, negative_share);
      expect_matches_reference(options_of(3, 1.2, estimator), target, output);
    }
  }
}

TEST(Mmd, RowsOfWeightZeroDoNotCount) {
  ThreadPool pool(1);
  Sample target = normal_sample(200, 2, 7), output = normal_sample(300, 2, 8, 0.5);
  for (const MmdEstimator estimator : kBoth) {
    Mmd loss(options_of(2, 1.0, estimator));
    const double value = loss.value(target.view(), output.view(), pool);
    Sample longer = output;
    longer.weights.assign(300, 2.5f);  // any common weight is as good as 1
    longer.rows.insert(longer.rows.end(), {3.0f, 4.0f, 900.0f, -900.0f});
    longer.weights.insert(longer.weights.end(), {0.0f, 0.0f});
    std::vector<float> gradient(longer.rows.size());
    EXPECT_NEAR(loss.value_and_gradient(target.view(), longer.view(), gradient, pool), value, 1e-7);
    EXPECT_TRUE(std::all_of(gradient.end() - 4, gradient.end(), [](float d) { return d == 0.0f; }));
  }
}

TEST(Mmd, ScalesAreAveraged) {
  MmdOptions options = options_of(2, 1.0);
  options.scales = {0.2, 1.0, 3.0};
  expect_matches_reference(options, normal_sample(150, 2, 9), normal_sample(280, 2, 10, 0.4));
}

TEST(Mmd, ReferenceGradientMatchesFiniteDifferences) {
  MmdOptions options = options_of(3, 1.1);
  options.scales = {0.7, 1.5};
  for (const MmdEstimator estimator : kBoth) {
    options.estimator = estimator;
    Sample target = normal_sample(11, 3, 11), output = normal_sample(7, 3, 12, 0.4);
    add_weights(output, 3, 0.2);
    const std::vector<double> a(target.rows.begin(), target.rows.end()), w(11, 1.0);
    const std::vector<double> v(output.weights.begin(), output.weights.end());
    std::vector<double> b(output.rows.begin(), output.rows.end()), gradient;
    reference::mmd<double>(options, {a, w}, {b, v}, &gradient);
    for (std::size_t i = 0; i < b.size(); ++i) {
      const double step = 1e-5, at = b[i];
      const auto moved = [&](double by) {
        b[i] = at + by;
        return reference::mmd<double>(options, {a, w}, {b, v}, nullptr);
      };
      const double slope = (moved(step) - moved(-step)) / (2.0 * step);
      b[i] = at;
      EXPECT_TRUE(std::abs(slope - gradient[i]) <= 1e-9) << i;  // step² and 1e-16/step
    }
  }
}

TEST(Mmd, IsSymmetricAndZeroForTheSameSample) {
  ThreadPool pool(2);
  const Sample a = normal_sample(400, 3, 13), b = normal_sample(300, 3, 14, 0.3);
  for (const MmdEstimator estimator : kBoth) {
    Mmd loss(options_of(3, 1.0, estimator));
    EXPECT_NEAR(loss.value(a.view(), b.view(), pool), loss.value(b.view(), a.view(), pool), 1e-7);
  }
  Mmd loss(options_of(3, 1.0));
  EXPECT_NEAR(loss.value(a.view(), a.view(), pool), 0.0, 1e-7);
}

TEST(Mmd, UnbiasedIsZeroOnAverageAndBiasedIsNot) {
  ThreadPool pool(2);
  Mmd unbiased(options_of(2, 1.0, MmdEstimator::unbiased)), biased(options_of(2, 1.0));
  double sum = 0.0, squares = 0.0, least = 1.0;
  constexpr int kRepeats = 200;
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    const auto index = static_cast<std::uint64_t>(100 + 2 * repeat);
    const Sample a = normal_sample(100, 2, index), b = normal_sample(60, 2, index + 1);
    const double value = unbiased.value(a.view(), b.view(), pool);
    sum += value, squares += value * value;
    least = std::min(least, biased.value(a.view(), b.view(), pool));
  }
  const double mean = sum / kRepeats, error = std::sqrt((squares / kRepeats - mean * mean) / kRepeats);
  EXPECT_TRUE(std::abs(mean) <= 4.0 * error) << mean << " +- " << error;
  EXPECT_GT(least, 0.0);
}

TEST(Mmd, SameBitsForAnyNumberOfThreads) {
  for (const std::size_t rows : {900u, 8500u}) {  // the larger has groups of two tiles
    const Sample target = normal_sample(700, 2, 15, 0.0, 30.0),
                 output = normal_sample(rows, 2, 16, 0.1, 30.0);
    std::vector<float> first, gradient(output.rows.size());
    double first_value = 0.0, first_alone = 0.0;
    for (const int threads : {1, 2, 3, 8}) {
      ThreadPool pool(threads);
      Mmd loss(options_of(2, 1.0));
      const double value = loss.value_and_gradient(target.view(), output.view(), gradient, pool);
      const double alone = loss.value(target.view(), output.view(), pool);
      if (threads == 1) first = gradient, first_value = value, first_alone = alone;
      EXPECT_EQ(value, first_value) << threads;
      EXPECT_EQ(alone, first_alone) << threads;
      EXPECT_TRUE(gradient == first) << threads;
    }
    if (rows > 8192) {  // the grouped walk against the plain one: their sums are rounded differently
      EXPECT_NEAR(first_value, first_alone, 1e-7);
    }
  }
}

TEST(Mmd, AWorkspaceForgetsEarlierBatches) {
  ThreadPool pool(2);
  const MmdOptions options = options_of(3, 1.0);
  Mmd used(options);
  for (const std::size_t rows : {900u, 20u, 300u}) {
    const Sample target = normal_sample(rows + 33, 3, rows),
                 output = normal_sample(rows, 3, rows + 1, 0.2, 25.0);
    std::vector<float> gradient(output.rows.size(), 7.0f), fresh(output.rows.size());
    Mmd other(options);
    EXPECT_EQ(used.value_and_gradient(target.view(), output.view(), gradient, pool),
              other.value_and_gradient(target.view(), output.view(), fresh, pool));
    EXPECT_TRUE(gradient == fresh) << rows;
  }
}

TEST(Mmd, KnownTargetTermChangesNothing) {
  ThreadPool pool(2);
  const Sample target = normal_sample(500, 3, 17), output = normal_sample(400, 3, 18, 0.2);
  MmdOptions options = options_of(3, 1.0, MmdEstimator::unbiased);
  options.scales = {1.0, 2.0};
  Mmd loss(options);
  std::vector<float> gradient(output.rows.size()), other(output.rows.size());
  const double value = loss.value_and_gradient(target.view(), output.view(), gradient, pool);
  const double term = loss.target_term(target.view(), pool);
  EXPECT_NEAR(loss.value_and_gradient(target.view(), output.view(), other, pool, term), value, 1e-7);
  EXPECT_TRUE(gradient == other);
  EXPECT_NEAR(loss.value_and_gradient(target.view(), output.view(), other, pool, 0.0), value - term, 1e-7);
}

}  // namespace
}  // namespace trueup
