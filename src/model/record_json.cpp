// Training records as JSON.
#include <model/record_json.hpp>

#include <limits>

namespace trueup {
namespace {

using nlohmann::json;

/// JSON has no NaN or infinity: a loss that was one is null in the file, and NaN again here.
double number_or_nan(const json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

}  // namespace

json record_json(const TrainRecord& record) {
  json epochs = json::array();
  for (const EpochRecord& e : record.epochs) {
    epochs.push_back({{"epoch", e.epoch},
                      {"train_loss", e.train_loss},
                      {"validation_loss", e.validation_loss},
                      {"learning_rate", e.learning_rate},
                      {"seconds", e.seconds}});
  }
  return {{"epochs", epochs},
          {"best_epoch", record.best_epoch},
          {"best_validation_loss", record.best_validation_loss},
          {"stopped_early", record.stopped_early},
          {"seconds", record.seconds},
          {"precision", to_string(record.precision)}};
}

TrainRecord record_from(const json& object) {
  TrainRecord record;
  for (const json& item : object.at("epochs")) {
    record.epochs.push_back({item.at("epoch"), number_or_nan(item.at("train_loss")),
                             number_or_nan(item.at("validation_loss")),
                             number_or_nan(item.at("learning_rate")), number_or_nan(item.at("seconds"))});
  }
  record.best_epoch = object.at("best_epoch");
  record.best_validation_loss = number_or_nan(object.at("best_validation_loss"));
  record.stopped_early = object.at("stopped_early");
  record.seconds = number_or_nan(object.at("seconds"));
  // Files that were written before bf16 say nothing.
  record.precision = precision_from_string(object.value("precision", "float32"));
  return record;
}

}  // namespace trueup
