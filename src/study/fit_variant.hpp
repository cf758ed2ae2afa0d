// One way to fit within a study: the level whose columns the classifier sees, the method and its options.
#pragma once

#include <string>
#include <vector>

#include <trueup/fit.hpp>

#include "core/config.hpp"
#include "study/study_config.hpp"

namespace trueup {

/// Method loss with weights that are not scaled to a fixed sum, as SRGN's appendix B has it: a study's method only.
inline constexpr const char* kRawLoss = "raw loss";

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

/// Every method at every level of [levels] that the file names, then those of [views]. Throws ConfigError.
std::vector<FitVariant> read_fit_variants(const StudyFile& file, ConfigTable& root);

}  // namespace trueup
