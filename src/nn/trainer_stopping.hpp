// Early stopping: the parameters of the best epoch, and how long ago it was.
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
  EarlyStopping(std::size_t patience, double min_improvement)
      : patience_(patience), margin_(min_improvement) {}

  /// False when patience has run out.
  bool keep_going(const EpochRecord& epoch, std::span<const float> parameters) {
    if (best_epoch_ == 0 || epoch.validation_loss < best_loss_ - margin_) {
      best_loss_ = epoch.validation_loss;
      best_epoch_ = epoch.epoch;
      best_.assign(parameters.begin(), parameters.end());
      return true;
    }
    return epoch.epoch - best_epoch_ < patience_;
  }
  void restore(Network& network) const { std::ranges::copy(best_, network.parameters().begin()); }
  std::size_t best_epoch() const noexcept { return best_epoch_; }
  double best_loss() const noexcept { return best_loss_; }

  template <class Archive>
  void archive(Archive& state) {
    state.value(best_epoch_), state.value(best_loss_);
    state.resize(best_), state.block(best_);
  }

 private:
  std::size_t patience_;
  double margin_;
  std::size_t best_epoch_ = 0;
  double best_loss_ = 0.0;
  std::vector<float> best_;
};

}  // namespace trueup
