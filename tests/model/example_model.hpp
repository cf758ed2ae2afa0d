// Models for tests: initialised networks with scaling, parameters, a record and metadata.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <model/moment_basis.hpp>
#include <trueup/model.hpp>
#include <trueup/random.hpp>

namespace trueup::test {

/// Every weight and bias different from 0, of a size that keeps values of order 1 in every layer.
inline void fill_network(Network& network, RandomStream& stream) {
  network.initialise(stream);
  const auto fill = [&](const DenseLayer& layer) {
    const auto weight = network.weight(layer);
    if (std::all_of(weight.begin(), weight.end(), [](float w) { return w == 0.0f; })) {
      // Layers that start at 0: the last of a network or block with skip connections.
      for (float& w : weight) {
        w = static_cast<float>(stream.normal() / std::sqrt(static_cast<double>(layer.inputs)));
      }
    }
    for (float& b : network.bias(layer)) b = static_cast<float>(0.1 * stream.normal());
  };
  std::for_each(network.member_layers().begin(), network.member_layers().end(), fill);
  std::for_each(network.layers().begin(), network.layers().end(), fill);
}

/// Columns "x0", "x1", …, parameters "theta0", …, members "members" with columns "m0", …; shifts, scales and biases that
/// no short decimal can hold. The last `parameters` inputs of the network are parameters.
inline Model example_model(const NetworkSpec& spec, std::size_t parameters, ModelKind kind,
                           std::uint64_t seed = 1) {
  RandomStream stream(seed, "example model");
  Model model{Network(spec)};
  fill_network(model.network, stream);
  model.kind = kind;
  const auto shift = [&] { return static_cast<float>(stream.normal() / 3.0); };
  const auto scale = [&] { return static_cast<float>(1.0 + stream.uniform() / 3.0); };
  for (std::size_t i = 0; i + parameters < spec.inputs; ++i) {
    model.inputs.push_back({"x" + std::to_string(i), i == 0 ? "GeV" : "", shift(), scale()});
  }
  for (std::size_t i = 0; i < parameters; ++i) {
    model.parameters.push_back({"theta" + std::to_string(i), "", 0.1, -1.0, 1.0 / 3.0, shift(), scale()});
  }
  if (model.network.member_inputs() > 0) model.members.group = "members";
  for (std::size_t i = 0; i < model.network.member_inputs(); ++i) {
    model.members.columns.push_back({"m" + std::to_string(i), i == 0 ? "GeV" : "", shift(), scale()});
  }
  model.record.epochs = {{1, 0.7, 0.69, 1e-3, 0.1}, {2, 1.0 / 3.0, 0.65, 1e-3, 0.2}};
  model.record.best_epoch = 2;
  model.record.best_validation_loss = 0.65;
  model.record.stopped_early = true;
  model.record.seconds = 0.3;
  model.metadata = {{"seed", "1"}, {"made from", "nominal.h5, scan.h5"}};
  return model;
}

/// A correction of moments whose every coefficient counts.
inline void add_moments(Model& model, std::size_t order, std::size_t degree, std::uint64_t seed = 1) {
  RandomStream stream(seed, "example moments");
  model.moments.order = order;
  model.moments.degree = degree;
  const MomentBasis basis(model, order, degree);
  for (std::size_t i = 0; i < basis.coefficients(); ++i) {
    model.moments.coefficients.push_back(static_cast<float>(0.3 * stream.normal()));
  }
  for (std::size_t i = basis.columns(); i < basis.variables(); ++i) {
    model.moments.sums.push_back(
        {static_cast<float>(stream.normal()), static_cast<float>(0.3 + 0.3 * stream.uniform())});
  }
}

/// A plain chain of ReLU layers.
inline Model example_model(std::size_t columns, std::size_t parameters, std::vector<std::size_t> hidden,
                           ModelKind kind, std::uint64_t seed = 1) {
  NetworkSpec spec;
  spec.inputs = columns + parameters;
  spec.hidden = std::move(hidden);
  return example_model(spec, parameters, kind, seed);
}

/// A network of each kind, with one output, by name.
inline std::vector<std::pair<std::string, NetworkSpec>> example_networks() {
  const NetworkSpec plain{.inputs = 4, .hidden = {24, 16}};
  const NetworkSpec residual{.inputs = 4, .hidden = {24}, .residual_blocks = 2};
  const MemberSpec members{.inputs = 3, .hidden = {20, 8}};
  std::vector<std::pair<std::string, NetworkSpec>> networks;
  const auto add = [&](const std::string& name, NetworkSpec spec, auto change) {
    change(spec);
    networks.emplace_back(name, std::move(spec));
  };
  for (const Activation activation :
       {Activation::identity, Activation::relu, Activation::leaky_relu, Activation::silu, Activation::tanh}) {
    add(to_string(activation), plain, [&](NetworkSpec& s) { s.activation = activation; });
  }
  add("residual", residual, [](NetworkSpec& s) { s.activation = Activation::leaky_relu; });
  add("residual_silu_adds_inputs", residual, [](NetworkSpec& s) {
    s.activation = Activation::silu;
    s.add_inputs = true;
  });
  add("adds_inputs", plain, [](NetworkSpec& s) { s.add_inputs = true; });
  add("adds_its_one_input", plain, [](NetworkSpec& s) {
    s.inputs = 1;
    s.add_inputs = true;
  });
  add("dropout", plain, [](NetworkSpec& s) { s.dropout = 0.25; });
  add("members", plain, [&](NetworkSpec& s) { s.members = members; });
  add("members_alone", plain, [&](NetworkSpec& s) {
    s.inputs = 0;
    s.members = members;
    s.activation = Activation::leaky_relu;
  });
  add("members_no_hidden_layer", plain, [&](NetworkSpec& s) {
    s.hidden.clear();
    s.members = members;
    s.activation = Activation::tanh;
  });
  add("members_residual_silu_adds_inputs", residual, [&](NetworkSpec& s) {
    s.members = members;
    s.activation = Activation::silu;
    s.add_inputs = true;
  });
  add("anchors", plain, [](NetworkSpec& s) { s.anchors = {{3, 1.0f / 3.0f}}; });
  add("anchors_two_residual_adds_inputs", residual, [](NetworkSpec& s) {
    s.activation = Activation::silu;
    s.add_inputs = true;
    s.anchors = {{0, -0.7f}, {3, 0.0f}};
  });
  add("anchors_members", plain, [&](NetworkSpec& s) {
    s.activation = Activation::tanh;
    s.members = members;
    s.anchors = {{2, 0.4f}, {3, -0.1f}};
  });
  return networks;
}

inline JaggedGroup example_group(const Model& model, std::size_t rows, RandomStream& stream) {
  JaggedGroup group{model.members.group, {0}, {}};
  for (std::size_t r = 0; r < rows; ++r) group.offsets.push_back(group.offsets.back() + stream.below(7));
  for (const ModelInput& input : model.members.columns) {
    std::vector<float> values(group.members());
    for (float& x : values) x = static_cast<float>(stream.normal());
    group.columns.push_back({input.name, input.unit, std::move(values)});
  }
  return group;
}

/// A table with the model's columns, standard normal, and 0 to 6 members a row where the model takes some.
inline Table example_table(const Model& model, std::size_t rows, std::uint64_t seed = 2) {
  RandomStream stream(seed, "example table");
  Table table;
  for (const ModelInput& input : model.inputs) {
    std::vector<float> values(rows);
    for (float& x : values) x = static_cast<float>(stream.normal());
    table.add_column(input.name, std::move(values), input.unit);
  }
  if (!model.members.columns.empty()) table.add_group(example_group(model, rows, stream));
  return table;
}

}  // namespace trueup::test
