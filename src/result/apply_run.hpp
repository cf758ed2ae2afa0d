// The work of `trueup apply`: a model of weights on a table.
#pragma once

#include <map>
#include <string>

#include <trueup/result.hpp>
#include <trueup/threads.hpp>

#include "result/inputs.hpp"

namespace trueup {

struct ApplyInputs {
  InputModel model;
  InputTable table;           ///< with all its columns and groups
  std::vector<double> theta;  ///< in the model's order
};

/// Reads and checks. `theta` must name every parameter of the model, within its range: else ConfigError.
ApplyInputs load_apply_inputs(const std::string& model, const std::string& table,
                              const std::map<std::string, double>& theta);

/// Writes the table with w(x,θ) times its own weights as event weights.
Result run_apply(ApplyInputs inputs, const std::string& out, ThreadPool& pool);

}  // namespace trueup
