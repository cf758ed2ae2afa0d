// What `trueup info` says of a model.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "cli/session.hpp"

namespace trueup::cli {

/// Inputs with their scaling, parameters, the network layer by layer, and the record of its training. Throws DataError
/// for a file that is no model.
nlohmann::ordered_json model_info(const std::string& path);

/// The same for people.
void print_model(const Session& session, const nlohmann::ordered_json& info);

/// Of a refiner: its columns with their transforms and scaling, the network, and the record of each stage.
nlohmann::ordered_json refiner_info(const std::string& path);
void print_refiner(const Session& session, const nlohmann::ordered_json& info);

}  // namespace trueup::cli
