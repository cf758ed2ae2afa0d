// Thrust: how pencil-like an event is.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "simulate/particle.hpp"

namespace trueup::sim {

/// max over unit vectors n of sum |p·n| / sum |p|: 1 for two back-to-back particles, 1/2 for an isotropic event.
///
/// The maximum is reached at n along S = sum ±p, the signs being the sides of the plane normal to n, and T = |S| / sum |p|.
/// Exact, and in most events cheap: since (sum |p·n|)² <= sum |p| · n·M·n with M = sum p p^T / |p|, a good first guess
/// confines n to a cone around M's main axis, which decides the side of every particle but few. For those, every plane
/// through two of them is tried. Should more than kExactLimit remain (hadron collisions), the best of many iterations
/// S -> sum sign(p·S) p stands instead, which can be a local maximum, lower by some 1e-4.
class ThrustFinder {
 public:
  static constexpr std::size_t kExactLimit = 100;

  /// 0 for an event without momentum. `charged_only` leaves the neutral particles out.
  double operator()(std::span<const Particle> particles, bool charged_only = false);

 private:
  using Vector = std::array<double, 3>;
  struct Momenta {
    std::vector<double> x, y, z, size;
    void clear();
    void add(double px, double py, double pz, double length);
    Vector at(std::size_t k) const { return {x[k], y[k], z[k]}; }
  };

  double ascend(Vector axis) const;
  double best_of_starts() const;
  Vector split(const Vector& axis, double sine);
  double best_of_pairs(const Vector& fixed) const;
  double best_with_first(std::size_t i, const Vector& fixed) const;

  Momenta all_, open_;  // open_: those whose side is not decided
  double total_ = 0.0;
};

}  // namespace trueup::sim
