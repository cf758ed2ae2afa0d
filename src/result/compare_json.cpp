// The comparison of two tables as JSON.
#include "result/compare_json.hpp"

#include <optional>

namespace trueup {
namespace {

using Json = nlohmann::ordered_json;

Json mmd_json(const std::optional<MmdComparison>& mmd) {
  if (!mmd) return nullptr;
  return {{"rows", mmd->rows},
          {"biased", mmd->biased},
          {"biased_error", mmd->biased_error},
          {"unbiased", mmd->unbiased},
          {"unbiased_error", mmd->unbiased_error}};
}

}  // namespace

nlohmann::ordered_json json_of(const Comparison& c) {
  Json columns = Json::array(), correlations = Json::array();
  for (const ColumnComparison& column : c.columns) {
    columns.push_back({{"name", column.name},
                       {"unit", column.unit},
                       {"mean_a", column.mean_a},
                       {"mean_b", column.mean_b},
                       {"chi2_per_ndof", column.chi2_per_ndof},
                       {"ks", column.ks},
                       {"wasserstein", column.wasserstein}});
  }
  for (const CorrelationComparison& pair : c.correlations) {
    correlations.push_back({{"columns", {pair.first, pair.second}},
                            {"a", pair.a},
                            {"b", pair.b},
                            {"distance_a", pair.distance_a},
                            {"distance_b", pair.distance_b}});
  }
  for (std::size_t i = 0; i < c.mse.size(); ++i) columns[i]["mse"] = c.mse[i];
  return {{"auc", c.auc},
          {"auc_null_spread", c.auc_null_spread},
          {"effective_sample_size", {{"a", c.effective_a}, {"b", c.effective_b}}},
          {"columns", columns},
          {"correlations", correlations},
          {"mmd", mmd_json(c.mmd)},
          {"omniscient_mmd", mmd_json(c.omniscient)}};
}

}  // namespace trueup
