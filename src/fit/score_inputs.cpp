// Whether a fit by learnt statistics has what it needs.
#include "fit/score_inputs.hpp"

#include <string>

#include <trueup/error.hpp>

namespace trueup {

void require_source(const ScoreInputs& in) {
  if (in.options.score.moment == MomentForm::plain) return;
  if (in.generator.empty()) {
    throw ConfigError(
        "methods score and likelihood need generator-level events near the fitted value: give a table with "
        "columns of the parameters, or a function that generates them; the plain moment does without, at the "
        "price of its bias");
  }
  const Model& model = in.ratio.model();
  if (!model.members.columns.empty()) {
    throw ConfigError(
        "methods score and likelihood learn a mean given the columns that the weights read; these weights "
        "read a jagged group, for which there is only the plain moment");
  }
  if (in.generator.at) return;
  std::vector<std::string> columns = model.column_names();
  for (const ModelParameter& p : model.parameters) columns.push_back(p.name);
  in.generator.scanned.require_finite(columns, "generator events");
}

}  // namespace trueup
