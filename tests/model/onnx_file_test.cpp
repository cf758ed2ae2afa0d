// Model files: a round trip keeps every bit, the bytes repeat, and spoilt files are refused with a message that helps.
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>

#include <onnx/onnx_pb.h>

#include <core/files.hpp>
#include <core/temp_dir.hpp>
#include <model/example_model.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

namespace fs = std::filesystem;
using test::example_model;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

template <class Action>
std::string data_error_of(Action action) {
  try {
    action();
  } catch (const DataError& error) {
    return error.what();
  } catch (const std::exception& error) {
    return std::string("not a DataError: ") + error.what();
  }
  return "no error";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool same_bits(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

class OnnxFile : public ::testing::Test {
 protected:
  fs::path path(const std::string& name = "model.onnx") const { return folder_.path() / name; }

  /// A good file, changed through the format's own classes.
  void write_spoilt(const std::function<void(onnx::ModelProto&)>& spoil) {
    save_model(example_model(2, 1, {5, 3}, ModelKind::reweighter), path());
    onnx::ModelProto file;
    ASSERT_TRUE(file.ParseFromString(read_text(path())));
    spoil(file);
    write_text_atomically(path(), file.SerializeAsString());
  }

  std::string error_after(const std::function<void(onnx::ModelProto&)>& spoil) {
    write_spoilt(spoil);
    return data_error_of([&] { load_model(path()); });
  }

  static std::string& metadata(onnx::ModelProto& file, const std::string& key) {
    for (auto& entry : *file.mutable_metadata_props()) {
      if (entry.key() == key) return *entry.mutable_value();
    }
    throw std::logic_error("no metadata " + key);
  }

  static onnx::TensorProto& tensor(onnx::ModelProto& file, const std::string& name) {
    for (auto& tensor : *file.mutable_graph()->mutable_initializer()) {
      if (tensor.name() == name) return tensor;
    }
    throw std::logic_error("no tensor " + name);
  }

  testing_support::TempDir folder_;
};

TEST_F(OnnxFile, RoundTripKeepsEveryBit) {
  const std::vector<std::vector<std::size_t>> shapes = {{}, {1}, {50, 50, 50}, {7, 33}};
  for (const auto& hidden : shapes) {
    for (const ModelKind kind : {ModelKind::reweighter, ModelKind::classifier}) {
      const Model model = example_model(3, kind == ModelKind::reweighter ? 2 : 0, hidden, kind);
      save_model(model, path());
      const Model again = load_model(path());
      EXPECT_EQ(again.kind, kind);
      EXPECT_EQ(again.network.spec().hidden, hidden);
      EXPECT_TRUE(same_bits(again.network.parameters(), model.network.parameters()));
      EXPECT_EQ(again.input_names(), model.input_names());
      for (std::size_t i = 0; i < model.inputs.size(); ++i) {
        EXPECT_EQ(again.inputs[i].unit, model.inputs[i].unit);
        EXPECT_EQ(again.inputs[i].shift, model.inputs[i].shift);
        EXPECT_EQ(again.inputs[i].scale, model.inputs[i].scale);
      }
      for (std::size_t i = 0; i < model.parameters.size(); ++i) {
        const ModelParameter &p = again.parameters[i], &q = model.parameters[i];
        EXPECT_EQ(std::tie(p.name, p.unit, p.nominal, p.low, p.high, p.shift, p.scale),
                  std::tie(q.name, q.unit, q.nominal, q.low, q.high, q.shift, q.scale));
      }
    }
  }
}

TEST_F(OnnxFile, RoundTripKeepsRecordAndMetadata) {
  Model model = example_model(1, 0, {2}, ModelKind::classifier);
  model.metadata["αS, truth"] = "line 1\nline \"2\"";
  model.record.epochs[0].validation_loss = std::numeric_limits<double>::quiet_NaN();
  save_model(model, path());
  const Model again = load_model(path());
  EXPECT_EQ(again.metadata, model.metadata);
  ASSERT_EQ(again.record.epochs.size(), 2U);
  EXPECT_EQ(again.record.epochs[1].epoch, 2U);
  EXPECT_EQ(again.record.epochs[1].train_loss, 1.0 / 3.0);
  EXPECT_TRUE(std::isnan(again.record.epochs[0].validation_loss));
  EXPECT_EQ(again.record.best_epoch, 2U);
  EXPECT_EQ(again.record.best_validation_loss, 0.65);
  EXPECT_TRUE(again.record.stopped_early);
  EXPECT_EQ(again.record.seconds, 0.3);
}

TEST_F(OnnxFile, SpecialFloatsSurvive) {
  Model model = example_model(1, 0, {2}, ModelKind::classifier);
  model.network.parameters()[0] = -0.0f;
  model.network.parameters()[1] = 1e-45f;
  model.network.parameters()[2] = std::numeric_limits<float>::max();
  model.inputs[0].shift = 1.17549449e-38f;
  save_model(model, path());
  const Model again = load_model(path());
  EXPECT_TRUE(same_bits(again.network.parameters(), model.network.parameters()));
  EXPECT_EQ(again.inputs[0].shift, model.inputs[0].shift);
}

TEST_F(OnnxFile, BytesRepeatThroughARoundTrip) {
  save_model(example_model(2, 1, {8}, ModelKind::reweighter), path("a.onnx"));
  save_model(load_model(path("a.onnx")), path("b.onnx"));
  EXPECT_EQ(sha256_of_file(path("a.onnx")), sha256_of_file(path("b.onnx")));
}

TEST_F(OnnxFile, SavingRefusesWhatCouldNotBeUsed) {
  Model model = example_model(2, 1, {4}, ModelKind::reweighter);
  const auto refused = [&](auto spoil, const std::string& part) {
    Model spoilt = model;
    spoil(spoilt);
    const std::string message = data_error_of([&] { save_model(spoilt, path()); });
    EXPECT_TRUE(contains(message, part)) << message;
    EXPECT_FALSE(fs::exists(path()));
  };
  refused([](Model& m) { m.network.parameters()[3] = kNaN; }, "weight that is nan");
  refused([](Model& m) { m.inputs[1].scale = kNaN; }, "column 'x1' has scale nan");
  refused([](Model& m) { m.inputs[1].scale = 0.0f; }, "column 'x1' has scale 0");
  refused([](Model& m) { m.parameters[0].low = 2.0; }, "range 2 to");
  refused([](Model& m) { m.parameters[0].nominal = kNaN; }, "nominal value nan");
  refused([](Model& m) { m.inputs.pop_back(); }, "3 inputs for 1 columns and 1 parameters");
  refused([](Model& m) { m.inputs[1].name = "x0"; }, "two inputs are named 'x0'");
  refused([](Model& m) { m.inputs[1].name = ""; }, "no name");
}

TEST_F(OnnxFile, SavingRefusesReservedKeysBadTextAndBadPlaces) {
  Model model = example_model(1, 0, {4}, ModelKind::classifier);
  EXPECT_THROW(save_model(model, path("missing/model.onnx")), EnvironmentError);
  EXPECT_THROW(save_model(model, folder_.path()), EnvironmentError);
  model.metadata["trueup.kind"] = "mine";
  EXPECT_THROW(save_model(model, path()), ConfigError);
  model.metadata.clear();
  model.inputs[0].unit = "\xb5m";  // micrometres in Latin-1
  EXPECT_THROW(save_model(model, path()), ConfigError);
  EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(OnnxFile, LoadingRefusesWhatIsNotAModelFile) {
  EXPECT_TRUE(contains(data_error_of([&] { load_model(path("missing.onnx")); }), "does not exist"));
  EXPECT_TRUE(contains(data_error_of([&] { load_model(folder_.path()); }), "is a directory"));
  for (const std::string& bytes : {std::string(), std::string("pt,mass\n1,2\n"), std::string(1000, '\0'),
                                   std::string("\x89HDF\r\n\x1a\n"), std::string("\x08\x07")}) {
    write_text_atomically(path(), bytes);
    const std::string message = data_error_of([&] { load_model(path()); });
    EXPECT_TRUE(contains(message, path().string()) && contains(message, "expected a model made by trueup"))
        << message;
  }
}

TEST_F(OnnxFile, LoadingRefusesTruncationInSilence) {
  save_model(example_model(1, 1, {3}, ModelKind::reweighter), path());
  const std::string whole = read_text(path());
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  for (std::size_t length = 0; length < whole.size(); length += length < 300 ? 1 : 3) {
    std::ofstream(path("cut.onnx"), std::ios::binary) << whole.substr(0, length);
    const std::string message = data_error_of([&] { load_model(path("cut.onnx")); });
    EXPECT_TRUE(contains(message, "cut.onnx'")) << length << ": " << message;
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

TEST_F(OnnxFile, LoadingSurvivesFlippedBytes) {
  save_model(example_model(1, 1, {3}, ModelKind::reweighter), path());
  const std::string whole = read_text(path());
  testing::internal::CaptureStderr();
  for (std::size_t i = 0; i < whole.size(); i += 3) {
    std::string spoilt = whole;
    spoilt[i] = static_cast<char>(spoilt[i] ^ 0x55);
    std::ofstream(path("bad.onnx"), std::ios::binary) << spoilt;
    try {
      load_model(path("bad.onnx"));  // a digit of a weight: still a model
    } catch (const DataError&) {     // anything else would end the test
    }
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(OnnxFile, LoadingTellsOtherModelsAndLaterVersionsApart) {
  EXPECT_TRUE(
      contains(error_after([](auto& file) { file.clear_metadata_props(); }), "not one that trueup wrote"));
  const std::string later =
      error_after([](auto& file) { metadata(file, "trueup.schema") = "trueup.model/2"; });
  EXPECT_TRUE(contains(later, "later trueup") && contains(later, "update trueup")) << later;
  for (const char* schema : {"trueup.model/", "trueup.model/x", "trueup.model/1x", "trueup.model/0",
                             "trueup.model/-1", "other/1", "", "trueup.model/99999999999999"}) {
    const std::string message = error_after([&](auto& file) { metadata(file, "trueup.schema") = schema; });
    EXPECT_TRUE(contains(message, "expected 'trueup.model/1'")) << schema << ": " << message;
  }
}

TEST_F(OnnxFile, LoadingRefusesShapesThatDisagree) {
  const auto refused = [&](const std::function<void(onnx::ModelProto&)>& spoil, const std::string& part) {
    const std::string message = error_after(spoil);
    EXPECT_TRUE(contains(message, "is damaged") && contains(message, part)) << part << " in: " << message;
  };
  refused([](auto& file) { tensor(file, "dense_2.weight").set_dims(1, 4); }, "not what its shape says");
  refused([](auto& file) { tensor(file, "dense_2.weight").set_dims(0, std::int64_t{1} << 62); }, "shape");
  refused([](auto& file) { tensor(file, "dense_2.weight").set_dims(0, -3); }, "shape");
  refused([](auto& file) { tensor(file, "dense_1.bias").mutable_float_data()->RemoveLast(); }, "shape");
  refused(
      [](auto& file) {
        tensor(file, "dense_1.weight").set_dims(0, 3);
        tensor(file, "dense_1.weight").set_dims(1, 5);
      },
      "takes 5 inputs where 3 come in");
  refused([](auto& file) { tensor(file, "scale").set_name("other"); }, "'scale' is missing");
  refused([](auto& file) { tensor(file, "scale").set_data_type(onnx::TensorProto::DOUBLE); },
          "32-bit floats");
  refused([](auto& file) { tensor(file, "dense_1.bias").set_float_data(0, kNaN); }, "weight that is nan");
  refused([](auto& file) { tensor(file, "shift").set_float_data(0, kNaN); }, "scale 'x0' differently");
  refused([](auto& file) { tensor(file, "scale").set_float_data(2, 7.0f); }, "scale 'theta0' differently");
}

TEST_F(OnnxFile, LoadingRefusesOtherGraphs) {
  const auto refused = [&](const std::function<void(onnx::GraphProto&)>& spoil) {
    const std::string message = error_after([&](auto& file) { spoil(*file.mutable_graph()); });
    EXPECT_TRUE(contains(message, "is damaged")) << message;
  };
  refused([](auto& graph) { graph.clear_node(); });
  refused([](auto& graph) { graph.clear_input(); });
  refused([](auto& graph) { graph.clear_output(); });
  refused([](auto& graph) { graph.mutable_output(0)->set_name("logit"); });
  refused([](auto& graph) { graph.mutable_node(0)->set_op_type("Add"); });
  refused([](auto& graph) { graph.mutable_node(2)->clear_attribute(); });
  refused([](auto& graph) { graph.mutable_node(2)->set_input(0, "x"); });
  refused([](auto& graph) { graph.mutable_node(3)->set_op_type("Tanh"); });
  refused([](auto& graph) { graph.mutable_node()->RemoveLast(); });
  refused([](auto& graph) { graph.mutable_node()->DeleteSubrange(2, graph.node_size() - 2); });
  refused([](auto& graph) {  // the second activation alone
    graph.mutable_node(4)->set_input(0, graph.node(2).output(0));
    graph.mutable_node()->DeleteSubrange(3, 1);
  });
}

TEST_F(OnnxFile, LoadingRefusesMetadataThatCannotBe) {
  const auto refused = [&](const std::string& key, const std::string& value) {
    const std::string message = error_after([&](auto& file) { metadata(file, key) = value; });
    EXPECT_TRUE(contains(message, "is damaged")) << message;
  };
  refused("trueup.kind", "teapot");
  for (const char* key : {"trueup.inputs", "trueup.parameters", "trueup.record"}) {
    for (const char* value : {"", "{", "3", "[3]", "[{}]"}) refused(key, value);
  }
  refused("trueup.inputs", "[]");
  refused("trueup.inputs", "null");
  refused("trueup.parameters", R"([{"name":1,"unit":"","nominal":0,"low":0,"high":1,"shift":0,"scale":1}])");
}

}  // namespace
}  // namespace trueup
