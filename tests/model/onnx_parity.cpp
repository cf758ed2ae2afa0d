// Writes models, inputs and our evaluator's outputs into a folder: onnx_parity FOLDER. For tests/python/test_onnx.py.
#include <exception>
#include <filesystem>
#include <string>

#include <fmt/format.h>

#include <core/files.hpp>
#include <model/example_model.hpp>
#include <model/model_rows.hpp>
#include <model/onnx_graph.hpp>
#include <trueup/table_io.hpp>

namespace {

using namespace trueup;
namespace fs = std::filesystem;
using Spans = std::vector<std::span<const float>>;

struct Case {
  std::string name;
  ModelKind kind;
  NetworkSpec network;
  std::size_t parameters;
  std::size_t rows;
  std::size_t order = 0;   ///< of a correction of moments
  std::size_t degree = 0;  ///< the same
};

/// Scales as they come from data, of many sizes, rather than near 1.
void spread_scales(Model& model, Table& table) {
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    const auto size = static_cast<float>(std::pow(10.0, i));
    model.inputs[i].shift *= size;
    model.inputs[i].scale /= size;
    for (float& x : table.mutable_values(model.inputs[i].name)) x *= size;
  }
}

/// Networks of several outputs cannot be models yet, but their graphs can be written.
std::vector<float> outputs_of(const Model& model, const Table& table, const Spans& theta, ThreadPool& pool) {
  if (model.network.outputs() == 1) return model_logits_by_row(model, table, theta, pool);
  const ModelRows rows(model, table, {theta, true});
  std::vector<float> inputs(table.rows() * rows.width()), outputs(table.rows() * model.network.outputs());
  rows.fill(inputs, 0, table.rows());
  evaluate(model.network, inputs, outputs, pool);
  return outputs;
}

/// The members of all rows, one after another: the row, then the columns.
Table member_table(const JaggedGroup& group) {
  std::vector<float> row;
  for (std::size_t r = 0; r < group.rows(); ++r) {
    row.resize(group.offsets[r + 1], static_cast<float>(r));
  }
  Table table;
  table.add_column("row", std::move(row));
  for (const Column& column : group.columns) table.add_column(column.name, column.values);
  return table;
}

/// NAME.onnx; NAME.npy with the columns in physical units, the parameters, and the outputs; NAME.members.npy.
void write_case(const Case& wanted, const fs::path& folder) {
  ThreadPool pool(2);
  Model model = test::example_model(wanted.network, wanted.parameters, wanted.kind);
  if (wanted.order > 0) test::add_moments(model, wanted.order, wanted.degree);
  Table table = test::example_table(model, wanted.rows);
  spread_scales(model, table);
  RandomStream stream(3, "theta");
  std::vector<std::vector<float>> theta(wanted.parameters, std::vector<float>(wanted.rows));
  for (auto& column : theta) {
    for (float& value : column) value = static_cast<float>(stream.uniform(-1.0, 1.0 / 3.0));
  }
  const std::vector<float> outputs = outputs_of(model, table, Spans(theta.begin(), theta.end()), pool);
  if (!table.groups().empty()) {
    write_table(member_table(table.groups().front()), (folder / (wanted.name + ".members.npy")).string());
  }
  Table flat;
  for (const Column& column : table.columns()) flat.add_column(column.name, column.values);
  for (std::size_t i = 0; i < theta.size(); ++i) flat.add_column(model.parameters[i].name, theta[i]);
  const std::size_t T = model.network.outputs();
  for (std::size_t t = 0; t < T; ++t) {
    std::vector<float> output(wanted.rows);
    for (std::size_t r = 0; r < wanted.rows; ++r) output[r] = outputs[r * T + t];
    flat.add_column(fmt::format("output{}", t), std::move(output));
  }
  write_text_atomically(folder / (wanted.name + ".onnx"), onnx_file(model).SerializeAsString());
  write_table(flat, (folder / (wanted.name + ".npy")).string());
}

std::vector<Case> cases() {
  const auto [reweighter, classifier] = std::pair(ModelKind::reweighter, ModelKind::classifier);
  std::vector<Case> cases = {
      {"reweighter", reweighter, {.inputs = 6, .hidden = {50, 50, 50}}, 1, 20000},
      {"classifier", classifier, {.inputs = 2, .hidden = {128, 128}}, 0, 10000},
      {"odd_widths", reweighter, {.inputs = 5, .hidden = {1, 7, 33}}, 2, 193},
      {"no_hidden_layer", classifier, {.inputs = 4}, 0, 100},
      {"one_row", reweighter, {.inputs = 2, .hidden = {50}}, 1, 1},
  };
  NetworkSpec refiner{.inputs = 6, .hidden = {32}, .outputs = 3, .activation = Activation::leaky_relu};
  refiner.residual_blocks = 3;
  refiner.add_inputs = true;
  cases.push_back({"three_outputs_refined", classifier, refiner, 0, 1000});
  const NetworkSpec plain{.inputs = 4, .hidden = {24}};
  NetworkSpec anchored = plain;
  anchored.anchors = {{2, 0.4f}, {3, -0.1f}};
  NetworkSpec members = anchored, members_alone = plain;
  members_alone.inputs = 0;
  members.members = members_alone.members = {.inputs = 3, .hidden = {8}};
  cases.push_back({"moments", reweighter, anchored, 2, 1000, 2, 3});
  cases.push_back({"moments_plain", reweighter, plain, 1, 1000, 2, 1});
  cases.push_back({"moments_of_means", reweighter, plain, 2, 1000, 1, 4});
  cases.push_back({"moments_of_target", reweighter, plain, 0, 1000, 2, 0});
  cases.push_back({"moments_members", reweighter, members, 2, 1000, 2, 2});
  cases.push_back({"moments_members_alone", reweighter, members_alone, 0, 1000, 1, 0});
  for (const auto& [name, network] : test::example_networks()) {
    cases.push_back({"kind_" + name, reweighter, network, network.inputs > 1 ? 2u : 0u, 1000});
  }
  return cases;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: onnx_parity FOLDER\n");
    return 2;
  }
  try {
    for (const Case& wanted : cases()) write_case(wanted, argv[1]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "onnx_parity: {}\n", error.what());
    return 1;
  }
  return 0;
}
