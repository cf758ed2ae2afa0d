// At one θ the correction is a polynomial in x, whose coefficients are kept until θ changes.
#include <model/moment_values.hpp>

#include <algorithm>
#include <numeric>

namespace trueup {

MomentValues::MomentValues(const Model& model)
    : model_(model),
      basis_(model, model.moments.order, model.moments.degree),
      monomials_(basis_.monomials()),
      factors_(basis_.statistics()),
      statistics_(basis_.statistics()),
      sums_(model.moments.sums.size()) {
  if (basis_.parameters() == 0) set_theta({});
}

void MomentValues::contract(std::span<const double> monomials, std::span<double> factors) const {
  const float* c = model_.moments.coefficients.data();
  for (double& factor : factors) {
    factor = 0.0;
    for (const double monomial : monomials) factor += static_cast<double>(*c++) * monomial;
  }
}

void MomentValues::set_theta(std::span<const float> theta) {
  theta_.assign(theta.begin(), theta.end());
  slopes_.clear();
  basis_.fill_monomials(theta, monomials_);
  contract(monomials_, factors_);
}

void MomentValues::set_slopes() {
  const std::size_t K = basis_.statistics(), M = basis_.monomials(), P = basis_.parameters();
  std::vector<double> of_monomials(P * M);
  basis_.fill_slopes(theta_, of_monomials);
  slopes_.resize(P * K);
  for (std::size_t p = 0; p < P; ++p) {
    contract(std::span(of_monomials).subspan(p * M, M), std::span(slopes_).subspan(p * K, K));
  }
}

double MomentValues::times_statistics(std::span<const double> factors) const {
  return std::inner_product(statistics_.begin(), statistics_.end(), factors.begin(), 0.0);
}

float MomentValues::value(std::span<const float> inputs, std::span<const float> members) {
  const std::span<const float> theta = inputs.subspan(basis_.columns());
  if (!std::ranges::equal(theta, theta_)) set_theta(theta);
  if (!sums_.empty()) fill_scaled_sums(members, model_.members.columns.size(), model_.moments.sums, sums_);
  basis_.fill_statistics(inputs.first(basis_.columns()), sums_, statistics_);
  return static_cast<float>(times_statistics(factors_));
}

void MomentValues::add_gradient(std::span<float> gradients) {
  if (slopes_.empty()) set_slopes();
  const std::size_t K = basis_.statistics();
  for (std::size_t p = 0; p < basis_.parameters(); ++p) {
    const double slope = times_statistics(std::span(slopes_).subspan(p * K, K));
    gradients[p] += static_cast<float>(slope) * model_.parameters[p].scale;
  }
}

}  // namespace trueup
