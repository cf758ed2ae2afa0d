// plots.json: writing the schema trueup.plots/1.
#include "result/plots.hpp"

#include <nlohmann/json.hpp>

#include "result/fit_config.hpp"
#include "result/json_number.hpp"

namespace trueup {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const DistributionPlot& plot) {
  Json samples = Json::array();
  for (const PlotSample& s : plot.samples) {
    samples.push_back({{"label", s.label}, {"role", s.role}, {"sums", s.sums}, {"errors", s.errors}});
  }
  return {{"name", plot.name},
          {"unit", plot.unit},
          {"level", plot.level},
          {"title", plot.title},
          {"theta", Json(plot.theta)},
          {"edges", plot.edges},
          {"samples", samples},
          {"chi2_per_ndof",
           {{"nominal", json_number(plot.chi2_nominal)}, {"reweighted", json_number(plot.chi2_reweighted)}}}};
}

Json json_of(const LearningCurve& curve) {
  Json epochs = Json::array(), train = Json::array(), validation = Json::array();
  for (const EpochRecord& e : curve.record.epochs) {
    epochs.push_back(e.epoch);
    train.push_back(json_number(e.train_loss));
    validation.push_back(json_number(e.validation_loss));
  }
  return {{"title", curve.title},
          {"epochs", epochs},
          {"train", train},
          {"validation", validation},
          {"best_epoch", curve.record.best_epoch}};
}

Json json_of(const ScanPlot& scan) {
  const FittedParameter& parameter = scan.fit.parameters.at(scan.index);
  Json points = Json::array(), curves = Json::array(), repetitions = Json::array();
  for (const ScanPoint& p : scan.fit.scan) {
    points.push_back({{"theta", json_number(p.theta.at(scan.index))},
                      {"auc", json_number(p.auc)},
                      {"null_spread", json_number(p.auc_null_spread)},
                      {"objective", json_number(p.objective)},
                      {"objective_error", json_number(p.objective_error)},
                      {"ess", json_number(p.effective_sample_size)},
                      {"repetition", p.repetition},
                      {"fine", p.fine}});
  }
  for (const FitResult::Curve& c : scan.fit.curves) {
    curves.push_back({{"repetition", c.repetition},
                      {"floor", json_number(c.floor)},
                      {"slope", json_number(c.slope)},
                      {"centre", json_number(c.centre)},
                      {"rounding", json_number(c.rounding)},
                      {"asymmetry", json_number(c.asymmetry)}});
  }
  for (const std::vector<double>& theta : scan.fit.repetitions)
    repetitions.push_back(json_number(theta.at(scan.index)));
  Json json{{"parameter", parameter.name},
            {"unit", parameter.unit},
            {"method", method_name(scan.method)},
            {"minimiser", minimiser_name(scan.minimiser)},
            {"corrected", scan.corrected},
            {"points", points},
            {"curves", curves},
            {"repetitions", repetitions},
            {"rejected", scan.fit.rejected},
            {"value", json_number(parameter.value)},
            {"low", json_number(parameter.low)},
            {"high", json_number(parameter.high)}};
  if (scan.truth) json["truth"] = json_number(*scan.truth);
  return json;
}

Json json_of(const ClosurePoint& point) {
  Json columns = Json::array();
  for (const ClosurePoint::ColumnClosure& c : point.columns) {
    columns.push_back({{"name", c.name},
                       {"chi2_per_ndof", json_number(c.chi2_per_ndof)},
                       {"chi2_per_ndof_unweighted", json_number(c.chi2_per_ndof_unweighted)},
                       {"ks", json_number(c.ks)}});
  }
  return {{"theta", point.theta},
          {"mean_weight", json_number(point.mean_weight)},
          {"mean_weight_error", json_number(point.mean_weight_error)},
          {"effective_sample_size", json_number(point.effective_sample_size)},
          {"effective_fraction", json_number(point.effective_fraction)},
          {"largest_weight", json_number(point.largest_weight)},
          {"auc", json_number(point.auc)},
          {"auc_null_spread", json_number(point.auc_null_spread)},
          {"auc_unweighted", json_number(point.auc_unweighted)},
          {"generated_events", point.generated_events},
          {"columns", columns}};
}

Json json_of(const WeightPlot& plot) {
  return {{"label", plot.label}, {"edges_log10", plot.edges_log10}, {"counts", plot.counts}};
}

Json json_of(const Figure& figure) {
  return figure_json(figure);
}

template <typename Items>
Json list_of(const Items& items) {
  Json list = Json::array();
  for (const auto& item : items) list.push_back(json_of(item));
  return list;
}

}  // namespace

std::string to_json(const Plots& plots) {
  const Json json{{"schema", "trueup.plots/1"},
                  {"distributions", list_of(plots.distributions)},
                  {"learning_curves", list_of(plots.learning_curves)},
                  {"scans", list_of(plots.scans)},
                  {"closure", list_of(plots.closure)},
                  {"weights", list_of(plots.weights)},
                  {"figures", list_of(plots.figures)}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace trueup
