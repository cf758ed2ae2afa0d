// Models for tests: initialised networks with scaling, parameters, a record and metadata.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include <trueup/model.hpp>
#include <trueup/random.hpp>

namespace trueup::test {

/// Columns "x0", "x1", …, parameters "theta0", …; shifts, scales and biases that no short decimal can hold.
inline Model example_model(std::size_t columns, std::size_t parameters, std::vector<std::size_t> hidden,
                           ModelKind kind, std::uint64_t seed = 1) {
  RandomStream stream(seed, "example model");
  NetworkSpec spec;
  spec.inputs = columns + parameters;
  spec.hidden = std::move(hidden);
  Model model{Network(spec)};
  model.network.initialise(stream);
  for (std::size_t l = 0; l < model.network.layers().size(); ++l) {
    for (float& b : model.network.bias(l)) b = static_cast<float>(0.1 * stream.normal());
  }
  model.kind = kind;
  const auto shift = [&] { return static_cast<float>(stream.normal() / 3.0); };
  const auto scale = [&] { return static_cast<float>(1.0 + stream.uniform() / 3.0); };
  for (std::size_t i = 0; i < columns; ++i) {
    model.inputs.push_back({"x" + std::to_string(i), i == 0 ? "GeV" : "", shift(), scale()});
  }
  for (std::size_t i = 0; i < parameters; ++i) {
    model.parameters.push_back({"theta" + std::to_string(i), "", 0.1, -1.0, 1.0 / 3.0, shift(), scale()});
  }
  model.record.epochs = {{1, 0.7, 0.69, 1e-3, 0.1}, {2, 1.0 / 3.0, 0.65, 1e-3, 0.2}};
  model.record.best_epoch = 2;
  model.record.best_validation_loss = 0.65;
  model.record.stopped_early = true;
  model.record.seconds = 0.3;
  model.metadata = {{"seed", "1"}, {"made from", "nominal.h5, scan.h5"}};
  return model;
}

/// A table with the model's columns, standard normal.
inline Table example_table(const Model& model, std::size_t rows, std::uint64_t seed = 2) {
  RandomStream stream(seed, "example table");
  Table table;
  for (const ModelInput& input : model.inputs) {
    std::vector<float> values(rows);
    for (float& x : values) x = static_cast<float>(stream.normal());
    table.add_column(input.name, std::move(values), input.unit);
  }
  return table;
}

}  // namespace trueup::test
