// Whether a fit by learnt statistics has what it needs.
#include "fit/score_inputs.hpp"

#include <string>
#include <vector>

#include <trueup/error.hpp>

namespace trueup {

std::vector<std::string> mean_features(const ScoreInputs& in) {
  const std::vector<std::string>& named = in.options.score.features;
  return named.empty() ? in.ratio.model().column_names() : named;
}

void require_source(const ScoreInputs& in) {
  if (learns_statistics(in.options.method) && in.options.score.moment == MomentForm::plain) return;
  if (in.generator.empty()) {
    throw ConfigError(
        "methods score and likelihood, and corrected fits, need generator-level events near the fitted "
        "value: "
        "give a table with "
        "columns of the parameters, or a function that generates them. The plain moment, or a fit that is "
        "not "
        "corrected, does without, at the price of its bias");
  }
  const Model& model = in.ratio.model();
  if (!model.members.columns.empty() && in.options.score.features.empty()) {
    throw ConfigError(
        "methods score and likelihood, and corrected fits, learn a mean given generator-level columns; these "
        "weights read a jagged group: name columns in 'features' of the method");
  }
  in.simulation.require_finite(mean_features(in), "simulation");
  if (in.generator.at) return;
  std::vector<std::string> columns = model.column_names();
  columns.insert(columns.end(), in.options.score.features.begin(), in.options.score.features.end());
  for (const ModelParameter& p : model.parameters) columns.push_back(p.name);
  in.generator.scanned.require_finite(columns, "generator events");
}

}  // namespace trueup
