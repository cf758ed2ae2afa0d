// A training's record to JSON and back.
#pragma once

#include <nlohmann/json.hpp>

#include <trueup/trainer.hpp>

namespace trueup {

nlohmann::json record_json(const TrainRecord& record);
/// What record_json gave; throws nlohmann::json::exception for anything else.
TrainRecord record_from(const nlohmann::json& object);

}  // namespace trueup
