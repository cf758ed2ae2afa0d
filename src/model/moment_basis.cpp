// Statistics and monomials, one row at a time.
#include <model/moment_basis.hpp>

#include <algorithm>

namespace trueup {

MomentBasis::MomentBasis(const Model& model, std::size_t order, std::size_t degree)
    : columns_(model.inputs.size()),
      variables_(columns_ + (model.members.columns.empty() ? 0 : 1 + model.members.columns.size())),
      with_one_(model.parameters.empty() || model.network.spec().anchors.empty()),
      degree_(model.parameters.empty() ? 0 : degree) {
  for (const ModelParameter& p : model.parameters) {
    nominal_.push_back((static_cast<float>(p.nominal) - p.shift) * p.scale);
  }
  for (std::size_t a = 0; order > 1 && a < variables_; ++a) {
    for (std::size_t b = a; b < variables_; ++b) products_.emplace_back(a, b);
  }
  // The last parameter of each monomial of the level before; factors come in order, so that none is made twice.
  std::vector<std::size_t> last(nominal_.size());
  for (std::size_t p = 0; p < last.size(); ++p) last[p] = p;
  for (std::size_t d = 2; d <= degree_; ++d) {
    std::vector<Factor> level;
    std::vector<std::size_t> last_here;
    for (std::size_t m = 0; m < last.size(); ++m) {
      for (std::size_t p = last[m]; p < nominal_.size(); ++p) {
        level.push_back({m, p});
        last_here.push_back(p);
      }
    }
    levels_.push_back(std::move(level));
    last = std::move(last_here);
  }
}

std::size_t MomentBasis::powers() const noexcept {
  std::size_t count = degree_ > 0 ? nominal_.size() : 0;
  for (const auto& level : levels_) count += level.size();
  return count;
}

void MomentBasis::fill_statistics(std::span<const float> columns, std::span<const float> sums,
                                  std::span<double> statistics) const {
  const float limit = MomentCorrection::kLimit;
  statistics[0] = 1.0;
  double* z = statistics.data() + 1;
  for (std::size_t v = 0; v < variables_; ++v) {
    const float value = v < columns_ ? columns[v] : sums[v - columns_];
    z[v] = static_cast<double>(std::clamp(value, -limit, limit));
  }
  double* product = z + variables_;
  for (const auto& [a, b] : products_) *product++ = z[a] * z[b];
}

void MomentBasis::fill_monomials(std::span<const float> theta, std::span<double> monomials) const {
  double* to = monomials.data();
  if (with_one_) *to++ = 1.0;
  if (degree_ == 0) return;
  const double* before = to;
  for (std::size_t p = 0; p < nominal_.size(); ++p) *to++ = static_cast<double>(theta[p] - nominal_[p]);
  for (const auto& level : levels_) {
    double* const begin = to;
    for (const Factor& factor : level) {
      *to++ =
          before[factor.earlier] * static_cast<double>(theta[factor.parameter] - nominal_[factor.parameter]);
    }
    before = begin;
  }
}

void MomentBasis::fill_slopes(std::span<const float> theta, std::span<double> slopes) const {
  std::vector<double> values(monomials());
  fill_monomials(theta, values);
  for (std::size_t q = 0; q < nominal_.size(); ++q) {
    double* to = slopes.data() + q * monomials();
    const double* value = values.data();
    if (with_one_) {
      *to++ = 0.0;
      ++value;
    }
    if (degree_ == 0) continue;
    const double* before_slope = to;
    const double* before_value = value;
    for (std::size_t p = 0; p < nominal_.size(); ++p) *to++ = p == q ? 1.0 : 0.0;
    value += nominal_.size();
    for (const auto& level : levels_) {
      double* const begin = to;
      for (const Factor& f : level) {
        const auto tau = static_cast<double>(theta[f.parameter] - nominal_[f.parameter]);
        *to++ = before_slope[f.earlier] * tau + (f.parameter == q ? before_value[f.earlier] : 0.0);
      }
      before_slope = begin;
      before_value = value;
      value += level.size();
    }
  }
}

void fill_member_sums(std::span<const float> members, std::size_t width, std::span<float> sums) {
  std::fill(sums.begin(), sums.end(), 0.0f);
  const std::size_t count = members.size() / width;
  sums[0] = static_cast<float>(count);
  for (std::size_t m = 0; m < count; ++m) {
    for (std::size_t c = 0; c < width; ++c) sums[1 + c] += members[m * width + c];
  }
}

void fill_scaled_sums(std::span<const float> members, std::size_t width, std::span<const SumScaling> scaling,
                      std::span<float> sums) {
  fill_member_sums(members, width, sums);
  for (std::size_t s = 0; s < sums.size(); ++s) sums[s] = (sums[s] - scaling[s].shift) * scaling[s].scale;
}

}  // namespace trueup
