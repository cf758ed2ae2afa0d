// What `trueup info` says of a model.
#include "cli/info_model.hpp"

#include <vector>

#include <fmt/format.h>

#include <trueup/model.hpp>
#include <trueup/refiner_model.hpp>

namespace trueup::cli {
namespace {

using Json = nlohmann::ordered_json;

/// The network takes (x − shift) · scale.
Json inputs_json(const std::vector<ModelInput>& inputs) {
  Json list = Json::array();
  for (const ModelInput& input : inputs) {
    list.push_back(
        {{"name", input.name}, {"unit", input.unit}, {"shift", input.shift}, {"scale", input.scale}});
  }
  return list;
}

Json parameters_json(const std::vector<ModelParameter>& parameters) {
  Json list = Json::array();
  for (const ModelParameter& p : parameters) {
    list.push_back({{"name", p.name},
                    {"unit", p.unit},
                    {"nominal", p.nominal},
                    {"low", p.low},
                    {"high", p.high},
                    {"shift", p.shift},
                    {"scale", p.scale}});
  }
  return list;
}

Json layers_json(const std::vector<DenseLayer>& layers) {
  Json list = Json::array();
  for (const DenseLayer& layer : layers) {
    Json entry{{"inputs", layer.inputs},
               {"outputs", layer.outputs},
               {"activation", to_string(layer.activation)},
               {"parameters", (layer.inputs + 1) * layer.outputs}};
    // Value 0 is what the first layer takes, value l what layer l puts out.
    if (layer.skip != DenseLayer::kNoSkip) entry["adds_value"] = layer.skip;
    list.push_back(entry);
  }
  return list;
}

/// `names`: of the network's inputs.
Json network_json(const Network& network, const std::vector<std::string>& names) {
  Json anchors = Json::array();
  for (const AnchoredInput& anchor : network.spec().anchors) {
    anchors.push_back({{"input", names.at(anchor.input)}, {"value", anchor.value}});
  }
  return {{"inputs", network.inputs()},
          {"outputs", network.outputs()},
          {"residual_blocks", network.spec().residual_blocks},
          {"adds_inputs", network.spec().add_inputs},
          {"member_layers", layers_json(network.member_layers())},
          {"layers", layers_json(network.layers())},
          {"anchors", anchors}};
}

Json training_json(const TrainRecord& record) {
  Json epochs = Json::array();
  for (const EpochRecord& e : record.epochs) {
    epochs.push_back({{"epoch", e.epoch},
                      {"train_loss", e.train_loss},
                      {"validation_loss", e.validation_loss},
                      {"learning_rate", e.learning_rate},
                      {"seconds", e.seconds}});
  }
  return {{"epochs", record.epochs.size()},
          {"best_epoch", record.best_epoch},
          {"validation_loss", record.best_validation_loss},
          {"stopped_early", record.stopped_early},
          {"seconds", record.seconds},
          {"precision", to_string(record.precision)},
          {"history", epochs}};
}

std::string unit_text(const Json& entry) {
  const auto unit = entry["unit"].get<std::string>();
  return unit.empty() ? "" : " " + unit;
}

std::string scaling_text(const Json& entry) {
  return fmt::format("taken as (x - {:.6g}) * {:.6g}", entry["shift"].get<double>(),
                     entry["scale"].get<double>());
}

void print_inputs(const Session& session, const Json& inputs, const std::string& of) {
  for (const Json& input : inputs) {
    session.print(fmt::format("{}input {}{}: {}", of, input["name"].get<std::string>(), unit_text(input),
                              scaling_text(input)));
  }
}

void print_layers(const Session& session, const Json& layers, const std::string& of) {
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const Json& layer = layers[l];
    std::string line =
        fmt::format("{}layer {}: {} to {}, {}, {} parameters", of, l + 1, layer["inputs"].get<std::size_t>(),
                    layer["outputs"].get<std::size_t>(), layer["activation"].get<std::string>(),
                    layer["parameters"].get<std::size_t>());
    if (layer.contains("adds_value")) {
      const auto value = layer["adds_value"].get<std::size_t>();
      line += value == 0 ? ", adds the inputs" : fmt::format(", adds what layer {} puts out", value);
    }
    session.print(line);
  }
}

void print_training(const Session& session, const Json& training) {
  session.print(fmt::format("trained {} epochs in {:.1f} s, in {}, {}best {}, validation loss {:.6f}",
                            training["epochs"].get<std::size_t>(), training["seconds"].get<double>(),
                            training["precision"].get<std::string>(),
                            training["stopped_early"].get<bool>() ? "stopped early, " : "",
                            training["best_epoch"].get<std::size_t>(),
                            training["validation_loss"].get<double>()));
  const Json& history = training["history"];
  const auto line = [&](const Json& e) {
    return fmt::format("epoch {}: training loss {:.6f}, validation loss {:.6f}, learning rate {:.3g}",
                       e["epoch"].get<std::size_t>(), e["train_loss"].get<double>(),
                       e["validation_loss"].get<double>(), e["learning_rate"].get<double>());
  };
  if (!history.empty()) session.print(line(history.front()));
  if (history.size() > 1) session.print(line(history.back()));
}

/// The network takes (t − shift) · scale of the transformed column t.
Json refiner_columns(const std::vector<RefinerColumn>& columns) {
  Json list = Json::array();
  for (const RefinerColumn& c : columns) {
    list.push_back({{"name", c.name},
                    {"unit", c.unit},
                    {"transform", to_string(c.transform)},
                    {"low", static_cast<double>(c.low)},
                    {"high", static_cast<double>(c.high)},
                    {"integer", c.integer},
                    {"shift", c.shift},
                    {"scale", c.scale}});
  }
  return list;
}

}  // namespace

Json model_info(const std::string& path) {
  const Model model = load_model(path);
  return {{"schema", "trueup.info/1"},
          {"path", path},
          {"kind", model.kind == ModelKind::reweighter ? "reweighter" : "classifier"},
          {"inputs", inputs_json(model.inputs)},
          {"parameters", parameters_json(model.parameters)},
          {"members", {{"group", model.members.group}, {"inputs", inputs_json(model.members.columns)}}},
          {"hidden", model.network.spec().hidden},
          {"weights", model.network.parameters().size()},
          {"network", network_json(model.network, model.input_names())},
          {"moments",
           {{"order", model.moments.order},
            {"degree", model.moments.degree},
            {"coefficients", model.moments.coefficients.size()}}},
          {"epochs", model.record.epochs.size()},
          {"best_epoch", model.record.best_epoch},
          {"validation_loss", model.record.best_validation_loss},
          {"training", training_json(model.record)},
          {"metadata", Json(model.metadata)}};
}

void print_model(const Session& session, const Json& info) {
  session.print(fmt::format("{}: {}, {} parameters in all layers", info["path"].get<std::string>(),
                            info["kind"].get<std::string>(), info["weights"].get<std::size_t>()));
  print_inputs(session, info["inputs"], "");
  for (const Json& p : info["parameters"]) {
    session.print(fmt::format("parameter {}{}: nominal {:.6g}, range {:.6g} to {:.6g}, {}",
                              p["name"].get<std::string>(), unit_text(p), p["nominal"].get<double>(),
                              p["low"].get<double>(), p["high"].get<double>(), scaling_text(p)));
  }
  const Json& network = info["network"];
  const auto group = info["members"]["group"].get<std::string>();
  print_inputs(session, info["members"]["inputs"], fmt::format("members of {}: ", group));
  print_layers(session, network["member_layers"], "member ");
  if (!network["member_layers"].empty()) {
    session.print("the sums over the members follow the inputs");
  }
  print_layers(session, network["layers"], "");
  for (const Json& anchor : network["anchors"]) {
    session.print(fmt::format("exactly 0 where {} is {:.6g} after scaling",
                              anchor["input"].get<std::string>(), anchor["value"].get<double>()));
  }
  if (const Json& moments = info["moments"]; moments["coefficients"].get<std::size_t>() > 0) {
    session.print(fmt::format("moments of order {} corrected, by {} coefficients",
                              moments["order"].get<std::size_t>(),
                              moments["coefficients"].get<std::size_t>()));
  }
  print_training(session, info["training"]);
}

Json refiner_info(const std::string& path) {
  const RefinerModel model = load_refiner(path);
  Json stages = Json::array();
  for (const TrainRecord& record : model.stages) stages.push_back(training_json(record));
  const NetworkSpec& network = model.network.spec();
  return {{"schema", "trueup.info/1"},
          {"path", path},
          {"kind", "refiner"},
          {"refined", refiner_columns(model.refined)},
          {"conditions", refiner_columns(model.conditions)},
          {"width", network.hidden.front()},
          {"blocks", network.residual_blocks},
          {"weights", model.network.parameters().size()},
          {"network", network_json(model.network, model.column_names())},
          {"stages", stages},
          {"metadata", Json(model.metadata)}};
}

void print_refiner(const Session& session, const Json& info) {
  session.print(fmt::format("{}: refiner, {} weights, {} residual blocks of width {}",
                            info["path"].get<std::string>(), info["weights"].get<std::size_t>(),
                            info["blocks"].get<std::size_t>(), info["width"].get<std::size_t>()));
  for (const char* kind : {"refined", "conditions"}) {
    for (const Json& column : info[kind]) {
      session.print(fmt::format("{} {}{}, transform {}, {}", *kind == 'r' ? "refines" : "reads",
                                column["name"].get<std::string>(), unit_text(column),
                                column["transform"].get<std::string>(), scaling_text(column)));
    }
  }
  print_layers(session, info["network"]["layers"], "");
  for (const Json& stage : info["stages"]) print_training(session, stage);
}

}  // namespace trueup::cli
