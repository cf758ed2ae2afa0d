// Refiners for tests: a filled network with columns of every transform.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <model/example_model.hpp>
#include <trueup/refiner_model.hpp>

namespace trueup::test {

/// Refines "x" (plain), "pt" (log above 0), "ratio" (logit between −1 and 1), "count" (integer, from 0), told "eta" and
/// "mass" (log above −0.5).
inline RefinerModel example_refiner(std::uint64_t seed = 1) {
  NetworkSpec spec{.inputs = 6, .hidden = {32}, .outputs = 4, .activation = Activation::leaky_relu};
  spec.residual_blocks = 2;
  spec.add_inputs = true;
  RandomStream stream(seed, "example refiner");
  RefinerModel model{Network(spec)};
  fill_network(model.network, stream);
  const auto scaled = [&](RefinerColumn column) {
    column.shift = static_cast<float>(stream.normal() / 3.0);
    column.scale = static_cast<float>(1.0 + stream.uniform() / 3.0);
    return column;
  };
  model.refined = {scaled({.name = "x", .unit = "mm"}),
                   scaled({.name = "pt", .unit = "GeV", .transform = ColumnTransform::log, .low = 0.0f}),
                   scaled({.name = "ratio", .transform = ColumnTransform::logit, .low = -1.0f, .high = 1.0f}),
                   scaled({.name = "count", .low = 0.0f, .integer = true})};
  model.conditions = {scaled({.name = "eta"}),
                      scaled({.name = "mass", .transform = ColumnTransform::log, .low = -0.5f})};
  TrainRecord record;
  record.epochs = {{1, 0.7, 0.69, 1e-3, 0.1}, {2, 1.0 / 3.0, 0.65, 1e-3, 0.2}};
  record.best_epoch = 2;
  record.best_validation_loss = 0.65;
  model.stages = {record, record};
  model.metadata = {{"seed", "1"}};
  return model;
}

/// Values of order 1 in every column's domain.
inline Table refiner_table(std::size_t rows, std::uint64_t seed = 2) {
  RandomStream stream(seed, "refiner table");
  std::vector<std::vector<float>> values(6, std::vector<float>(rows));
  for (std::size_t r = 0; r < rows; ++r) {
    values[0][r] = static_cast<float>(stream.normal());
    values[1][r] = static_cast<float>(std::exp(stream.normal()));
    values[2][r] = static_cast<float>(stream.uniform(-1.0, 1.0));
    values[3][r] = static_cast<float>(stream.below(20));
    values[4][r] = static_cast<float>(stream.uniform(-2.5, 2.5));
    values[5][r] = static_cast<float>(std::exp(stream.normal()));
  }
  Table table;
  const char* const names[] = {"x", "pt", "ratio", "count", "eta", "mass"};
  for (std::size_t c = 0; c < 6; ++c) table.add_column(names[c], std::move(values[c]));
  return table;
}

}  // namespace trueup::test
