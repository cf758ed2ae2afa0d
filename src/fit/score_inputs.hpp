// What fits by learnt statistics (methods score and likelihood) work with.
#pragma once

#include <string>
#include <vector>

#include <trueup/fit.hpp>

#include "fit/mean_ratio.hpp"

namespace trueup {

/// All must outlive the fit.
struct ScoreInputs : FitSamples {
  const MeanRatio& ratio;
  const FitOptions& options;
  ThreadPool& pool;
  Monitor& monitor;

  const std::vector<ModelParameter>& parameters() const { return ratio.model().parameters; }
};

/// The generator-level columns given which φ is learnt.
std::vector<std::string> mean_features(const ScoreInputs& in);

/// Throws ConfigError when generator-level events are wanted and there are none, or nothing to learn φ from;
/// DataError when those events lack a column.
void require_source(const ScoreInputs& in);

}  // namespace trueup
