// A network's spec to JSON text and back.
#include <model/network_json.hpp>

#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace trueup {
namespace {

using nlohmann::json;

/// Negative numbers and fractions would be converted without a word.
std::size_t count_from(const json& value) {
  if (!value.is_number_unsigned()) throw std::out_of_range(fmt::format("{} is not a count", value.dump()));
  return value.get<std::size_t>();
}

std::vector<std::size_t> widths_from(const json& list) {
  if (!list.is_array()) throw std::out_of_range("widths are not a list");
  std::vector<std::size_t> widths;
  for (const json& width : list) widths.push_back(count_from(width));
  return widths;
}

}  // namespace

std::string network_json(const NetworkSpec& spec) {
  json anchors = json::array();
  for (const AnchoredInput& anchor : spec.anchors) {
    anchors.push_back({{"input", anchor.input}, {"value", anchor.value}});
  }
  const json members = {{"inputs", spec.members.inputs}, {"hidden", spec.members.hidden}};
  return json{{"inputs", spec.inputs},
              {"hidden", spec.hidden},
              {"outputs", spec.outputs},
              {"activation", to_string(spec.activation)},
              {"residual_blocks", spec.residual_blocks},
              {"add_inputs", spec.add_inputs},
              {"members", members},
              {"anchors", anchors}}
      .dump();
}

NetworkSpec network_from_json(const std::string& text) {
  const json object = json::parse(text);
  NetworkSpec spec;
  spec.inputs = count_from(object.at("inputs"));
  spec.hidden = widths_from(object.at("hidden"));
  spec.outputs = count_from(object.at("outputs"));
  spec.activation = activation_from_string(object.at("activation"));
  spec.residual_blocks = count_from(object.at("residual_blocks"));
  spec.add_inputs = object.at("add_inputs").get<bool>();
  spec.members.inputs = count_from(object.at("members").at("inputs"));
  spec.members.hidden = widths_from(object.at("members").at("hidden"));
  for (const json& anchor : object.at("anchors")) {
    spec.anchors.push_back(
        {count_from(anchor.at("input")), static_cast<float>(anchor.at("value").get<double>())});
  }
  return spec;
}

}  // namespace trueup
