// MMD between a network's outputs and the targets, as a loss over a batch.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <trueup/batch_loss.hpp>
#include <trueup/mmd.hpp>

namespace trueup {

/// MMD² of (conditions, outputs) from (conditions, targets), where the conditions are some of the inputs: Fast Perfekt
/// Eqs. 1 to 3, whose vectors a hold what a refiner is told beside what it changes. Rows need not be paired: with O
/// outputs and C conditions a row has either O targets, and shares its conditions and its weight with them, or O + C + 1,
/// the targets, their own conditions, and their own weight.
class MmdLoss final : public BatchLoss {
 public:
  /// `conditions`: inputs by number. `options.bandwidths`: of the conditions, then of the outputs. Throws ConfigError as
  /// Mmd does; a batch whose sizes do not fit: ConfigError.
  MmdLoss(MmdOptions options, std::vector<std::size_t> conditions = {});

  double value_and_gradient(const BatchView& batch, std::span<float> gradient, ThreadPool& pool) override;
  std::string describe() const override { return description_; }

 private:
  struct Part;
  void fill(std::size_t rows, const Part& conditions, const Part& refined, std::vector<float>& to) const;
  void fill_targets(const BatchView& batch, bool own_conditions);

  std::string description_;
  Mmd mmd_;
  std::vector<std::size_t> conditions_;
  std::vector<float> targets_, outputs_, slopes_;  // (rows, conditions + outputs)
  std::vector<float> target_weights_;              // (rows), where targets have their own
};

}  // namespace trueup
