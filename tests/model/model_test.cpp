// Applying a model: against a plain evaluation in double, for any thread count, and what it refuses.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include <model/example_model.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

using test::example_model;
using test::example_table;
using Floats = std::vector<float>;
using Doubles = std::vector<double>;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/// The network's formula, one row, in double.
double plain_output(const Network& network, Doubles x) {
  for (std::size_t l = 0; l < network.layers().size(); ++l) {
    const DenseLayer& layer = network.layers()[l];
    Doubles y(layer.outputs);
    for (std::size_t o = 0; o < layer.outputs; ++o) {
      y[o] = network.bias(l)[o];
      for (std::size_t i = 0; i < layer.inputs; ++i) y[o] += network.weight(l)[o * layer.inputs + i] * x[i];
      if (layer.activation == Activation::relu) y[o] = std::max(y[o], 0.0);
    }
    x = std::move(y);
  }
  return x[0];
}

Doubles plain_row(const Model& model, const Table& table, std::size_t row, const Doubles& theta) {
  Doubles x;
  for (const ModelInput& input : model.inputs) {
    x.push_back((static_cast<double>(table.values(input.name)[row]) - input.shift) * input.scale);
  }
  for (std::size_t i = 0; i < theta.size(); ++i) {
    x.push_back((theta[i] - model.parameters[i].shift) * model.parameters[i].scale);
  }
  return x;
}

template <class E>
std::string message_of(const Model& model, const Table& table, const Doubles& theta) {
  ThreadPool pool(1);
  try {
    model_logits(model, table, theta, pool);
  } catch (const E& error) {
    return error.what();
  }
  return "no error";
}

TEST(ModelLogits, AgreeWithAPlainEvaluation) {
  const Doubles theta{0.25, -0.5};
  ThreadPool pool(2);
  for (const std::size_t rows : {1, 191, 1000}) {
    const Model model = example_model(3, 2, {20, 7}, ModelKind::reweighter, rows);
    const Table table = example_table(model, rows);
    const Floats logits = model_logits(model, table, theta, pool);
    ASSERT_EQ(logits.size(), rows);
    for (std::size_t r = 0; r < rows; ++r) {
      // Float's rounding, 6e-8, over sums of some 30 terms of order 1.
      EXPECT_NEAR(logits[r], plain_output(model.network, plain_row(model, table, r, theta)), 1e-5);
    }
  }
}

TEST(ModelLogits, AreTheSameBitsForAnyThreadCountAcrossBlocks) {
  const Model model = example_model(2, 1, {16}, ModelKind::reweighter);
  const Table table = example_table(model, 150001);  // three blocks, the last one odd
  ThreadPool one(1), two(2), three(3);
  const Floats logits = model_logits(model, table, Doubles{0.1}, one);
  EXPECT_EQ(logits, model_logits(model, table, Doubles{0.1}, two));
  EXPECT_EQ(logits, model_logits(model, table, Doubles{0.1}, three));
  const Table tail = table.slice(140000, 150001);
  EXPECT_EQ(Floats(logits.begin() + 140000, logits.end()), model_logits(model, tail, Doubles{0.1}, two));
}

TEST(ModelLogits, TakeColumnsByNameAndNoRows) {
  const Model model = example_model(2, 0, {4}, ModelKind::classifier);
  const Table table = example_table(model, 10);
  Table other;
  other.add_column("unused", Floats(10, kNaN));
  other.add_column("x1", table.column("x1").values);
  other.add_column("x0", table.column("x0").values);
  ThreadPool pool(1);
  EXPECT_EQ(model_logits(model, table, {}, pool), model_logits(model, other, {}, pool));
  EXPECT_TRUE(model_logits(model, table.slice(0, 0), {}, pool).empty());
}

TEST(ModelLogits, NameTheColumnAndRowOfNaN) {
  const Model model = example_model(2, 0, {4}, ModelKind::classifier);
  Table table = example_table(model, 10);
  table.mutable_values("x1")[7] = kNaN;
  const std::string message = message_of<DataError>(model, table, {});
  EXPECT_NE(message.find("'x1'"), std::string::npos) << message;
  EXPECT_NE(message.find("7"), std::string::npos) << message;
  table.remove_column("x1");
  EXPECT_NE(message_of<DataError>(model, table, {}).find("'x1'"), std::string::npos);
}

TEST(ModelLogits, RefuseInputsThatOverflow) {
  Model model = example_model(2, 0, {4}, ModelKind::classifier);
  model.inputs[0].scale = 10.0f;
  Table table = example_table(model, 3);
  for (float& x : table.mutable_values("x0")) x = 3e38f;
  EXPECT_NE(message_of<DataError>(model, table, {}).find("row 0"), std::string::npos);
}

TEST(ModelLogits, HoldThetaToItsRangeAndAThousandthMore) {
  const Model model = example_model(1, 1, {4}, ModelKind::reweighter);  // −1 to 1/3
  const Table table = example_table(model, 3);
  ThreadPool pool(1);
  EXPECT_NO_THROW(
      model_logits(model, table, Doubles{static_cast<double>(static_cast<float>(1.0 / 3.0))}, pool));
  // Scanned values stop short of the ends of the scan: the ends themselves are fine.
  for (const double near : {-1.0 - 1e-8, -1.001, 0.334}) {
    EXPECT_NO_THROW(model_logits(model, table, Doubles{near}, pool)) << near;
  }
  for (const double wrong : {0.336, -1.002, std::nan(""), HUGE_VAL}) {
    const std::string message = message_of<ConfigError>(model, table, {wrong});
    EXPECT_NE(message.find("'theta0'"), std::string::npos) << message;
  }
  EXPECT_NE(message_of<ConfigError>(model, table, {}).find("'theta0'"), std::string::npos);
  EXPECT_NE(message_of<ConfigError>(model, table, {0.1, 0.1}), "no error");
}

TEST(ModelLogits, RefuseAModelWhosePartsDisagree) {
  Model model = example_model(2, 0, {4}, ModelKind::classifier);
  const Table table = example_table(model, 3);
  model.inputs.pop_back();
  EXPECT_NE(message_of<ConfigError>(model, table, {}).find("2 inputs for 1 columns"), std::string::npos);
}

TEST(StandardisingInputs, GiveMeanZeroAndDeviationOne) {
  Table a, b;
  a.add_column("x", {1, 2}, "GeV");
  a.add_column("constant", {5, 5});
  b.add_column("constant", {5});
  b.add_column("x", {6});
  const auto inputs = standardising_inputs({&a, &b}, {"x", "constant"});
  ASSERT_EQ(inputs.size(), 2U);
  EXPECT_EQ(inputs[0].name, "x");
  EXPECT_EQ(inputs[0].unit, "GeV");
  EXPECT_FLOAT_EQ(inputs[0].shift, 3.0f);
  EXPECT_FLOAT_EQ(inputs[0].scale, static_cast<float>(std::sqrt(3.0 / (4 + 1 + 9))));
  EXPECT_EQ(inputs[1].shift, 5.0f);
  EXPECT_EQ(inputs[1].scale, 1.0f);
}

TEST(StandardisingInputs, RefuseWhatHasNoScale) {
  Table empty, good, bad, other_unit;
  empty.add_column("x", {});
  good.add_column("x", {1, 2}, "GeV");
  bad.add_column("x", {1, kNaN});
  other_unit.add_column("x", {1, 2}, "MeV");
  EXPECT_THROW(standardising_inputs({}, {"x"}), DataError);
  EXPECT_THROW(standardising_inputs({&empty}, {"x"}), DataError);
  EXPECT_THROW(standardising_inputs({&good, &bad}, {"x"}), DataError);
  EXPECT_THROW(standardising_inputs({&good, &other_unit}, {"x"}), DataError);
  EXPECT_THROW(standardising_inputs({&good}, {"y"}), DataError);
  EXPECT_NO_THROW(standardising_inputs({&empty, &good}, {"x"}));
}

}  // namespace
}  // namespace trueup
