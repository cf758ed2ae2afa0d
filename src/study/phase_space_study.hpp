// The study of what a weight must see: a detector response that depends on a second generator-level value (SRGN Fig. 4).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "result/config_sections.hpp"
#include "study/samples.hpp"
#include "study/study.hpp"

namespace trueup {

/// In each repetition: weights learnt from part of the generator-level values and from all of them, and exact ones for
/// both, judged by χ²/ndof of every column on nominal and target samples that took no part in training.
///
/// Only events whose generator-level values lie within `support` nominal standard deviations are judged. Where the target
/// is wider than √2 times the nominal sample, as the second value at μ = 1.5 is, exact weights have an infinite variance:
/// beyond the last nominal events nothing can be weighted to anything, and χ² would tell of that and not of the weights.
class PhaseSpaceStudy : public Study {
 public:
  explicit PhaseSpaceStudy(const StudyFile& file);

  std::vector<std::string> plan() const override;
  Repetition repeat(const RepetitionContext& context) const override;
  StudySummary summarise(const std::vector<Repetition>& repetitions) const override;

 private:
  PhaseSpaceStudy(const StudyFile& file, ConfigTable root);

  /// What a weight may see.
  struct View {
    std::string label;  ///< "X0 alone"
    std::string role;   ///< in figures
    ReweightSection reweight;
  };
  struct Samples;
  struct Weighted;
  struct Judged;
  Judged judged(const std::string& column, const Samples& samples, const Weighted& part, const Weighted& all,
                const std::vector<std::uint8_t>& test_inside,
                const std::vector<std::uint8_t>& target_inside) const;
  void add_estimates(const Samples& samples, const Weighted& part, const Weighted& all,
                     Repetition& repetition) const;
  Figure figure_of(const std::string& column, const Samples& samples, const Weighted& part,
                   const Weighted& all) const;
  Weighted weigh(const View& view, const Samples& samples, const RepetitionContext& context) const;

  View partial_;
  View full_;
  double support_ = 0.0;
  double largest_full_ = 0.0;      ///< limits.full: χ²/ndof of every column with weights of everything
  double smallest_partial_ = 0.0;  ///< limits.partial: χ²/ndof at detector level with weights of a part
};

std::unique_ptr<Study> load_phase_space_study(const StudyFile& file);

}  // namespace trueup
