// Reading the tables and models of a fit.
#include "result/fit_run.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup {
namespace {

/// Models of one fit must weight in the same parameters.
void check_same_parameters(const std::vector<InputModel>& models) {
  const auto names = [](const Model& model) {
    std::vector<std::string> list;
    for (const ModelParameter& p : model.parameters) list.push_back(p.name);
    return list;
  };
  for (const InputModel& input : models) {
    if (names(input.model) == names(models.front().model)) continue;
    throw DataError(fmt::format("models '{}' and '{}' have different parameters: {} and {}",
                                models.front().record.path, input.record.path,
                                quoted_list(names(models.front().model)), quoted_list(names(input.model))));
  }
}

std::vector<std::string> parameter_names(const FitJob& job, const FitInputs& inputs) {
  if (job.reweight) return job.reweight->options.parameters;
  std::vector<std::string> names;
  for (const ModelParameter& p : inputs.models.front().model.parameters) names.push_back(p.name);
  return names;
}

/// The truth is for the reader. It is taken out of the data's metadata here, which then go.
void set_truth_aside(FitJob& job, FitInputs& inputs) {
  const std::vector<std::string> names = parameter_names(job, inputs);
  for (const auto& [name, value] : job.truth) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      throw ConfigError(fmt::format("'data.truth' names '{}', which is not among the parameters{}", name,
                                    did_you_mean(name, names)));
    }
  }
  for (const auto& [name, value] : truths_of(inputs.data.table)) {
    if (std::find(names.begin(), names.end(), name) != names.end()) inputs.truth[name] = value;
  }
  for (const auto& [name, value] : job.truth) inputs.truth[name] = value;
  std::vector<std::string> kept = inputs.data.table.column_names();
  for (const JaggedGroup& group : inputs.data.table.groups()) kept.push_back(group.name);
  inputs.data.table = bare_columns(inputs.data.table, kept);
}

std::vector<std::string> unique(const std::vector<std::string>& names) {
  std::vector<std::string> result;
  for (const std::string& name : names) {
    if (std::find(result.begin(), result.end(), name) == result.end()) result.push_back(name);
  }
  return result;
}

/// The jagged groups that the weights read.
std::vector<std::string> weights_groups(const FitJob& job, const FitInputs& inputs) {
  std::vector<std::string> groups;
  if (job.reweight && !job.reweight->options.members.none())
    groups.push_back(job.reweight->options.members.group);
  for (const InputModel& input : inputs.models) {
    if (!input.model.members.group.empty()) groups.push_back(input.model.members.group);
  }
  return unique(groups);
}

/// A yield becomes a share of the data.
void load_background(const FitJob& job, FitInputs& inputs, const InputSource& source) {
  const BackgroundSection& section = job.background;
  if (section.table.empty()) return;
  inputs.background = load_input(section.table, job.fit.observables, "background", source, section.columns);
  const std::vector<float> data = inputs.data.table.weights_or_ones();
  const double total = section.is_yield ? std::accumulate(data.begin(), data.end(), 0.0) : 1.0;
  if (!(section.expected < total)) {
    throw ConfigError(
        fmt::format("'background.yield' is {}, and the data's weights sum to {}: no signal is left",
                    section.expected, total));
  }
  inputs.background_share = section.expected / total;
  inputs.background_share_error = section.error / total;
  if (!section.is_yield) return;
  // The sum of the data's weights, by which a yield becomes a share, fluctuates itself.
  const double squares = std::inner_product(data.begin(), data.end(), data.begin(), 0.0);
  inputs.background_share_error =
      std::hypot(inputs.background_share_error, inputs.background_share * std::sqrt(squares) / total);
}

/// Generator-level events, unless they are those that w is trained on.
void load_generator(const FitJob& job, std::vector<std::string> columns, FitInputs& inputs,
                    const InputSource& source) {
  if (job.generator_table.empty() || job.generator_table == job.scanned_table) return;
  inputs.generate = source.events(job.generator_table);
  if (inputs.generate) return;
  for (const std::string& name : parameter_names(job, inputs)) columns.push_back(name);
  inputs.generator =
      load_input(job.generator_table, unique(columns), "generator events", source, job.generator_columns);
}

}  // namespace

FitInputs load_fit_inputs(FitJob& job, std::uint64_t seed, const InputSource& source) {
  FitInputs inputs;
  std::vector<std::string> features;
  if (job.reweight) features = job.reweight->options.features;
  for (const std::string& path : job.models) {
    inputs.models.push_back(load_reweighter_model(path, source));
    if (inputs.models.back().model.parameters.empty()) {
      throw ConfigError(fmt::format(
          "model '{}' has no parameter to fit: its weights turn one sample into another. Train it "
          "on a scanned sample: [scanned] in the place of [target]",
          path));
    }
    const std::vector<std::string> names = inputs.models.back().model.column_names();
    features.insert(features.end(), names.begin(), names.end());
  }
  if (!job.reweight) check_same_parameters(inputs.models);
  // DCTR asks the classifier of the weights, so it sees what that was trained on.
  if (job.fit.method == FitMethod::dctr && job.fit.observables.empty())
    job.fit.observables = unique(features);
  check_fit_options(job.fit, unique(features), parameter_names(job, inputs).size());
  for (const FitOptions& other : job.agreement) {
    check_fit_options(other, unique(features), parameter_names(job, inputs).size());
  }
  // From here on also what is only read: the group of the weights, and that of the classifier.
  features.insert(features.end(), job.fit.score.features.begin(), job.fit.score.features.end());
  for (const FitOptions& other : job.agreement) {
    features.insert(features.end(), other.score.features.begin(), other.score.features.end());
  }
  for (const std::string& group : weights_groups(job, inputs)) features.push_back(group);
  features = unique(features);
  std::vector<std::string> columns = with_group(job.fit.observables, job.fit.members.group);
  inputs.data = load_input(job.data_table, columns, "data", source, job.data_columns);
  columns.insert(columns.end(), features.begin(), features.end());
  inputs.simulation = load_input(job.simulation_table, columns, "simulation", source, job.simulation_columns);
  if (job.reweight) {
    ReweightOptions& options = job.reweight->options;
    features.insert(features.end(), options.parameters.begin(), options.parameters.end());
    inputs.scanned = load_input(job.scanned_table, features, "scanned", source, job.scanned_columns);
    options.nominal =
        nominal_theta(options.parameters, job.nominal_theta, inputs.simulation, "simulation.theta");
  }
  load_generator(job, features, inputs, source);
  load_background(job, inputs, source);
  for (const InputModel& model : inputs.models)
    require_nominal(model, inputs.simulation, job.nominal_theta, "simulation.theta");
  set_truth_aside(job, inputs);
  if (job.reweight)
    require_closure_events(*job.reweight, inputs.simulation.table, inputs.scanned->table, seed);
  return inputs;
}

}  // namespace trueup
