// What all studies' files have in common: scale, repetitions, samples, parameters, published numbers, limits.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <trueup/simulate.hpp>
#include <trueup/study.hpp>

#include "core/config.hpp"

namespace trueup {

/// A parameter θ of a study: a setting of its card.
struct StudyParameter {
  std::string name;
  std::string setting;
  std::string unit;
  double nominal = 0.0;
  double low = 0.0;  ///< range of the scanned sample, and of the fit
  double high = 0.0;
  double truth = 0.0;  ///< of the data
  double shown = 0.0;  ///< where figures show what reweighting does
};

/// Events of each sample.
struct StudyEvents {
  std::size_t data = 0;
  std::size_t simulation = 0;  ///< nominal, with detector
  std::size_t scanned = 0;     ///< generator level, over the parameters' ranges
  std::size_t generator =
      0;  ///< generator level, at the estimates of method score; 0: the scanned ones take their place
};

/// The kind of study that has neither parameters nor a scanned sample.
inline constexpr const char* kRefineKind = "refine";

struct PublishedNumber {
  double value = 0.0;
  std::optional<double> error{};
  std::optional<double> events{};  ///< of the data that `error` is for
};

struct StudyConfig {
  StudyInfo info;
  std::string kind;
  std::string scale;
  std::size_t repetitions = 1;
  std::string card_text;  ///< the simulation card without parameters and numbers of events
  std::string card_source;
  std::vector<StudyParameter> parameters;
  StudyEvents events;                                ///< and parameters: not of kind "refine"
  std::map<std::string, PublishedNumber> published;  ///< by row
  std::map<std::string, std::string> figures;        ///< by what is shown: the paper's figure
  std::string toml;                                  ///< resolved
  /// All that decides what a repetition finds, given its seed; of the card, and of files that it includes, the values.
  std::string deciding;

  /// "SRGN, Fig. 3", or "" when the paper has no such figure.
  std::string figure(const std::string& what) const;
};

/// The file with its scale's and the user's overrides applied, the latter last.
class StudyFile {
 public:
  StudyFile(StudyInfo info, std::string scale, const std::vector<std::string>& overrides);

  const StudyInfo& info() const noexcept { return info_; }
  const std::string& scale() const noexcept { return scale_; }
  /// The document; `more` overrides come on top, for parts that are read several times.
  ConfigTable open(const std::vector<std::string>& more = {}) const;

 private:
  StudyInfo info_;
  std::string scale_;
  std::vector<std::string> overrides_;
};

/// Reads the common part; the caller reads the rest of `root` and calls finish().
StudyConfig read_study_config(const StudyFile& file, ConfigTable& root);

/// The card's values as TOML, with those of the files that it includes.
std::string resolved_card(const std::string& text, const std::string& source);

std::vector<std::string> parameter_names(const StudyConfig& config);
std::vector<double> nominal_theta(const StudyConfig& config);
std::vector<double> true_theta(const StudyConfig& config);
std::vector<double> shown_theta(const StudyConfig& config);

}  // namespace trueup
