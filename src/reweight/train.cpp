// Training of w(x,θ): scanned events against nominal events that borrow the scanned events' θ.
#include <trueup/reweighter.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/random.hpp>

#include "reweight/moments.hpp"
#include "reweight/samples.hpp"

namespace trueup {

namespace {

/// Range, mean and width of each θ column; the model's parameters.
std::vector<ModelParameter> model_parameters(const Table& scanned, const ReweightOptions& options) {
  std::vector<ModelParameter> parameters;
  const auto standard = standardising_inputs({&scanned}, options.parameters);
  for (std::size_t p = 0; p < options.parameters.size(); ++p) {
    const auto values = scanned.values(options.parameters[p]);
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    if (!(*low < *high)) {
      throw DataError(
          fmt::format("scanned sample: '{}' is {} in every event; it must vary for a weight to be learnt",
                      options.parameters[p], *low));
    }
    parameters.push_back({standard[p].name, standard[p].unit, options.nominal[p], static_cast<double>(*low),
                          static_cast<double>(*high), standard[p].shift, standard[p].scale});
  }
  return parameters;
}

/// Fills training rows from the two tables in the model's standardised inputs.
class RowFiller {
 public:
  RowFiller(const Model& model, const Table& nominal, const Table& scanned, const ReweightOptions& options)
      : model_(model),
        nominal_(columns_of(model, nominal)),
        scanned_(columns_of(model, scanned)),
        with_members_(!options.members.none()),
        theta_draws_(options.theta_draws),
        bootstrap_(options.bootstrap),
        seed_(options.training.seed) {
    for (const ModelParameter& parameter : model.parameters) {
      theta_.push_back(scanned.values(parameter.name));
    }
  }

  /// Label 1: the scanned rows. Label 0: as many rows or one per nominal event, whichever is more, times theta_draws, so
  /// that a nominal event is shown with several θ; each row borrows the θ, where there is one, of a random scanned row of
  /// the same part.
  TrainingRows rows(const ReweightSplit& parts_nominal, const ReweightSplit& parts_scanned,
                    bool training) const {
    const auto& from_nominal = training ? parts_nominal.train : parts_nominal.validate;
    const auto& from_scanned = training ? parts_scanned.train : parts_scanned.validate;
    const std::size_t positives = from_scanned.size();
    const std::size_t draws = theta_.empty() ? 1 : theta_draws_;
    const std::size_t negatives = draws * std::max(from_nominal.size(), positives);
    TrainingRows rows(positives + negatives, model_.inputs.size() + model_.parameters.size());
    const std::vector<float> resampled_scanned = resampling(scanned_.rows, "bootstrap scanned");
    const std::vector<float> resampled_nominal = resampling(nominal_.rows, "bootstrap nominal");
    std::vector<Origin> origins;
    for (std::size_t i = 0; i < positives; ++i) {
      const std::uint32_t s = from_scanned[i];
      fill(rows, i, scanned_, s, s, 1.0f, resampled_scanned[s]);
      origins.push_back({&scanned_, s});
    }
    RandomStream stream(seed_, "borrowed theta", training ? 0 : 1);
    for (std::size_t i = 0; i < negatives; ++i) {
      const std::uint32_t n = from_nominal[i % from_nominal.size()];
      const std::uint32_t s = from_scanned[stream.below(positives)];
      // The scanned event lends its θ with all that it counts itself, else θ alone would tell the classes apart.
      const float lent = theta_.empty() ? 1.0f : resampled_scanned[s] * weight_of(scanned_, s);
      fill(rows, positives + i, nominal_, n, s, 0.0f, resampled_nominal[n] * lent);
      origins.push_back({&nominal_, n});
    }
    balance(rows, positives);
    if (with_members_) fill_members(rows, origins);
    return rows;
  }

 private:
  /// A table's columns in the model's order.
  struct Events {
    std::size_t rows;
    std::vector<std::span<const float>> features;
    std::span<const float> weights;
    MemberColumns members;
  };

  /// Where a training row comes from.
  struct Origin {
    const Events* events;
    std::uint32_t row;
  };

  static Events columns_of(const Model& model, const Table& table) {
    Events events{table.rows(), {}, table.weights(), {}};
    for (const ModelInput& input : model.inputs) {
      events.features.push_back(table.values(input.name));
    }
    if (model.members.columns.empty()) return events;
    std::vector<std::string> names;
    for (const ModelInput& input : model.members.columns) names.push_back(input.name);
    events.members = member_columns(table, model.members.group, names, "training sample");
    return events;
  }

  static float weight_of(const Events& events, std::uint32_t event) {
    return events.weights.empty() ? 1.0f : events.weights[event];
  }

  std::vector<float> resampling(std::size_t rows, std::string_view purpose) const {
    std::vector<float> counts(rows, 1.0f);
    if (bootstrap_) {
      RandomStream stream(seed_, purpose);
      for (float& c : counts) {
        c = static_cast<float>(stream.poisson(1.0));
      }
    }
    return counts;
  }

  void fill(TrainingRows& rows, std::size_t to, const Events& events, std::uint32_t event,
            std::uint32_t theta_row, float label, float factor) const {
    auto inputs = rows.inputs(to);
    const std::size_t features = model_.inputs.size();
    for (std::size_t f = 0; f < features; ++f) {
      inputs[f] = (events.features[f][event] - model_.inputs[f].shift) * model_.inputs[f].scale;
    }
    for (std::size_t p = 0; p < theta_.size(); ++p) {
      inputs[features + p] = (theta_[p][theta_row] - model_.parameters[p].shift) * model_.parameters[p].scale;
    }
    rows.target(to) = label;
    rows.weight(to) = factor * weight_of(events, event);
  }

  void fill_members(TrainingRows& rows, const std::vector<Origin>& origins) const {
    const std::size_t width = model_.members.columns.size();
    std::vector<std::uint64_t> offsets{0};
    offsets.reserve(origins.size() + 1);
    for (const Origin& o : origins) {
      const auto& at = o.events->members.offsets;
      offsets.push_back(offsets.back() + at[o.row + 1] - at[o.row]);
    }
    std::vector<float> values(offsets.back() * width);
    float* to = values.data();
    for (const Origin& o : origins) {
      const MemberColumns& members = o.events->members;
      for (std::uint64_t m = members.offsets[o.row]; m < members.offsets[o.row + 1]; ++m) {
        for (std::size_t c = 0; c < width; ++c) {
          const ModelInput& scaling = model_.members.columns[c];
          *to++ = (members.columns[c][m] - scaling.shift) * scaling.scale;
        }
      }
    }
    rows.set_members(std::move(offsets), std::move(values), width);
  }

  /// Scales each class's weights to a mean of 1 per scanned row, so that the odds are the density ratio (Eq. 2).
  static void balance(TrainingRows& rows, std::size_t positives) {
    double sums[2] = {0.0, 0.0};
    for (std::size_t r = 0; r < rows.rows(); ++r) {
      sums[r < positives ? 1 : 0] += static_cast<double>(rows.weight(r));
    }
    for (const double sum : sums) {
      if (!(sum > 0.0)) {
        throw DataError(
            fmt::format("the event weights of one class sum to {} in a part of the samples; their sum must "
                        "be positive",
                        sum));
      }
    }
    for (std::size_t r = 0; r < rows.rows(); ++r) {
      rows.weight(r) *= static_cast<float>(static_cast<double>(positives) / sums[r < positives ? 1 : 0]);
    }
  }

  const Model& model_;
  Events nominal_;
  Events scanned_;
  std::vector<std::span<const float>> theta_;
  bool with_members_;
  std::size_t theta_draws_;
  bool bootstrap_;
  std::uint64_t seed_;
};

}  // namespace

namespace {

NetworkSpec network_spec(const ReweightOptions& options, const std::vector<ModelParameter>& parameters) {
  NetworkSpec spec;
  spec.inputs = options.features.size() + parameters.size();
  spec.hidden = options.hidden;
  spec.activation = options.activation;
  if (!options.members.none()) spec.members = {options.members.columns.size(), options.members.hidden};
  if (options.form == WeightForm::difference) {
    for (std::size_t p = 0; p < parameters.size(); ++p) {
      const float nominal =
          (static_cast<float>(parameters[p].nominal) - parameters[p].shift) * parameters[p].scale;
      spec.anchors.push_back({options.features.size() + p, nominal});
    }
  }
  return spec;
}

}  // namespace

Reweighter train_reweighter(const Table& nominal, const Table& scanned, const ReweightOptions& options,
                            ThreadPool& pool, Monitor& monitor) {
  check_reweight_inputs(nominal, scanned, options);
  const auto splits = split_reweight_samples(nominal, scanned, options);
  std::vector<ModelParameter> parameters = model_parameters(scanned, options);
  Model model{Network(network_spec(options, parameters))};
  model.kind = ModelKind::reweighter;
  if (!options.features.empty()) model.inputs = standardising_inputs({&nominal, &scanned}, options.features);
  if (!options.members.none()) model.members = standardising_members({&nominal, &scanned}, options.members);
  model.parameters = std::move(parameters);

  const RowFiller filler(model, nominal, scanned, options);
  const TrainingRows training = filler.rows(splits.nominal, splits.scanned, true);
  const TrainingRows validation = filler.rows(splits.nominal, splits.scanned, false);
  RandomStream init(options.training.seed, "reweighter start");
  model.network.initialise(init);
  model.record = train(model.network, training, validation, options.training, pool, monitor);
  if (options.moments > 0) {
    correct_moments(model, training, options.moments, options.moments_degree, pool, monitor);
  }
  return Reweighter(std::move(model));
}

}  // namespace trueup
