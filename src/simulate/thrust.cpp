// Thrust: the exact maximum, with a bound that leaves few particles to try.
#include "simulate/thrust.hpp"

#include <algorithm>
#include <cmath>

#include "simulate/symmetric3.hpp"

namespace trueup::sim {
namespace {

double squared(const std::array<double, 3>& v) {
  return v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
}

}  // namespace

void ThrustFinder::Momenta::clear() {
  x.clear();
  y.clear();
  z.clear();
  size.clear();
}

void ThrustFinder::Momenta::add(double px, double py, double pz, double length) {
  x.push_back(px);
  y.push_back(py);
  z.push_back(pz);
  size.push_back(length);
}

double ThrustFinder::operator()(std::span<const Particle> particles, bool charged_only) {
  all_.clear();
  total_ = 0.0;
  Symmetric3 tensor;
  for (const Particle& p : particles) {
    if (charged_only && p.charge == 0) continue;
    const double length = std::sqrt(p.px * p.px + p.py * p.py + p.pz * p.pz);
    if (!(length > 0.0)) continue;
    all_.add(p.px, p.py, p.pz, length);
    total_ += length;
    tensor.add_outer(p.px, p.py, p.pz, 1.0 / length);
  }
  if (!(total_ > 0.0)) return 0.0;
  const Eigen3 eigen = eigensystem(tensor);
  double best = ascend(eigen.main_axis);
  // n·M·n >= best / total needs sin²(n, axis) <= (l1 - best/total) / (l1 - l2); a margin covers rounding.
  const double gap = eigen.values[0] - eigen.values[1];
  const double sine2 = (eigen.values[0] - best / total_ + 1e-9 * total_) / std::max(gap, 1e-300);
  const Vector fixed = split(eigen.main_axis, std::sqrt(std::clamp(sine2, 0.0, 1.0)));
  best = std::max(best, open_.x.size() <= kExactLimit ? best_of_pairs(fixed) : best_of_starts());
  return std::min(1.0, std::sqrt(best) / total_);
}

/// |S|² at the local maximum that the iteration from `axis` ends in.
double ThrustFinder::ascend(Vector axis) const {
  double reached = 0.0;
  for (int step = 0; step < 100; ++step) {
    Vector s{};
    for (std::size_t k = 0; k < all_.x.size(); ++k) {
      const double side = std::copysign(1.0, axis[0] * all_.x[k] + axis[1] * all_.y[k] + axis[2] * all_.z[k]);
      s[0] += side * all_.x[k];
      s[1] += side * all_.y[k];
      s[2] += side * all_.z[k];
    }
    if (!(squared(s) > reached)) break;  // every step but the last makes |S| longer
    reached = squared(s);
    axis = s;
  }
  return reached;
}

/// Puts into open_ the particles that a plane whose normal is within the cone can cut; returns the sum of the others,
/// each on its side. `sine` is that of the cone's half opening angle around `axis`.
ThrustFinder::Vector ThrustFinder::split(const Vector& axis, double sine) {
  open_.clear();
  Vector fixed{};
  for (std::size_t k = 0; k < all_.x.size(); ++k) {
    const double along = axis[0] * all_.x[k] + axis[1] * all_.y[k] + axis[2] * all_.z[k];
    if (std::abs(along) <= sine * all_.size[k]) {
      open_.add(all_.x[k], all_.y[k], all_.z[k], all_.size[k]);
    } else {
      const double side = std::copysign(1.0, along);
      fixed[0] += side * all_.x[k];
      fixed[1] += side * all_.y[k];
      fixed[2] += side * all_.z[k];
    }
  }
  return fixed;
}

double ThrustFinder::best_of_pairs(const Vector& fixed) const {
  if (open_.x.empty()) return squared(fixed);
  double best = 0.0;
  if (open_.x.size() == 1) {
    for (const double side : {1.0, -1.0}) {
      best = std::max(best, squared({fixed[0] + side * open_.x[0], fixed[1] + side * open_.y[0],
                                     fixed[2] + side * open_.z[0]}));
    }
  }
  for (std::size_t i = 0; i + 1 < open_.x.size(); ++i)
    best = std::max(best, best_with_first(i, fixed));
  return best;
}

/// Largest |S|² over the planes through open particle i and a later one, whose own sides are tried both ways; so is
/// the plane's side that the fixed particles are on.
double ThrustFinder::best_with_first(std::size_t i, const Vector& fixed) const {
  const std::size_t n = open_.x.size();
  const double *x = open_.x.data(), *y = open_.y.data(), *z = open_.z.data();
  double best = 0.0;
  for (std::size_t j = i + 1; j < n; ++j) {
    const double nx = y[i] * z[j] - z[i] * y[j], ny = z[i] * x[j] - x[i] * z[j],
                 nz = x[i] * y[j] - y[i] * x[j];
    Vector open{};
    for (std::size_t k = 0; k < n; ++k) {
      // The two on the plane come in below.
      const double side = k == i || k == j ? 0.0 : std::copysign(1.0, nx * x[k] + ny * y[k] + nz * z[k]);
      open[0] += side * x[k];
      open[1] += side * y[k];
      open[2] += side * z[k];
    }
    for (const double other : {1.0, -1.0}) {
      const Vector s{fixed[0] + other * open[0], fixed[1] + other * open[1], fixed[2] + other * open[2]};
      for (const double relative : {1.0, -1.0}) {
        const Vector pair{x[i] + relative * x[j], y[i] + relative * y[j], z[i] + relative * z[j]};
        const double cross = s[0] * pair[0] + s[1] * pair[1] + s[2] * pair[2];
        best = std::max(best, squared(s) + squared(pair) + 2.0 * std::abs(cross));
      }
    }
  }
  return best;
}

/// Best of the iterations from each of the hardest particles and from all signed sums of the five hardest.
double ThrustFinder::best_of_starts() const {
  constexpr std::size_t kStarts = 50, kSigned = 5;  // fewer than kExactLimit
  std::vector<std::size_t> order(all_.x.size());
  for (std::size_t i = 0; i < order.size(); ++i)
    order[i] = i;
  std::partial_sort(order.begin(), order.begin() + kStarts, order.end(),
                    [&](std::size_t a, std::size_t b) { return all_.size[a] > all_.size[b]; });
  double best = 0.0;
  for (std::size_t i = 0; i < kStarts; ++i) {
    best = std::max(best, ascend({all_.x[order[i]], all_.y[order[i]], all_.z[order[i]]}));
  }
  for (unsigned signs = 0; signs < (1u << (kSigned - 1)); ++signs) {
    Vector start{};
    for (std::size_t i = 0; i < kSigned; ++i) {
      const double side = (signs >> i) & 1u ? -1.0 : 1.0;
      start[0] += side * all_.x[order[i]];
      start[1] += side * all_.y[order[i]];
      start[2] += side * all_.z[order[i]];
    }
    best = std::max(best, ascend(start));
  }
  return best;
}

}  // namespace trueup::sim
