// Applying a model: against a plain evaluation in double, for any thread count, and what it refuses.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <model/example_model.hpp>
#include <nn/reference_network.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

using test::example_model;
using test::example_table;
using Floats = std::vector<float>;
using Doubles = std::vector<double>;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/// The network's formula by plain loops in double, one row.
double plain_output(const Model& model, const Table& table, std::size_t row, const Doubles& theta) {
  Doubles x;
  for (const ModelInput& input : model.inputs) {
    x.push_back((static_cast<double>(table.values(input.name)[row]) - input.shift) * input.scale);
  }
  for (std::size_t i = 0; i < theta.size(); ++i) {
    x.push_back((theta[i] - model.parameters[i].shift) * model.parameters[i].scale);
  }
  Floats members;
  if (!model.members.columns.empty()) {
    const JaggedGroup& group = table.group(model.members.group);
    for (std::uint64_t m = group.offsets[row]; m < group.offsets[row + 1]; ++m) {
      for (std::size_t f = 0; f < group.columns.size(); ++f) {
        const ModelInput& column = model.members.columns[f];
        members.push_back((group.columns[f].values[m] - column.shift) * column.scale);
      }
    }
  }
  const Doubles parameters(model.network.parameters().begin(), model.network.parameters().end());
  return reference::network_output(model.network, parameters, x, members)[0];
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
      EXPECT_NEAR(logits[r], plain_output(model, table, r, theta), 1e-5);
    }
  }
}

TEST(ModelLogits, AgreeWithAPlainEvaluationForEveryKindOfNetwork) {
  ThreadPool pool(2);
  for (const auto& [name, network] : test::example_networks()) {
    const Model model = example_model(network, network.inputs > 1 ? 1 : 0, ModelKind::classifier);
    const Table table = example_table(model, 333);
    const Doubles theta(model.parameters.size(), -0.3);
    const Floats logits = model_logits(model, table, theta, pool);
    ASSERT_EQ(logits.size(), 333U);
    for (std::size_t r = 0; r < logits.size(); ++r) {
      // As above, over sums of up to some 100 terms.
      EXPECT_NEAR(logits[r], plain_output(model, table, r, theta), 3e-5) << name;
    }
  }
}

TEST(ModelLogits, HaveTheGradientOfTheirCorrectionOfMoments) {
  ThreadPool pool(2);
  for (const bool anchored : {false, true}) {
    for (const std::size_t degree : {1u, 2u, 4u}) {
      NetworkSpec spec{.inputs = 4, .hidden = {8}, .activation = Activation::silu};
      if (anchored) spec.anchors = {{2, 0.4f}, {3, -0.1f}};
      Model model = example_model(spec, 2, ModelKind::reweighter);
      test::add_moments(model, 2, degree);
      const Table table = example_table(model, 50);
      const Doubles theta{-0.3, 0.1};
      const LogitsWithGradient found = model_logits_with_gradient(model, table, theta, pool);
      EXPECT_EQ(found.logits, model_logits(model, table, theta, pool));
      for (std::size_t p = 0; p < 2; ++p) {
        constexpr double kStep = 1e-2;
        Doubles up = theta, down = theta;
        up[p] += kStep, down[p] -= kStep;
        const Floats above = model_logits(model, table, up, pool),
                     below = model_logits(model, table, down, pool);
        for (std::size_t r = 0; r < table.rows(); ++r) {
          const double slope = static_cast<double>(above[r] - below[r]) / (2.0 * kStep);
          // Rounding of logits of some units, 1e-6 over the step, and the third derivative of a quartic.
          EXPECT_TRUE(std::abs(static_cast<double>(found.gradients[2 * r + p]) - slope) <= 1e-2)
              << "degree " << degree << ", parameter " << p << ", row " << r << ": "
              << found.gradients[2 * r + p] << " " << slope;
        }
      }
    }
  }
}

TEST(ModelLogits, TakeAThetaForEachRow) {
  const Model model = example_model(2, 2, {16}, ModelKind::reweighter);
  const Table table = example_table(model, 70001);  // two blocks
  std::vector<Floats> theta(2, Floats(table.rows()));
  for (std::size_t r = 0; r < table.rows(); ++r) {
    theta[0][r] = static_cast<float>(r % 3) / 8.0f;
    theta[1][r] = -static_cast<float>(r % 2) / 2.0f;
  }
  const std::vector<std::span<const float>> columns(theta.begin(), theta.end());
  ThreadPool one(1), two(2);
  const Floats logits = model_logits_by_row(model, table, columns, two);
  EXPECT_EQ(logits, model_logits_by_row(model, table, columns, one));
  for (std::size_t k = 0; k < 6; ++k) {
    const Floats all = model_logits(model, table, Doubles{theta[0][k], theta[1][k]}, two);
    for (std::size_t r = k; r < table.rows(); r += 6) ASSERT_EQ(logits[r], all[r]) << r;
  }
}

TEST(ModelLogits, HoldEachRowsThetaToTheRange) {
  const Model model = example_model(1, 1, {4}, ModelKind::reweighter);  // −1 to 1/3
  const Table table = example_table(model, 3);
  ThreadPool pool(1);
  const auto message = [&](const std::vector<Floats>& theta) -> std::string {
    const std::vector<std::span<const float>> columns(theta.begin(), theta.end());
    try {
      model_logits_by_row(model, table, columns, pool);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_EQ(message({{-1.001f, 0.0f, 0.333f}}), "no error");
  for (const float wrong : {0.336f, -1.002f, kNaN}) {
    const std::string text = message({{0.0f, wrong, 0.0f}});
    EXPECT_NE(text.find("'theta0'"), std::string::npos) << text;
    EXPECT_NE(text.find("row 1"), std::string::npos) << text;
  }
  EXPECT_NE(message({{0.0f, 0.0f}}).find("2 values given for 3 rows"), std::string::npos);
  EXPECT_NE(message({}).find("'theta0'"), std::string::npos);
}

TEST(ModelLogits, NameTheGroupColumnAndRowThatMembersLack) {
  const auto networks = test::example_networks();
  const auto members =
      std::find_if(networks.begin(), networks.end(), [](const auto& n) { return n.first == "members"; });
  const Model model = example_model(members->second, 0, ModelKind::classifier);
  const Table good = example_table(model, 20);
  JaggedGroup group = good.group("members");
  const auto message = [&] {
    Table table;
    for (const Column& column : good.columns()) table.add_column(column.name, column.values);
    table.add_group(group);
    return message_of<DataError>(model, table, {});
  };
  EXPECT_EQ(message(), "no error");
  const std::uint64_t in_row = group.offsets[12];
  ASSERT_LT(in_row, group.offsets[13]) << "row 12 has a member";
  group.columns[1].values[in_row] = kNaN;
  for (const char* part : {"'m1'", "'members'", "row 12"}) {
    EXPECT_NE(message().find(part), std::string::npos) << message();
  }
  group.columns[1].name = "other";
  EXPECT_NE(message().find("has no column 'm1'"), std::string::npos) << message();
  group.name = "particles";
  EXPECT_NE(message().find("'members'"), std::string::npos) << message();
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

TEST(ModelLogits, OfMembersAreTheSameBitsForAnyThreadCountAcrossBlocks) {
  NetworkSpec network{.inputs = 1, .hidden = {4}};
  network.members = {.inputs = 2, .hidden = {4}};
  const Model model = example_model(network, 0, ModelKind::classifier);
  const Table table = example_table(model, 140001);  // three blocks
  ThreadPool one(1), two(2);
  const Floats logits = model_logits(model, table, {}, one);
  EXPECT_EQ(logits, model_logits(model, table, {}, two));
  const Table tail = table.slice(130000, 140001);
  EXPECT_EQ(Floats(logits.begin() + 130000, logits.end()), model_logits(model, tail, {}, two));
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
