// Reweighting: w(x,θ) ≈ p(x|θ)/p(x|θ0) learnt by a parametrised classifier (SRGN Eq. 2), with its closure checks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <trueup/member_features.hpp>
#include <trueup/model.hpp>
#include <trueup/monitor.hpp>
#include <trueup/table.hpp>
#include <trueup/threads.hpp>
#include <trueup/trainer.hpp>

namespace trueup {

/// How the network gives log w.
///   plain       log w = s(x,θ), the papers' form
///   difference  log w = s(x,θ) − s(x,θ0): exactly 0 at nominal; twice the work. Closes better near θ0 and as well far
///               from it (docs/results/weight-forms.json), so it is the default.
enum class WeightForm { plain, difference };

struct ReweightOptions {
  /// Generator-level columns that the weight may depend on (x).
  std::vector<std::string> features;
  /// Members of a jagged group that it may depend on, in the place of features or beside them: their sums over Φ join the
  /// features and θ as inputs of the hidden layers.
  MemberFeatures members;
  /// Columns of the scanned table that hold θ; their range is the model's. None: it is one target, w(x) = p_target/p.
  std::vector<std::string> parameters;
  /// θ0 of the nominal table, one per parameter.
  std::vector<double> nominal;
  std::vector<std::size_t> hidden = {50, 50, 50};
  /// Of the hidden layers. The papers use ReLU; a smooth one (SiLU, tanh) suits densities, which have no kinks.
  Activation activation = Activation::relu;
  WeightForm form = WeightForm::difference;
  TrainOptions training;
  /// Part of each table that trains; the rest validates (the papers use one half).
  double train_fraction = 0.5;
  /// How many scanned θ each nominal event is shown with. What one θ says of the nominal sample is noise in w that more
  /// of them take away, at the price of more rows.
  std::size_t theta_draws = 1;
  /// Which moments of the inputs a correction of w looks at after the training, on the same events: 1, means; 2, means and
  /// products of two; 0, none. See MomentCorrection. Where there would be more than 400 coefficients, less than is asked for.
  std::size_t moments = 2;
  /// Degree in θ of that correction, 1 to 4.
  std::size_t moments_degree = 3;
  /// Resample the events with Poisson weights of mean 1, so that several trainings show the samples' own noise too.
  bool bootstrap = false;
};

/// Closure at one θ: reweighted nominal events against events generated near θ. All on events that did not train.
struct ClosurePoint {
  std::vector<double> theta;
  double mean_weight = 0.0;  ///< E[w] on nominal events, with their event weights: 1 for exact w
  double mean_weight_error = 0.0;
  double effective_sample_size = 0.0;
  double effective_fraction = 0.0;  ///< effective sample size / events
  double largest_weight = 0.0;      ///< largest w / E[w]
  /// AUC of a fresh classifier, events generated within the window against reweighted nominal ones; 0.5 when equal.
  double auc = 0.5;
  double auc_null_spread = 0.0;
  double auc_unweighted = 0.5;  ///< the same without weights: what there was to correct
  struct ColumnClosure {
    std::string name;
    double chi2_per_ndof = 0.0;  ///< reweighted against generated
    double chi2_per_ndof_unweighted = 0.0;
    double ks = 0.0;
  };
  std::vector<ColumnClosure> columns;
  std::size_t generated_events = 0;
};

struct ClosureOptions {
  /// Number of θ points, placed at equal quantiles of the scanned values (one parameter at a time).
  std::size_t points = 3;
  /// Scanned events within this fraction of the range around the point stand for it; the nominal events get those
  /// events' own θ, so the comparison is exact for any width.
  double window = 0.1;
  std::size_t max_events = 50'000;
};

/// w(x,θ) with everything needed to use and judge it.
class Reweighter {
 public:
  explicit Reweighter(Model model);

  const Model& model() const noexcept { return model_; }
  /// w for each row of `table` at θ, times the table's own event weights. Throws as model_logits does.
  std::vector<float> weights(const Table& table, std::span<const double> theta, ThreadPool& pool) const;
  /// The same with ∂ log w/∂θ of each row (N, parameters), row by row: the score of the weighted simulation.
  struct WeightsWithScore {
    std::vector<float> weights;
    std::vector<float> scores;
  };
  WeightsWithScore weights_with_score(const Table& table, std::span<const double> theta,
                                      ThreadPool& pool) const;

 private:
  Model model_;
};

/// Trains on nominal (label 0, each event given the θ of a random scanned event) against scanned (label 1) events.
/// Class weights are balanced. Event weights are used; a table whose weights sum to 0 or less is refused (DataError),
/// negative ones are used as they are. Columns are checked for NaN before any work.
Reweighter train_reweighter(const Table& nominal, const Table& scanned, const ReweightOptions& options,
                            ThreadPool& pool, Monitor& monitor = silent_monitor());

/// Throws the DataError that check_closure would throw for want of scanned events, before anything is trained.
void require_closure_events(const Table& nominal, const Table& scanned, const ReweightOptions& options,
                            const ClosureOptions& closure);

/// Closure of `reweighter` on the part of the tables that did not train it (the same split, from options.training.seed).
std::vector<ClosurePoint> check_closure(const Reweighter& reweighter, const Table& nominal,
                                        const Table& scanned, const ReweightOptions& options,
                                        const ClosureOptions& closure, ThreadPool& pool,
                                        Monitor& monitor = silent_monitor());

}  // namespace trueup
