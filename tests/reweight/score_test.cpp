// ∂ log w/∂θ of a reweighter against differences of its own logarithm.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include <trueup/random.hpp>
#include <trueup/reweighter.hpp>

namespace trueup {
namespace {

Table table_of(std::size_t events, bool scanned, std::uint64_t index) {
  RandomStream stream(8, "score test", index);
  std::vector<float> x, a, b;
  for (std::size_t i = 0; i < events; ++i) {
    a.push_back(scanned ? static_cast<float>(stream.uniform(-1, 1)) : 0.0f);
    b.push_back(scanned ? static_cast<float>(stream.uniform(50, 150)) : 100.0f);
    x.push_back(static_cast<float>(stream.normal()) * b.back() / 100.0f + a.back());
  }
  Table table;
  table.add_column("x", std::move(x));
  table.add_column("a", std::move(a));
  table.add_column("b", std::move(b));
  return table;
}

TEST(Score, IsTheDerivativeOfTheLogarithm) {
  ThreadPool pool(2);
  for (const WeightForm form : {WeightForm::plain, WeightForm::difference}) {
    ReweightOptions options;
    options.features = {"x"};
    options.parameters = {"a", "b"};
    options.nominal = {0.0, 100.0};
    options.form = form;
    options.training.max_epochs = 3;
    const Reweighter reweighter =
        train_reweighter(table_of(8000, false, 0), table_of(8000, true, 1), options, pool);
    Table events = table_of(500, false, 2);
    events.set_weights(std::vector<float>(500, 3.0f));
    const std::vector<double> theta = {0.3, 90.0};
    const auto found = reweighter.weights_with_score(events, theta, pool);
    EXPECT_EQ(found.weights, reweighter.weights(events, theta, pool));
    for (std::size_t p = 0; p < 2; ++p) {
      const double step = p == 0 ? 2e-3 : 0.2;
      std::vector<double> up = theta, down = theta;
      up[p] += step, down[p] -= step;
      const auto above = reweighter.weights(events, up, pool), below = reweighter.weights(events, down, pool);
      double difference = 0.0, size = 0.0;
      for (std::size_t r = 0; r < events.rows(); ++r) {
        const double ratio = static_cast<double>(above[r]) / static_cast<double>(below[r]);
        const double slope = std::log(ratio) / (2 * step);
        const double score = static_cast<double>(found.scores[2 * r + p]);
        difference += (score - slope) * (score - slope);
        size += score * score;
      }
      // A ReLU network's slope jumps wherever a unit switches: the mean over the step differs
      // from the slope in the few rows near such a place: by 5 % here, while a wrong scale or sign makes it 100 %.
      EXPECT_TRUE(std::sqrt(difference / size) <= 0.1) << std::sqrt(difference / size) << ", parameter " << p;
      EXPECT_GT(size, 0.0);
    }
  }
}

}  // namespace
}  // namespace trueup
