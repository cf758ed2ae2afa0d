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

/// Columns of a block stored row by row.
struct MmdLoss::Part {
  std::span<const float> values;
  std::size_t stride;
  std::size_t first;                         ///< column
  std::span<const std::size_t> chosen = {};  ///< after the first; empty: as many as there is room for
};

void MmdLoss::fill(std::size_t rows, const Part& conditions, const Part& refined,
                   std::vector<float>& to) const {
  const std::size_t C = conditions_.size(), O = mmd_.columns() - C;
  to.resize(rows * mmd_.columns());
  auto at = to.begin();
  for (std::size_t r = 0; r < rows; ++r) {
    const float* condition = conditions.values.data() + r * conditions.stride + conditions.first;
    for (std::size_t c = 0; c < C; ++c) {
      *at++ = condition[conditions.chosen.empty() ? c : conditions.chosen[c]];
    }
    at = std::copy_n(refined.values.data() + r * refined.stride + refined.first, O, at);
  }
}

void MmdLoss::fill_targets(const BatchView& batch, bool own_conditions) {
  const std::size_t C = conditions_.size(), O = mmd_.columns() - C, T = batch.targets.size() / batch.rows;
  const Part refined{batch.targets, T, 0};
  const Part shared{batch.inputs, batch.inputs.size() / batch.rows, 0, conditions_};
  fill(batch.rows, own_conditions ? Part{batch.targets, T, O} : shared, refined, targets_);
  target_weights_.clear();
  for (std::size_t r = 0; own_conditions && r < batch.rows; ++r) {
    target_weights_.push_back(batch.targets[r * T + T - 1]);
  }
}

double MmdLoss::value_and_gradient(const BatchView& batch, std::span<float> gradient, ThreadPool& pool) {
  const std::size_t C = conditions_.size(), columns = mmd_.columns();
  const auto per_row = [&](std::span<const float> values) {
    return batch.rows == 0 ? 0 : values.size() / batch.rows;
  };
  const std::size_t O = per_row(batch.outputs), F = per_row(batch.inputs), T = per_row(batch.targets);
  const bool known = std::ranges::all_of(conditions_, [F](std::size_t condition) { return condition < F; });
  const bool own = T == O + C + 1;
  if (batch.rows == 0 || C + O != columns || !(own || T == O) || !known) {
    throw ConfigError(fmt::format(
        "MMD loss: a batch of {} rows with {} inputs, {} outputs and {} targets a row does not fit {} "
        "bandwidths for {} conditions and the outputs",
        batch.rows, F, O, T, columns, C));
  }
  fill_targets(batch, own);
  fill(batch.rows, {batch.inputs, F, 0, conditions_}, {batch.outputs, O, 0}, outputs_);
  const std::span<const float> target_weights = own ? std::span<const float>(target_weights_) : batch.weights;
  const MmdSample target{targets_, target_weights}, output{outputs_, batch.weights};
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
