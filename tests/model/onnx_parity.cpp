// Writes models, inputs and our evaluator's outputs into a folder: onnx_parity FOLDER. For tests/python/test_onnx.py.
#include <exception>
#include <filesystem>
#include <string>

#include <fmt/format.h>

#include <model/example_model.hpp>
#include <trueup/table_io.hpp>

namespace {

using namespace trueup;

struct Case {
  std::string name;
  ModelKind kind;
  std::size_t columns;
  std::size_t parameters;
  std::vector<std::size_t> hidden;
  std::size_t rows;
};

/// NAME.onnx; NAME.npy with the columns in physical units, the parameters, and the output.
void write_case(const Case& wanted, const std::filesystem::path& folder) {
  ThreadPool pool(2);
  Model model = test::example_model(wanted.columns, wanted.parameters, wanted.hidden, wanted.kind);
  // Scales as they come from data, of many sizes, rather than near 1.
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    model.inputs[i].shift *= static_cast<float>(std::pow(10.0, i));
    model.inputs[i].scale /= static_cast<float>(std::pow(10.0, i));
  }
  Table table = test::example_table(model, wanted.rows);
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    for (float& x : table.mutable_values(model.inputs[i].name)) x *= static_cast<float>(std::pow(10.0, i));
  }
  std::vector<double> theta;
  for (std::size_t i = 0; i < wanted.parameters; ++i) theta.push_back(0.3 - 0.2 * static_cast<double>(i));
  std::vector<float> output = model_logits(model, table, theta, pool);
  for (std::size_t i = 0; i < theta.size(); ++i) {
    table.add_column(model.parameters[i].name, std::vector<float>(wanted.rows, static_cast<float>(theta[i])));
  }
  table.add_column("output", std::move(output));
  save_model(model, folder / (wanted.name + ".onnx"));
  write_table(table, (folder / (wanted.name + ".npy")).string());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: onnx_parity FOLDER\n");
    return 2;
  }
  const std::vector<Case> cases = {
      {"reweighter", ModelKind::reweighter, 5, 1, {50, 50, 50}, 20000},
      {"classifier", ModelKind::classifier, 2, 0, {128, 128}, 10000},
      {"odd_widths", ModelKind::reweighter, 3, 2, {1, 7, 33}, 193},
      {"no_hidden_layer", ModelKind::classifier, 4, 0, {}, 100},
      {"one_row", ModelKind::reweighter, 1, 1, {50}, 1},
  };
  try {
    for (const Case& wanted : cases) write_case(wanted, argv[1]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "onnx_parity: {}\n", error.what());
    return 1;
  }
  return 0;
}
