// Model files: a round trip keeps every bit, the bytes repeat, and spoilt files are refused with a message that helps.
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <tuple>

#include <onnx/onnx_pb.h>
#include <nlohmann/json.hpp>

#include <core/files.hpp>
#include <core/temp_dir.hpp>
#include <model/example_model.hpp>
#include <model/onnx_graph.hpp>
#include <model/onnx_network.hpp>
#include <trueup/error.hpp>
#include <trueup/table_io.hpp>

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
  void write_spoilt(const Model& model, const std::function<void(onnx::ModelProto&)>& spoil) {
    save_model(model, path());
    onnx::ModelProto file;
    ASSERT_TRUE(file.ParseFromString(read_text(path())));
    spoil(file);
    write_text_atomically(path(), file.SerializeAsString());
  }

  std::string error_after(const Model& model, const std::function<void(onnx::ModelProto&)>& spoil) {
    write_spoilt(model, spoil);
    return data_error_of([&] { load_model(path()); });
  }
  std::string error_after(const std::function<void(onnx::ModelProto&)>& spoil) {
    return error_after(example_model(2, 1, {5, 3}, ModelKind::reweighter), spoil);
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
  model.record.precision = Precision::bf16;
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
  EXPECT_EQ(again.record.precision, Precision::bf16);
}

bool same_spec(const NetworkSpec& a, const NetworkSpec& b) {
  const auto same_anchor = [](const AnchoredInput& x, const AnchoredInput& y) {
    return x.input == y.input && same_bits({&x.value, 1}, {&y.value, 1});
  };
  return std::tie(a.inputs, a.hidden, a.outputs, a.activation, a.residual_blocks, a.add_inputs) ==
             std::tie(b.inputs, b.hidden, b.outputs, b.activation, b.residual_blocks, b.add_inputs) &&
         a.members.inputs == b.members.inputs && a.members.hidden == b.members.hidden &&
         std::equal(a.anchors.begin(), a.anchors.end(), b.anchors.begin(), b.anchors.end(), same_anchor);
}

TEST_F(OnnxFile, RoundTripKeepsEveryKindOfNetwork) {
  ThreadPool pool(2);
  for (const auto& [name, network] : test::example_networks()) {
    SCOPED_TRACE(name);
    const Model model = example_model(network, network.inputs > 1 ? 1 : 0, ModelKind::reweighter);
    save_model(model, path());
    const Model again = load_model(path());
    EXPECT_TRUE(same_spec(again.network.spec(), network));
    EXPECT_EQ(again.network.spec().dropout, 0.0) << "dropout is for training";
    EXPECT_TRUE(same_bits(again.network.parameters(), model.network.parameters()));
    EXPECT_EQ(again.members.group, model.members.group);
    ASSERT_EQ(again.members.columns.size(), model.members.columns.size());
    for (std::size_t i = 0; i < model.members.columns.size(); ++i) {
      const ModelInput &a = again.members.columns[i], &b = model.members.columns[i];
      EXPECT_EQ(std::tie(a.name, a.unit, a.shift, a.scale), std::tie(b.name, b.unit, b.shift, b.scale));
    }
    const Table table = test::example_table(model, 100);
    const std::vector<double> theta(model.parameters.size(), 0.2);
    EXPECT_TRUE(same_bits(model_logits(again, table, theta, pool), model_logits(model, table, theta, pool)));
    save_model(again, path("again.onnx"));
    EXPECT_EQ(sha256_of_file(path("again.onnx")), sha256_of_file(path()));
  }
}

TEST_F(OnnxFile, SeveralOutputsKeepTheirGraph) {
  NetworkSpec refiner{.inputs = 5, .hidden = {8}, .outputs = 3, .residual_blocks = 2, .add_inputs = true};
  const Model model = example_model(refiner, 0, ModelKind::classifier);
  Model again = model;
  again.network = network_from_graph(onnx_graph(model), refiner);
  EXPECT_TRUE(same_bits(again.network.parameters(), model.network.parameters()));
  EXPECT_EQ(graph_difference(onnx_graph(model), onnx_graph(again)), "");
}

TEST_F(OnnxFile, ReadsFilesOfTheFirstSchema) {
  const fs::path golden(TRUEUP_MODEL_FILES);
  const Model model = load_model(golden / "model_schema_1.onnx");
  EXPECT_EQ(model.network.spec().hidden, (std::vector<std::size_t>{1, 7, 33}));
  EXPECT_EQ(model.network.spec().activation, Activation::relu);
  EXPECT_EQ(model.record.best_epoch, 2U);
  const Table table = read_table((golden / "model_schema_1.npy").string());
  ThreadPool pool(1);
  std::vector<double> theta;
  for (const ModelParameter& p : model.parameters) {
    theta.push_back(static_cast<double>(table.values(p.name)[0]));
  }
  const std::vector<float> logits = model_logits(model, table, theta, pool);
  const auto expected = table.values("output");
  for (std::size_t r = 0; r < logits.size(); ++r) {
    // Float's rounding in sums of 33 terms of order 1: sums may be added up in another order elsewhere.
    EXPECT_NEAR(logits[r], expected[r], 1e-5);
  }
  // Saved again, it is a file of today.
  save_model(model, path());
  EXPECT_TRUE(same_bits(load_model(path()).network.parameters(), model.network.parameters()));
}

TEST_F(OnnxFile, RefusesSpoiltFilesOfTheFirstSchema) {
  onnx::ModelProto good;
  ASSERT_TRUE(good.ParseFromString(read_text(fs::path(TRUEUP_MODEL_FILES) / "model_schema_1.onnx")));
  const auto refused = [&](auto spoil, const std::string& part) {
    onnx::ModelProto file = good;
    spoil(file);
    write_text_atomically(path(), file.SerializeAsString());
    const std::string message = data_error_of([&] { load_model(path()); });
    EXPECT_TRUE(contains(message, "is damaged") && contains(message, part)) << message;
  };
  refused([](auto& file) { tensor(file, "dense_1.bias").set_name("other"); }, "'dense_1.bias' is missing");
  refused([](auto& file) { tensor(file, "dense_4.bias").set_name("other"); }, "33 outputs, not 1");
  refused([](auto& file) { tensor(file, "shift").set_name("other"); }, "'dense_1.weight' holds 5");
  refused([](auto& file) { file.mutable_graph()->mutable_node(3)->set_op_type("Tanh"); }, "'relu_1'");
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
  refused([](Model& m) { m.members = {"jets", {{"pt", "GeV"}}}; }, "0 inputs for each member");
  refused([](Model& m) { m.members.group = "jets"; }, "no columns of group 'jets'");
  const auto anchored_at = [](float value) {
    return [value](Model& m) {
      NetworkSpec spec = m.network.spec();
      spec.anchors = {{2, value}};
      m.network = Network(spec);
    };
  };
  refused(anchored_at(kNaN), "anchored where input 2 is nan");
  refused([](Model& m) { m.network = Network({.inputs = 3, .outputs = 2}); }, "2 outputs, not 1");

  NetworkSpec over_members{.inputs = 3, .hidden = {4}};
  over_members.members = {.inputs = 2, .hidden = {4}};
  model = example_model(over_members, 1, ModelKind::reweighter);
  refused([](Model& m) { m.members.columns.pop_back(); }, "2 inputs for each member, and 1 columns");
  refused([](Model& m) { m.members.columns[1].name = "m0"; }, "two inputs are named 'm0'");
  refused([](Model& m) { m.members.columns[1].scale = 0.0f; }, "column 'm1' has scale 0");
  refused([](Model& m) { m.members.group = ""; }, "group of its members has no name");
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
      error_after([](auto& file) { metadata(file, "trueup.schema") = "trueup.model/4"; });
  EXPECT_TRUE(contains(later, "later trueup") && contains(later, "update trueup")) << later;
  for (const char* schema : {"trueup.model/", "trueup.model/x", "trueup.model/1x", "trueup.model/0",
                             "trueup.model/-1", "other/1", "", "trueup.model/99999999999999"}) {
    const std::string message = error_after([&](auto& file) { metadata(file, "trueup.schema") = schema; });
    EXPECT_TRUE(contains(message, "expected 'trueup.model/3'")) << schema << ": " << message;
  }
}

TEST_F(OnnxFile, ACorrectionOfMomentsComesBackBitForBit) {
  for (const auto& [name, spec] : test::example_networks()) {
    if (spec.inputs < 3 && spec.members.hidden.empty()) continue;
    Model model = example_model(spec, spec.inputs > 2 ? 1 : 0, ModelKind::reweighter);
    test::add_moments(model, 2, 3);
    save_model(model, path());
    const Model back = load_model(path());
    EXPECT_TRUE(same_bits(back.moments.coefficients, model.moments.coefficients)) << name;
    ASSERT_EQ(back.moments.sums.size(), model.moments.sums.size()) << name;
    ThreadPool pool(2);
    const Table table = test::example_table(model, 200);
    const std::vector<double> theta(model.parameters.size(), 0.2);
    const std::vector<float> with = model_logits(model, table, theta, pool);
    EXPECT_TRUE(same_bits(model_logits(back, table, theta, pool), with)) << name;
    model.moments = {};
    EXPECT_NE(model_logits(model, table, theta, pool), with) << name;
  }
}

TEST_F(OnnxFile, LoadingRefusesACorrectionThatIsNotOne) {
  Model model = example_model(4, 1, {8}, ModelKind::reweighter);
  test::add_moments(model, 2, 3);
  const auto refused = [&](const char* key, const nlohmann::json& value, const std::string& part) {
    const std::string message = data_error_of([&] {
      write_spoilt(model, [&](auto& file) {
        nlohmann::json moments = nlohmann::json::parse(metadata(file, "trueup.moments"));
        moments[key] = value;
        metadata(file, "trueup.moments") = moments.dump();
      });
      load_model(path());
    });
    EXPECT_TRUE(contains(message, "is damaged") && contains(message, part)) << message;
  };
  refused("order", 3, "order 3");
  refused("degree", 1'000'000'000, "degree 1000000000");
  refused("order", 1, "coefficients");
  refused("coefficients", {0.5}, "1 coefficients");
  refused("coefficients", "many", "cannot be read");
  model.moments.coefficients.back() = kNaN;
  EXPECT_TRUE(contains(data_error_of([&] { save_model(model, path()); }), "coefficient that is nan"));
}

TEST_F(OnnxFile, LoadingRefusesShapesThatDisagree) {
  const auto refused = [&](const std::function<void(onnx::ModelProto&)>& spoil, const std::string& part) {
    const std::string message = error_after(spoil);
    EXPECT_TRUE(contains(message, "is damaged") && contains(message, part)) << part << " in: " << message;
  };
  const std::string differs = "tensor 'dense_2.weight' differs";
  refused([](auto& file) { tensor(file, "dense_2.weight").set_dims(1, 4); }, differs);
  refused([](auto& file) { tensor(file, "dense_2.weight").set_dims(0, std::int64_t{1} << 62); }, differs);
  refused([](auto& file) { tensor(file, "dense_2.weight").set_dims(0, -3); }, differs);
  refused([](auto& file) { tensor(file, "dense_1.bias").mutable_float_data()->RemoveLast(); },
          "'dense_1.bias' holds 4 32-bit floats, not 5");
  refused([](auto& file) { tensor(file, "dense_1.weight").set_name("other"); },
          "'dense_1.weight' is missing");
  refused([](auto& file) { tensor(file, "scale").set_name("other"); }, "tensor 'other' differs");
  refused([](auto& file) { tensor(file, "scale").set_data_type(onnx::TensorProto::DOUBLE); }, "'scale'");
  refused([](auto& file) { tensor(file, "dense_1.bias").set_float_data(0, kNaN); }, "weight that is nan");
  refused([](auto& file) { tensor(file, "shift").set_float_data(0, kNaN); }, "tensor 'shift' differs");
  refused([](auto& file) { tensor(file, "scale").set_float_data(2, 7.0f); }, "tensor 'scale' differs");
  refused([](auto& file) { *file.mutable_graph()->add_initializer() = tensor(file, "scale"); }, "one more");
}

TEST_F(OnnxFile, LoadingRefusesOtherGraphs) {
  const auto refused = [&](const std::function<void(onnx::GraphProto&)>& spoil, const std::string& part) {
    const std::string message = error_after([&](auto& file) { spoil(*file.mutable_graph()); });
    EXPECT_TRUE(contains(message, "is damaged") && contains(message, part)) << part << " in: " << message;
  };
  refused([](auto& graph) { graph.clear_node(); }, "node 'centred' is missing");
  refused([](auto& graph) { graph.clear_input(); }, "input 'x' is missing");
  refused([](auto& graph) { graph.clear_output(); }, "output 'log_weight' is missing");
  refused([](auto& graph) { graph.mutable_output(0)->set_name("logit"); }, "output 'logit' differs");
  refused([](auto& graph) { graph.mutable_node(0)->set_op_type("Add"); }, "node 'centred' differs");
  refused([](auto& graph) { graph.mutable_node(2)->clear_attribute(); }, "node 'dense_1' differs");
  refused([](auto& graph) { graph.mutable_node(2)->set_input(0, "x"); }, "node 'dense_1' differs");
  refused([](auto& graph) { graph.mutable_node(3)->set_op_type("Tanh"); }, "node 'relu_1' differs");
  refused([](auto& graph) { graph.mutable_node()->RemoveLast(); }, "node 'dense_3' is missing");
  refused([](auto& graph) { *graph.add_node() = graph.node(0); }, "node 'centred' is one more");
  refused(
      [](auto& graph) {  // the second activation alone
        graph.mutable_node(4)->set_input(0, graph.node(2).output(0));
        graph.mutable_node()->DeleteSubrange(3, 1);
      },
      "node 'dense_2' differs from the node 'relu_1'");
  refused([](auto& graph) { graph.add_sparse_initializer(); }, "more than its metadata call for");
  EXPECT_TRUE(contains(error_after([](auto& file) { file.mutable_opset_import(0)->set_version(12); }),
                       "operator set 13"));
}

TEST_F(OnnxFile, LoadingRefusesAnySpoiltNodeOfAnyKind) {
  for (const auto& [name, network] : test::example_networks()) {
    SCOPED_TRACE(name);
    const Model model = example_model(network, network.inputs > 1 ? 1 : 0, ModelKind::reweighter);
    const int nodes = onnx_graph(model).node_size();
    for (int i = 0; i < nodes; ++i) {
      const std::string message = error_after(model, [&](auto& file) {
        onnx::NodeProto& node = *file.mutable_graph()->mutable_node(i);
        node.set_op_type(node.op_type() == "Neg" ? "Abs" : "Neg");
      });
      EXPECT_TRUE(contains(message, "is damaged") && contains(message, "node '")) << message;
    }
  }
}

TEST_F(OnnxFile, LoadingTakesRemarksOfOtherPrograms) {
  write_spoilt(example_model(2, 1, {5, 3}, ModelKind::reweighter), [](auto& file) {
    file.set_doc_string("seen");
    file.mutable_graph()->set_doc_string("seen");
    file.mutable_graph()->mutable_node(0)->set_doc_string("seen");
    file.mutable_graph()->mutable_input(0)->clear_doc_string();
    *file.mutable_graph()->add_value_info() = file.graph().output(0);
  });
  EXPECT_NO_THROW(load_model(path()));
}

TEST_F(OnnxFile, LoadingRefusesMetadataThatCannotBe) {
  const auto refused = [&](const std::string& key, const std::string& value) {
    const std::string message = error_after([&](auto& file) { metadata(file, key) = value; });
    EXPECT_TRUE(contains(message, "is damaged")) << message;
  };
  refused("trueup.kind", "teapot");
  for (const char* key :
       {"trueup.inputs", "trueup.parameters", "trueup.members", "trueup.network", "trueup.record"}) {
    for (const char* value : {"", "{", "3", "[3]", "[{}]"}) refused(key, value);
  }
  refused("trueup.inputs", "[]");
  refused("trueup.inputs", "null");
  refused("trueup.parameters", R"([{"name":1,"unit":"","nominal":0,"low":0,"high":1,"shift":0,"scale":1}])");
}

TEST_F(OnnxFile, LoadingRefusesNetworksThatAreNotTheGraphs) {
  const auto refused = [&](auto change, const std::string& part) {
    const std::string message = error_after([&](auto& file) {
      std::string& text = metadata(file, "trueup.network");
      nlohmann::json network = nlohmann::json::parse(text);
      change(network);
      text = network.dump();
    });
    EXPECT_TRUE(contains(message, "is damaged") && contains(message, part)) << part << " in: " << message;
  };
  using Json = nlohmann::json;
  refused([](Json& n) { n["activation"] = "silu"; }, "node 'relu_1' differs from the node 'sigmoid_1'");
  refused([](Json& n) { n["activation"] = "teapot"; }, "teapot");
  refused([](Json& n) { n["add_inputs"] = true; }, "added");
  refused([](Json& n) { n["anchors"] = {{{"input", 0}, {"value", 0.5}}}; }, "anchors");
  refused([](Json& n) { n["anchors"] = {{{"input", 9}, {"value", 0.5}}}; }, "input 9 is anchored");
  refused([](Json& n) { n["hidden"] = {3, 5}; }, "'dense_1.weight' holds 15");
  refused([](Json& n) { n["hidden"] = {5, 0}; }, "width 0");
  refused([](Json& n) { n["hidden"] = {5}; }, "'dense_2.weight' holds 15");
  refused([](Json& n) { n["hidden"] = {-5, 3}; }, "trueup.network");
  refused([](Json& n) { n["hidden"] = {5.5, 3}; }, "trueup.network");
  // Sizes that would fill the memory or overflow, were they tried.
  for (const std::uint64_t huge : {std::uint64_t{1} << 33, std::uint64_t{1} << 63}) {
    refused([&](Json& n) { n["inputs"] = huge; }, "fewer than");
    refused([&](Json& n) { n["outputs"] = huge; }, "fewer than");
    refused([&](Json& n) { n["hidden"] = {huge, huge}; }, "fewer than");
    refused([&](Json& n) { n["hidden"] = {5}, n["residual_blocks"] = huge; }, "fewer than");
    refused([&](Json& n) { n["members"] = {{"inputs", huge}, {"hidden", {1}}}; }, "fewer than");
  }
}

}  // namespace
}  // namespace trueup
