// What fits by learnt statistics (methods score and likelihood) work with.
#pragma once

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

/// Throws ConfigError when generator-level events are wanted and there are none, or the weights read a jagged group;
/// DataError when those events lack a column.
void require_source(const ScoreInputs& in);

}  // namespace trueup
