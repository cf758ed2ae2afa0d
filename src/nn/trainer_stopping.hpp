// Early stopping: how long ago the best epoch was, and the parameters that the training returns.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include <trueup/network.hpp>
#include <trueup/trainer.hpp>

namespace trueup {

class EarlyStopping {
 public:
  explicit EarlyStopping(const TrainOptions& options)
      : patience_(std::max<std::size_t>(options.patience, 1)),
        margin_(options.min_improvement),
        keep_(options.keep) {}

  /// False when patience has run out.
  bool keep_going(const EpochRecord& epoch, std::span<const float> parameters) {
    const bool better = best_epoch_ == 0 || epoch.validation_loss < best_loss_ - margin_;
    if (better) {
      best_loss_ = epoch.validation_loss;
      best_epoch_ = epoch.epoch;
    }
    if (better || keep_ == KeptEpoch::last) {
      kept_loss_ = epoch.validation_loss;
      kept_epoch_ = epoch.epoch;
      kept_.assign(parameters.begin(), parameters.end());
    }
    return epoch.epoch - best_epoch_ < patience_;
  }
  void restore(Network& network) const { std::ranges::copy(kept_, network.parameters().begin()); }
  std::size_t kept_epoch() const noexcept { return kept_epoch_; }
  double kept_loss() const noexcept { return kept_loss_; }

  template <class Archive>
  void archive(Archive& state) {
    state.value(best_epoch_), state.value(best_loss_);
    state.value(kept_epoch_), state.value(kept_loss_);
    state.resize(kept_), state.block(kept_);
  }

 private:
  std::size_t patience_;
  double margin_;
  KeptEpoch keep_;
  std::size_t best_epoch_ = 0;
  double best_loss_ = 0.0;
  std::size_t kept_epoch_ = 0;
  double kept_loss_ = 0.0;
  std::vector<float> kept_;
};

}  // namespace trueup
