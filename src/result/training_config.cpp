// Reading and writing the [training] section of a configuration.
#include <algorithm>
#include <initializer_list>

#include <fmt/format.h>

#include "result/config_sections.hpp"

namespace trueup {
namespace {

const std::vector<std::string> kOptimisers{"adam", "adamw"};
const std::vector<std::string> kSchedules{"constant", "cosine", "one_cycle", "plateau"};
const std::vector<std::string> kKeptEpochs{"best", "last"};
const std::vector<std::string> kAverages{"none", "exponential", "tail"};
const std::vector<std::string> kPrecisions{"float32", "bf16"};
constexpr double kUsualDecay = 0.01;  // PyTorch's for AdamW

template <class Kind>
const std::string& name_of(const std::vector<std::string>& names, Kind kind) {
  return names.at(static_cast<std::size_t>(kind));
}

template <class Kind>
Kind read_kind(ConfigTable& table, const std::string& key, const std::vector<std::string>& names, Kind kind) {
  const std::string name = table.choice(key, names, name_of(names, kind));
  return static_cast<Kind>(std::find(names.begin(), names.end(), name) - names.begin());
}

/// A key that another key's value would leave without effect is a mistake worth telling.
void refuse(const ConfigTable& table, std::initializer_list<const char*> keys, const std::string& because) {
  for (const char* key : keys) {
    if (table.has(key)) table.fail(key, fmt::format("has an effect only with {}", because));
  }
}

double read_at_least_0(ConfigTable& table, const std::string& key, double fallback) {
  const double value = table.number(key, fallback);
  if (value < 0.0) table.fail(key, fmt::format("must be 0 or more, not {}", value));
  return value;
}

void read_optimiser(ConfigTable& table, AdamOptions& adam) {
  adam.learning_rate = read_between(table, "learning_rate", adam.learning_rate, 0.0, 1.0);
  const bool decays = adam.weight_decay > 0.0;
  if (table.choice("optimiser", kOptimisers, decays ? "adamw" : "adam") == "adamw") {
    const double usual = decays ? adam.weight_decay : kUsualDecay;
    adam.weight_decay = read_between(table, "weight_decay", usual, 0.0, 1.0 / adam.learning_rate);
  } else {
    refuse(table, {"weight_decay"}, "optimiser = \"adamw\"");
    adam.weight_decay = 0.0;
  }
  adam.clip_norm = read_at_least_0(table, "clip_norm", adam.clip_norm);
}

void read_schedule(ConfigTable& table, ScheduleOptions& schedule) {
  const auto kind = read_kind(table, "schedule", kSchedules, schedule.kind);
  if (kind != schedule.kind) schedule = ScheduleOptions(kind);  // with that kind's usual numbers
  schedule.warmup = read_at_least_0(table, "warmup", schedule.warmup);
  if (schedule.warmup >= 1.0) {
    table.fail("warmup",
               fmt::format("is a part of the training, from 0 to less than 1, not {}", schedule.warmup));
  }
  if (kind == LearningRateSchedule::plateau) {
    schedule.plateau_factor = read_between(table, "plateau_factor", schedule.plateau_factor, 0.0, 1.0);
    schedule.plateau_patience = read_count(table, "plateau_patience", schedule.plateau_patience, 0);
  } else {
    refuse(table, {"plateau_factor", "plateau_patience"}, "schedule = \"plateau\"");
  }
}

void read_averaging(ConfigTable& table, AveragingOptions& averaging) {
  averaging.kind = read_kind(table, "averaging", kAverages, averaging.kind);
  if (averaging.kind == AverageKind::exponential) {
    averaging.decay = read_between(table, "averaging_decay", averaging.decay, 0.0, 1.0);
  } else {
    refuse(table, {"averaging_decay"}, "averaging = \"exponential\"");
  }
  if (averaging.kind == AverageKind::tail) {
    averaging.part = read_between(table, "averaging_part", averaging.part, 0.0, 1.0);
  } else {
    refuse(table, {"averaging_part"}, "averaging = \"tail\"");
  }
}

}  // namespace

void read_training(ConfigTable table, TrainOptions& options) {
  options.batch_size = read_count(table, "batch_size", options.batch_size);
  options.max_epochs = read_count(table, "max_epochs", options.max_epochs);
  options.patience = read_count(table, "patience", options.patience);
  options.keep = read_kind(table, "keep", kKeptEpochs, options.keep);
  options.min_improvement = read_between(table, "min_improvement", options.min_improvement, 0.0, 1.0, true);
  options.precision = read_kind(table, "precision", kPrecisions, options.precision);
  read_optimiser(table, options.adam);
  read_schedule(table, options.schedule);
  read_averaging(table, options.averaging);
}

void add_training(TomlText& toml, const TrainOptions& options) {
  toml.add("batch_size", options.batch_size);
  toml.add("max_epochs", options.max_epochs);
  toml.add("patience", options.patience);
  toml.add("keep", name_of(kKeptEpochs, options.keep));
  toml.add("min_improvement", options.min_improvement);
  toml.add("precision", name_of(kPrecisions, options.precision));
  toml.add("learning_rate", options.adam.learning_rate);
  const bool decays = options.adam.weight_decay > 0.0;
  toml.add("optimiser", decays ? "adamw" : "adam");
  if (decays) toml.add("weight_decay", options.adam.weight_decay);
  toml.add("clip_norm", options.adam.clip_norm);
  toml.add("schedule", name_of(kSchedules, options.schedule.kind));
  toml.add("warmup", options.schedule.warmup);
  if (options.schedule.kind == LearningRateSchedule::plateau) {
    toml.add("plateau_factor", options.schedule.plateau_factor);
    toml.add("plateau_patience", options.schedule.plateau_patience);
  }
  const AveragingOptions& averaging = options.averaging;
  toml.add("averaging", name_of(kAverages, averaging.kind));
  if (averaging.kind == AverageKind::exponential) toml.add("averaging_decay", averaging.decay);
  if (averaging.kind == AverageKind::tail) toml.add("averaging_part", averaging.part);
}

}  // namespace trueup
