// Closure: reweighted nominal events against events generated near θ, on events that did not train the weights.
#include <trueup/reweighter.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include <core/side_by_side.hpp>
#include <trueup/error.hpp>
#include <trueup/random.hpp>
#include <trueup/stats.hpp>
#include <trueup/two_sample.hpp>

#include "reweight/samples.hpp"

namespace trueup {

namespace {

constexpr std::size_t kFewestEvents = 100;

/// Validation events of one window in θ: generated there, and nominal ones that borrow the generated events' θ.
struct ClosureSample {
  Table generated;
  Table nominal;
  std::vector<float> ratios;        ///< w(x,θ) of the nominal events, each at the θ that it borrows
  std::vector<float> base_weights;  ///< event weights of the nominal events, times those of the lenders
  std::vector<float> weights;       ///< the product
};

double quantile(std::span<const float> values, double q) {
  std::vector<float> sorted(values.begin(), values.end());
  const auto k = static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1));
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(k), sorted.end());
  return static_cast<double>(sorted[k]);
}

/// The centre of window k: windows stand at equal quantiles.
double centre_of(std::size_t k, const ClosureOptions& closure, std::span<const float> theta) {
  return quantile(theta, (static_cast<double>(k) + 0.5) / static_cast<double>(closure.points));
}

/// Nominal row i borrows the θ of generated row i, modulo their number.
std::vector<float> ratios_at_borrowed_theta(const Reweighter& reweighter, const Table& nominal,
                                            const Table& generated, ThreadPool& pool) {
  const Model& model = reweighter.model();
  std::vector<std::vector<float>> borrowed;
  for (const ModelParameter& parameter : model.parameters) {
    const auto lent = generated.values(parameter.name);
    std::vector<float>& theta = borrowed.emplace_back(nominal.rows());
    for (std::size_t r = 0; r < theta.size(); ++r) theta[r] = lent[r % lent.size()];
  }
  const std::vector<std::span<const float>> columns(borrowed.begin(), borrowed.end());
  std::vector<float> ratios = model_logits_by_row(model, nominal, columns, pool);
  std::transform(ratios.begin(), ratios.end(), ratios.begin(), [](float logit) { return std::exp(logit); });
  return ratios;
}

/// A lender's θ counts as much as the lender does: then both samples have the same distribution of θ.
std::vector<float> base_weights(const Table& nominal, const Table& generated) {
  std::vector<float> weights = nominal.weights_or_ones();
  const auto lent = generated.weights();
  for (std::size_t r = 0; r < weights.size() && !lent.empty(); ++r) {
    weights[r] *= lent[r % lent.size()];
  }
  return weights;
}

/// The scanned events of a window in θ, `closure.window` of the range [low, high] wide.
struct Window {
  std::string parameter;
  double centre;
  double low;
  double high;
};

std::vector<std::uint32_t> rows_inside(const Table& scanned, const Window& window,
                                       const ClosureOptions& closure) {
  const double half = 0.5 * closure.window * (window.high - window.low), centre = window.centre;
  const auto theta = scanned.values(window.parameter);
  std::vector<std::uint32_t> inside;
  for (std::size_t r = 0; r < theta.size() && inside.size() < closure.max_events; ++r) {
    if (std::abs(static_cast<double>(theta[r]) - centre) <= half) {
      inside.push_back(static_cast<std::uint32_t>(r));
    }
  }
  if (inside.size() < kFewestEvents) {
    throw DataError(
        fmt::format("closure at {} = {:.5g}: only {} scanned events that do not train lie within ± {:.3g}, "
                    "{} are needed; "
                    "use more events, widen reweight.closure.window, or set reweight.closure.points = 0",
                    window.parameter, centre, inside.size(), half, kFewestEvents));
  }
  return inside;
}

/// Without parameters all scanned events are those of the target.
std::vector<std::uint32_t> rows_of_target(const Table& scanned, const ClosureOptions& closure) {
  std::vector<std::uint32_t> rows(std::min(scanned.rows(), closure.max_events));
  std::iota(rows.begin(), rows.end(), 0);
  if (rows.size() >= kFewestEvents) return rows;
  throw DataError(
      fmt::format("closure: only {} target events do not train, {} are needed; use more events, or set "
                  "reweight.closure.points = 0",
                  rows.size(), kFewestEvents));
}

ClosureSample make_sample(const Reweighter& reweighter, const Table& nominal, Table generated,
                          const ClosureOptions& closure, ThreadPool& pool) {
  ClosureSample sample;
  sample.generated = std::move(generated);
  sample.nominal = nominal.slice(0, std::min(nominal.rows(), closure.max_events));
  sample.ratios = ratios_at_borrowed_theta(reweighter, sample.nominal, sample.generated, pool);
  sample.base_weights = reweighter.model().parameters.empty()
                            ? sample.nominal.weights_or_ones()
                            : base_weights(sample.nominal, sample.generated);
  sample.weights = sample.base_weights;
  for (std::size_t r = 0; r < sample.weights.size(); ++r) {
    sample.weights[r] *= sample.ratios[r];
  }
  return sample;
}

void judge_columns(const ClosureSample& sample, const std::vector<std::string>& columns,
                   ClosurePoint& point) {
  constexpr std::size_t kBins = 40;
  const auto generated_weights = sample.generated.weights();
  for (const std::string& name : columns) {
    const auto generated = sample.generated.values(name);
    const auto nominal = sample.nominal.values(name);
    const auto edges = suggest_edges(generated, kBins);
    const Histogram target = histogram(generated, generated_weights, edges);
    ClosurePoint::ColumnClosure column;
    column.name = name;
    column.chi2_per_ndof = compare_shapes(histogram(nominal, sample.weights, edges), target).per_ndof();
    column.chi2_per_ndof_unweighted =
        compare_shapes(histogram(nominal, sample.base_weights, edges), target).per_ndof();
    column.ks = ks_distance(nominal, sample.weights, generated, generated_weights);
    point.columns.push_back(column);
  }
}

void judge_weights(const ClosureSample& sample, ClosurePoint& point) {
  const MeanWithError mean = weighted_mean(sample.ratios, sample.base_weights);
  point.mean_weight = mean.value;
  point.mean_weight_error = mean.error;
  point.effective_sample_size = effective_sample_size(sample.weights);
  point.effective_fraction = point.effective_sample_size / static_cast<double>(sample.weights.size());
  point.largest_weight =
      static_cast<double>(*std::max_element(sample.ratios.begin(), sample.ratios.end())) / mean.value;
}

void judge_classifier(const ClosureSample& sample, const ReweightOptions& reweight, std::uint64_t seed,
                      ThreadPool& pool, Monitor& monitor, ClosurePoint& point) {
  TwoSampleOptions options;
  options.hidden = {64, 64};
  options.member_hidden = {64, 64};
  options.seed = seed;
  options.training.max_epochs = 30;
  options.training.patience = 5;
  options.training.task = "closure classifier";
  const FeatureMatrix generated =
      feature_matrix(sample.generated, reweight.features, "scanned sample", reweight.members);
  const FeatureMatrix nominal =
      feature_matrix(sample.nominal, reweight.features, "nominal sample", reweight.members);
  const auto weights = sample.generated.weights();
  const auto with = two_sample_auc(generated, weights, nominal, sample.weights, options, pool, monitor);
  const auto without =
      two_sample_auc(generated, weights, nominal, sample.base_weights, options, pool, monitor);
  point.auc = with.auc;
  point.auc_null_spread = with.null_spread;
  point.auc_unweighted = without.auc;
}

}  // namespace

void require_closure_events(const Table& nominal, const Table& scanned, const ReweightOptions& options,
                            const ClosureOptions& closure) {
  check_reweight_inputs(nominal, scanned, options);
  const auto splits = split_reweight_samples(nominal, scanned, options);
  const Table held = scanned.select(splits.scanned.validate);
  if (options.parameters.empty() && closure.points > 0) rows_of_target(held, closure);
  for (const std::string& name : options.parameters) {
    const auto all = scanned.values(name);
    const auto [low, high] = std::minmax_element(all.begin(), all.end());
    for (std::size_t k = 0; k < closure.points; ++k) {
      rows_inside(held, {name, centre_of(k, closure, held.values(name)), *low, *high}, closure);
    }
  }
}

std::vector<ClosurePoint> check_closure(const Reweighter& reweighter, const Table& nominal,
                                        const Table& scanned, const ReweightOptions& options,
                                        const ClosureOptions& closure, ThreadPool& pool, Monitor& monitor) {
  check_reweight_inputs(nominal, scanned, options);
  const auto splits = split_reweight_samples(nominal, scanned, options);
  const Table held_nominal = nominal.select(splits.nominal.validate);
  const Table held_scanned = scanned.select(splits.scanned.validate);
  const std::size_t one_target = closure.points > 0 ? 1 : 0;
  std::vector<ClosurePoint> points(options.parameters.empty() ? one_target
                                                              : options.parameters.size() * closure.points);
  const auto generated_at = [&](std::size_t i) {
    if (options.parameters.empty()) return held_scanned.select(rows_of_target(held_scanned, closure));
    const ModelParameter& p = reweighter.model().parameters[i / closure.points];
    const double centre = centre_of(i % closure.points, closure, held_scanned.values(p.name));
    points[i].theta[i / closure.points] = centre;
    return held_scanned.select(rows_inside(held_scanned, {p.name, centre, p.low, p.high}, closure));
  };
  // The classifiers are small, whatever w is: a thread trains those of one point.
  run_tasks("closure", points.size(), Turns::side_by_side, pool, monitor, [&](std::size_t i, Monitor& own) {
    points[i].theta = options.nominal;
    const ClosureSample sample = make_sample(reweighter, held_nominal, generated_at(i), closure, pool);
    points[i].generated_events = sample.generated.rows();
    judge_weights(sample, points[i]);
    judge_columns(sample, options.features, points[i]);
    const std::uint64_t seed = derive_seed(options.training.seed, "closure", i);
    judge_classifier(sample, options, seed, pool, own, points[i]);
  });
  return points;
}

}  // namespace trueup
