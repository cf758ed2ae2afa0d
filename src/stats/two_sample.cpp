// How well a classifier tells two weighted samples apart.
#include <trueup/two_sample.hpp>

#include <stats/held_out.hpp>
#include <trueup/stats.hpp>

namespace trueup {

namespace {

MemberMatrix member_matrix(const Table& table, const MemberFeatures& wanted, const std::string& what) {
  const MemberColumns found = member_columns(table, wanted.group, wanted.columns, what);
  MemberMatrix matrix{found.columns.size(), {found.offsets.begin(), found.offsets.end()}, {}};
  matrix.values.resize(matrix.offsets.back() * matrix.width);
  for (std::size_t c = 0; c < matrix.width; ++c) {
    for (std::size_t m = 0; m < found.columns[c].size(); ++m) {
      matrix.values[m * matrix.width + c] = found.columns[c][m];
    }
  }
  return matrix;
}

}  // namespace

FeatureMatrix feature_matrix(const Table& table, const std::vector<std::string>& columns,
                             const std::string& what, const MemberFeatures& members) {
  table.require_rows(what);
  table.require_finite(columns, what);
  FeatureMatrix matrix;
  matrix.features = columns.size();
  matrix.values.resize(table.rows() * columns.size());
  for (std::size_t f = 0; f < columns.size(); ++f) {
    const auto values = table.values(columns[f]);
    for (std::size_t r = 0; r < values.size(); ++r) {
      matrix.values[r * columns.size() + f] = values[r];
    }
  }
  if (!members.none()) matrix.members = member_matrix(table, members, what);
  return matrix;
}

TwoSampleResult two_sample_auc(const FeatureMatrix& positive, std::span<const float> positive_weights,
                               const FeatureMatrix& negative, std::span<const float> negative_weights,
                               const TwoSampleOptions& options, ThreadPool& pool, Monitor& monitor) {
  HeldOutScores held = held_out_scores({positive, positive_weights}, {negative, negative_weights}, {},
                                       HeldOutOptions{options}, 0, pool, monitor);
  const std::vector<float> high = weights_at(positive_weights, held.positive.rows);
  const std::vector<float> low = weights_at(negative_weights, held.negative.rows);
  TwoSampleResult result;
  result.record = std::move(held.record);
  result.auc = auc(held.positive.logits, high, held.negative.logits, low);
  result.effective_positive = effective_sample_size(high);
  result.effective_negative = effective_sample_size(low);
  result.null_spread = auc_null_spread(result.effective_positive, result.effective_negative);
  return result;
}

}  // namespace trueup
