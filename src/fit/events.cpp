// The events of one repetition.
#include "fit/events.hpp"

#include <algorithm>
#include <string_view>

#include <trueup/random.hpp>

namespace trueup {

namespace {

/// Rows that take part, and how often each counts.
struct Chosen {
  std::vector<std::uint32_t> rows;
  std::vector<float> counts;
};

std::vector<std::uint32_t> some_rows(std::size_t rows, const EventChoice& choice, std::uint64_t sample) {
  RandomStream stream(choice.seed, "fewer events", sample);
  std::vector<std::uint32_t> chosen = random_permutation(rows, stream);
  chosen.resize(choice.most_events);
  std::ranges::sort(chosen);
  return chosen;
}

Chosen choose(std::size_t rows, const EventChoice& choice, std::string_view purpose, std::uint64_t sample) {
  Chosen result;
  if (choice.most_events > 0 && choice.most_events < rows) {
    result.rows = some_rows(rows, choice, sample);
    result.counts.assign(result.rows.size(), 1.0f);
    return result;
  }
  RandomStream stream(choice.seed, purpose);
  for (std::size_t r = 0; r < rows; ++r) {
    const int count = choice.bootstrap ? stream.poisson(1.0) : 1;
    if (count > 0) {
      result.rows.push_back(static_cast<std::uint32_t>(r));
      result.counts.push_back(static_cast<float>(count));
    }
  }
  return result;
}

std::vector<float> counted_weights(const Table& table, const Chosen& chosen) {
  std::vector<float> weights = chosen.counts;
  if (table.has_weights()) {
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] *= table.weights()[chosen.rows[i]];
  }
  return weights;
}

FeatureMatrix observed(const Table& table, const FitObservables& observables,
                       const std::vector<std::uint32_t>& rows, const std::string& what) {
  Table picked = pick_columns(table, observables.columns);
  if (!observables.members.none()) picked.add_group(table.group(observables.members.group));
  return feature_matrix(picked.select(rows), observables.columns, what, observables.members);
}

}  // namespace

Table pick_columns(const Table& table, const std::vector<std::string>& columns) {
  Table picked;
  for (const std::string& name : columns) {
    const Column& column = table.column(name);
    picked.add_column(column.name, column.values, column.unit);
  }
  return picked;
}

Table model_columns(const Table& table, const Model& model) {
  Table picked = pick_columns(table, model.column_names());
  if (!model.members.columns.empty()) picked.add_group(table.group(model.members.group));
  return picked;
}

FitEvents choose_events(const Table& data, const Table& simulation, const FitObservables& observables,
                        const Model& reweighter, const EventChoice& choice) {
  const Chosen from_data = choose(data.rows(), choice, "bootstrap data", 1);
  const Chosen from_simulation = choose(simulation.rows(), choice, "bootstrap simulation", 0);
  FitEvents events;
  events.data = observed(data, observables, from_data.rows, "data");
  events.data_weights = counted_weights(data, from_data);
  events.simulation = observed(simulation, observables, from_simulation.rows, "simulation");
  events.generator = model_columns(simulation, reweighter).select(from_simulation.rows);
  events.generator.set_weights(counted_weights(simulation, from_simulation));
  return events;
}

ChosenEvents choose_background(const Table& background, const std::vector<std::string>& observables,
                               const EventChoice& choice) {
  const Chosen chosen = choose(background.rows(), choice, "bootstrap background", 2);
  return {
      feature_matrix(pick_columns(background, observables).select(chosen.rows), observables, "background"),
      counted_weights(background, chosen)};
}

}  // namespace trueup
