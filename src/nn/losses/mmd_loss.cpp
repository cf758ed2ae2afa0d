// MMD between outputs and targets, with conditions beside both.
#include <trueup/mmd_loss.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <trueup/error.hpp>

namespace trueup {

MmdLoss::MmdLoss(MmdOptions options, std::vector<std::size_t> conditions)
    : description_(fmt::format("mmd {} bandwidths {} scales {} conditions {}",
                               options.estimator == MmdEstimator::biased ? "biased" : "unbiased",
                               options.bandwidths, options.scales, conditions)),
      mmd_(std::move(options)),
      conditions_(std::move(conditions)) {}

void MmdLoss::fill(const BatchView& batch, std::span<const float> refined, std::vector<float>& rows) const {
  const std::size_t F = batch.inputs.size() / batch.rows, O = mmd_.columns() - conditions_.size();
  rows.resize(batch.rows * mmd_.columns());
  auto to = rows.begin();
  for (std::size_t r = 0; r < batch.rows; ++r) {
    for (const std::size_t condition : conditions_) {
      *to++ = batch.inputs[r * F + condition];
    }
    to = std::copy_n(refined.begin() + static_cast<std::ptrdiff_t>(r * O), O, to);
  }
}

double MmdLoss::value_and_gradient(const BatchView& batch, std::span<float> gradient, ThreadPool& pool) {
  const std::size_t C = conditions_.size(), columns = mmd_.columns();
  const std::size_t O = batch.rows == 0 ? 0 : batch.outputs.size() / batch.rows;
  const std::size_t F = batch.rows == 0 ? 0 : batch.inputs.size() / batch.rows;
  const bool known = std::ranges::all_of(conditions_, [F](std::size_t condition) { return condition < F; });
  if (batch.rows == 0 || C + O != columns || batch.targets.size() != batch.outputs.size() || !known) {
    throw ConfigError(fmt::format(
        "MMD loss: a batch of {} rows with {} inputs, {} outputs and {} targets in all does not fit {} "
        "bandwidths for {} conditions and the outputs",
        batch.rows, F, O, batch.targets.size(), columns, C));
  }
  fill(batch, batch.targets, targets_);
  fill(batch, batch.outputs, outputs_);
  const MmdSample target{targets_, batch.weights}, output{outputs_, batch.weights};
  if (gradient.empty()) {
    return mmd_.value(target, output, pool);
  }
  slopes_.resize(outputs_.size());
  const double value = mmd_.value_and_gradient(target, output, slopes_, pool);
  for (std::size_t r = 0; r < batch.rows; ++r) {
    const float* from = slopes_.data() + r * columns + C;
    std::copy_n(from, O, gradient.begin() + static_cast<std::ptrdiff_t>(r * O));
  }
  return value;
}

}  // namespace trueup
