// A training epoch of a dense classifier, as the papers' reweighting and fits train them.
#include <trueup/network.hpp>
#include <trueup/random.hpp>
#include <trueup/trainer.hpp>

#include "bench/network_check.hpp"
#include "bench/rows.hpp"

namespace trueup::bench {
namespace {

constexpr std::size_t kInputs = 2;
constexpr std::size_t kRows = 1'000'000;
constexpr std::size_t kCheckedRows = 3001;  // does not fill its last tile
constexpr std::size_t kEpochs = 8;          // the first is not counted
// Float rounding of sums over thousands of rows, and a few rows on the other side of a ReLU's kink.
constexpr double kTolerance = 1e-4;

/// Two classes in equal parts: standard normal, and the same moved by half a deviation.
TrainingRows two_gaussians(std::size_t count, std::uint64_t index) {
  TrainingRows rows(count, kInputs);
  RandomStream stream(1, "bench rows", index);
  for (std::size_t r = 0; r < count; ++r) {
    rows.target(r) = static_cast<float>(r % 2);
    rows.weight(r) = 1.0f;
    for (float& x : rows.inputs(r))
      x = static_cast<float>(stream.normal() + 0.5 * static_cast<double>(r % 2));
  }
  return rows;
}

}  // namespace

Row mlp_epoch(const std::string& name, const MlpShape& shape, ThreadPool& pool, Monitor& monitor) {
  Network network(NetworkSpec{kInputs, shape.hidden, 1, Activation::relu});
  RandomStream stream(1, "bench network");
  network.initialise(stream);
  Row row;
  row.name = name;
  row.gflop = static_cast<double>(kRows) * (gflop_a_row(network, true) + gflop_a_row(network, false));
  row.max_error = network_error(network, two_gaussians(kCheckedRows, 2), RowLoss::bce, pool);
  require_agreement(name, row.max_error, kTolerance);

  TrainOptions options;
  options.batch_size = shape.batch;
  options.max_epochs = kEpochs;
  options.patience = kEpochs + 1;  // never stops early
  options.task = name;
  const TrainRecord record =
      train(network, two_gaussians(kRows, 0), two_gaussians(kRows, 1), options, pool, monitor);
  for (std::size_t e = 1; e < record.epochs.size(); ++e) row.seconds.push_back(record.epochs[e].seconds);
  return row;
}

}  // namespace trueup::bench
