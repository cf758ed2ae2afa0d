// Thrust: the exact maximum, with a bound that leaves few particles to try.
#include "simulate/thrust.hpp"

#include <algorithm>
#include <cmath>

#include "simulate/symmetric3.hpp"

namespace trueup::sim {
namespace {

using Vector = std::array<double, 3>;

double dot(const Vector& a, const Vector& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

double squared(const Vector& v) {
  return dot(v, v);
}

Vector cross(const Vector& a, const Vector& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

void add(Vector& sum, const Vector& v, double factor) {
  for (std::size_t c = 0; c < 3; ++c) sum[c] += factor * v[c];
}

/// Largest |fixed ± (beside + inside) ± a ± b|².
double best_sides(const Vector& fixed, const Vector& beside, const Vector& inside, const Vector& a,
                  const Vector& b) {
  double best = 0.0;
  for (const double side : {1.0, -1.0}) {
    Vector s = fixed;
    add(s, beside, side);
    add(s, inside, side);
    for (const double relative : {1.0, -1.0}) {
      Vector pair = a;
      add(pair, b, relative);
      best = std::max(best, squared(s) + squared(pair) + 2.0 * std::abs(dot(s, pair)));
    }
  }
  return best;
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
    for (std::size_t k = 0; k < all_.x.size(); ++k)
      add(s, all_.at(k), std::copysign(1.0, dot(axis, all_.at(k))));
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
    const double along = dot(axis, all_.at(k));
    if (std::abs(along) <= sine * all_.size[k]) {
      open_.add(all_.x[k], all_.y[k], all_.z[k], all_.size[k]);
    } else {
      add(fixed, all_.at(k), std::copysign(1.0, along));
    }
  }
  return fixed;
}

double ThrustFinder::best_of_pairs(const Vector& fixed) const {
  if (open_.x.empty()) return squared(fixed);
  double best = 0.0;
  if (open_.x.size() == 1) best = best_sides(fixed, {}, {}, open_.at(0), {});
  for (std::size_t i = 0; i + 1 < open_.x.size(); ++i) best = std::max(best, best_with_first(i, fixed));
  return best;
}

/// Largest |S|² over the planes through open particle i and a later one, whose own sides are tried both ways; so is
/// the plane's side that the fixed particles are on. Further particles in the plane (events that lie in one) take the
/// sides that a small turn around particle i, either way, gives them.
double ThrustFinder::best_with_first(std::size_t i, const Vector& fixed) const {
  const std::size_t n = open_.x.size();
  const Vector pi = open_.at(i);
  double best = 0.0;
  for (std::size_t j = i + 1; j < n; ++j) {
    const Vector pj = open_.at(j), normal = cross(pi, pj), turn = cross(normal, pi);
    const double in_plane = 1e-12 * std::sqrt(squared(normal));
    Vector beside{}, inside{};
    bool any_inside = false;
    for (std::size_t k = 0; k < n; ++k) {
      if (k == i || k == j) continue;
      const Vector pk = open_.at(k);
      const double height = dot(normal, pk);
      if (std::abs(height) > in_plane * open_.size[k]) {
        add(beside, pk, std::copysign(1.0, height));
      } else {
        add(inside, pk, std::copysign(1.0, dot(turn, pk)));
        any_inside = true;
      }
    }
    best = std::max(best, best_sides(fixed, beside, inside, pi, pj));
    if (any_inside)
      best = std::max(best, best_sides(fixed, beside, {-inside[0], -inside[1], -inside[2]}, pi, pj));
  }
  return best;
}

/// Best of the iterations from each of the hardest particles and from all signed sums of the five hardest.
double ThrustFinder::best_of_starts() const {
  constexpr std::size_t kStarts = 50, kSigned = 5;  // fewer than kExactLimit
  std::vector<std::size_t> order(all_.x.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::partial_sort(order.begin(), order.begin() + kStarts, order.end(),
                    [&](std::size_t a, std::size_t b) { return all_.size[a] > all_.size[b]; });
  double best = 0.0;
  for (std::size_t i = 0; i < kStarts; ++i) best = std::max(best, ascend(all_.at(order[i])));
  for (unsigned signs = 0; signs < (1u << (kSigned - 1)); ++signs) {
    Vector start{};
    for (std::size_t i = 0; i < kSigned; ++i) add(start, all_.at(order[i]), (signs >> i) & 1u ? -1.0 : 1.0);
    best = std::max(best, ascend(start));
  }
  return best;
}

}  // namespace trueup::sim
