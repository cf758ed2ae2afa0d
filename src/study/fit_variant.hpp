// One way to fit within a study: the level whose columns the classifier sees, the method and its options.
#pragma once

#include <string>

#include <trueup/fit.hpp>

namespace trueup {

struct FitVariant {
  std::string level;   ///< "generator level", "detector level"
  std::string method;  ///< "" for the paper's, which is the first of the file's
  FitOptions options;
  std::string label;  ///< the method as the study's file names it

  bool at_generator_level() const { return level.starts_with("generator"); }
  /// Whether one fit knows its error.
  bool states_error() const { return learns_statistics(options.method) || options.corrected; }
  /// "mu, detector level": the row of the paper's method.
  std::string row_of_level(const std::string& parameter) const { return parameter + ", " + level; }
  /// "mu, detector level", "mu, generator level, dctr"
  std::string row(const std::string& parameter) const {
    return row_of_level(parameter) + (method.empty() ? "" : ", " + method);
  }
};

}  // namespace trueup
