// A refiner: its transforms and bounds, what it refuses, and its file.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

#include <core/temp_dir.hpp>
#include <model/column_transform.hpp>
#include <model/example_refiner.hpp>
#include <trueup/error.hpp>
#include <trueup/table_io.hpp>

namespace trueup {
namespace {

using test::example_refiner;
using test::refiner_table;
using testing_support::message_of;
using testing_support::TempDir;

TEST(ColumnTransform, ComesBackToTheValue) {
  const RefinerModel model = example_refiner();
  const Table table = refiner_table(500);
  for (const RefinerColumn& column : model.refined) {
    for (const float x : table.values(column.name)) {
      // Float's rounding through log and exp, or log and sigmoid: some units in the last place of 1 or of the value.
      EXPECT_NEAR(from_network(column, to_network(column, x)), x, 2e-6f * std::max(1.0f, std::fabs(x)))
          << column.name;
    }
  }
}

TEST(ColumnTransform, BoundsAndIntegersHold) {
  const RefinerModel model = example_refiner();
  for (const float z : {-1e4f, -30.0f, -1.0f, 0.3f, 2.0f, 50.0f}) {
    const float ratio = from_network(model.refined[2], z), count = from_network(model.refined[3], z);
    EXPECT_GE(ratio, -1.0f);
    EXPECT_LE(ratio, 1.0f);
    EXPECT_GE(count, 0.0f);
    EXPECT_EQ(count, std::nearbyint(count));
    EXPECT_GE(from_network(model.refined[1], z), 0.0f);
  }
  EXPECT_TRUE(std::isfinite(to_network(model.refined[2], 1.0f))) << "a value at a bound is finite inside";
}

TEST(RefinerModel, AnUntrainedNetworkLeavesColumnsAsTheyAre) {
  RefinerModel model = example_refiner();
  RandomStream stream(1, "start");
  model.network.initialise(stream);
  const Table before = refiner_table(300);
  ThreadPool pool(2);
  const Table after = refine_table(model, before, pool);
  for (const std::string& name : model.refined_names()) {
    for (std::size_t r = 0; r < before.rows(); ++r) {
      const float x = before.values(name)[r];
      EXPECT_NEAR(after.values(name)[r], x, 3e-6f * std::max(1.0f, std::fabs(x))) << name;
    }
  }
}

TEST(RefinerModel, SameBitsForAnyNumberOfThreadsAndInPieces) {
  const RefinerModel model = example_refiner();
  const Table table = refiner_table(70001);
  ThreadPool one(1), three(3);
  const Table a = refine_table(model, table, one), b = refine_table(model, table, three);
  const Table c = refine_table(model, table.slice(65000, 70001), three);
  for (const std::string& name : model.refined_names()) {
    EXPECT_TRUE(std::ranges::equal(a.values(name), b.values(name))) << name;
    // Tiles are cut elsewhere: a row's sums are the same, whatever tile it is in.
    EXPECT_TRUE(std::ranges::equal(a.values(name).subspan(65000), c.values(name))) << name;
  }
  EXPECT_TRUE(std::ranges::equal(a.values("eta"), table.values("eta"))) << "conditions are not touched";
}

TEST(RefinerModel, RefusesWhatItsTransformsAreNotDefinedFor) {
  const RefinerModel model = example_refiner();
  ThreadPool pool(1);
  const auto with = [&](const char* column, float value) {
    Table table = refiner_table(100);
    table.mutable_values(column)[42] = value;
    return message_of<Error>([&] { refine_table(model, table, pool); });
  };
  EXPECT_NE(with("pt", 0.0f).find("'pt' has 0 in row 42"), std::string::npos);
  EXPECT_NE(with("ratio", 1.5f).find("between its bounds -1 and 1"), std::string::npos);
  EXPECT_NE(with("eta", std::nanf("")).find("must be finite"), std::string::npos);
  Table missing = refiner_table(10);
  missing.remove_column("mass");
  EXPECT_THROW(refine_table(model, missing, pool), DataError);
}

TEST(RefinerFile, ComesBackToTheBit) {
  const TempDir folder;
  const RefinerModel model = example_refiner();
  const auto file = folder.path() / "refiner.onnx";
  save_refiner(model, file);
  EXPECT_TRUE(is_refiner(file));
  const RefinerModel read = load_refiner(file);
  EXPECT_EQ(read.column_names(), model.column_names());
  EXPECT_EQ(read.stages.size(), 2u);
  EXPECT_EQ(read.stages[1].epochs[1].train_loss, 1.0 / 3.0);
  EXPECT_EQ(read.metadata, model.metadata);
  EXPECT_EQ(read.refined[1].unit, "GeV");
  EXPECT_EQ(read.refined[1].high, std::numeric_limits<float>::infinity());
  ThreadPool pool(1);
  const Table table = refiner_table(1000);
  const Table a = refine_table(model, table, pool), b = refine_table(read, table, pool);
  for (const std::string& name : model.refined_names()) {
    EXPECT_TRUE(std::ranges::equal(a.values(name), b.values(name))) << name;
  }
}

/// Written when refiners were new: later versions must read it and give the same values.
TEST(RefinerFile, TheFirstOneStillLoadsAndRefinesTheSame) {
  const std::filesystem::path golden(TRUEUP_MODEL_FILES);
  const RefinerModel model = load_refiner(golden / "refiner_schema_2.onnx");
  const Table table = read_table((golden / "refiner_schema_2.npy").string());
  ThreadPool pool(1);
  const Table refined = refine_table(model, table, pool);
  for (const std::string& name : model.refined_names()) {
    for (std::size_t r = 0; r < table.rows(); ++r) {
      const float expected = table.values("refined_" + name)[r];
      // Sums may be added up in another order elsewhere; of the size of the value behind a logarithm.
      EXPECT_NEAR(refined.values(name)[r], expected, 1e-5f * std::max(1.0f, std::fabs(expected))) << name;
    }
  }
}

TEST(RefinerFile, OtherModelsAreToldApart) {
  const TempDir folder;
  const auto refiner = folder.path() / "refiner.onnx", weights = folder.path() / "weights.onnx";
  save_refiner(example_refiner(), refiner);
  save_model(test::example_model({.inputs = 3, .hidden = {8}}, 1, ModelKind::reweighter), weights);
  EXPECT_FALSE(is_refiner(weights));
  EXPECT_NE(message_of<Error>([&] { load_refiner(weights); }).find("is a reweighter; expected a refiner"),
            std::string::npos);
  EXPECT_NE(message_of<Error>([&] { load_model(refiner); }).find("is a refiner"), std::string::npos);
}

TEST(RefinerFile, RefusesModelsThatMakeNoSense) {
  const TempDir folder;
  const auto defect = [&](const std::function<void(RefinerModel&)>& spoil) {
    RefinerModel model = example_refiner();
    spoil(model);
    return message_of<Error>([&] { save_refiner(model, folder.path() / "r.onnx"); });
  };
  EXPECT_NE(defect([](auto& m) { m.refined[2].high = -2.0f; }).find("the bounds -1 and -2"),
            std::string::npos);
  EXPECT_NE(defect([](auto& m) { m.conditions[0].name = "x"; }).find("two columns are named 'x'"),
            std::string::npos);
  EXPECT_NE(defect([](auto& m) { m.network.parameters()[3] = std::nanf(""); }).find("a weight that is nan"),
            std::string::npos);
  EXPECT_NE(defect([](auto& m) { m.refined.pop_back(); }).find("6 inputs and 4 outputs"), std::string::npos);
}

TEST(RefinerFile, ADamagedFileIsNotLoaded) {
  const TempDir folder;
  const auto file = folder.path() / "r.onnx";
  save_refiner(example_refiner(), file);
  std::string bytes = (std::ostringstream() << std::ifstream(file, std::ios::binary).rdbuf()).str();
  const std::size_t sigmoid = bytes.find("Sigmoid");
  ASSERT_NE(sigmoid, std::string::npos);
  bytes.replace(sigmoid, 7, "Softmax");
  std::ofstream(file, std::ios::binary) << bytes;
  EXPECT_NE(message_of<Error>([&] { load_refiner(file); }).find("is damaged: node"), std::string::npos);
}

}  // namespace
}  // namespace trueup
