// Momenta, azimuths and distances.
#pragma once

#include <cmath>
#include <numbers>

#include "simulate/particle.hpp"

namespace trueup::sim {

/// Four-momentum, GeV.
struct Momentum {
  double px = 0.0, py = 0.0, pz = 0.0, e = 0.0;

  double pt() const { return std::hypot(px, py); }
  /// 0 when rounding makes its square negative.
  double mass() const {
    const double square = e * e - px * px - py * py - pz * pz;
    return square > 0.0 ? std::sqrt(square) : 0.0;
  }
  friend Momentum operator+(const Momentum& a, const Momentum& b) {
    return {a.px + b.px, a.py + b.py, a.pz + b.pz, a.e + b.e};
  }
};

inline Momentum momentum_from(double pt, double eta, double phi, double mass) {
  const double pz = pt * std::sinh(eta);
  return {pt * std::cos(phi), pt * std::sin(phi), pz, std::sqrt(pt * pt + pz * pz + mass * mass)};
}

inline Momentum momentum_of(const Particle& p) {
  return {p.px, p.py, p.pz, p.e};
}

/// a - b in (-pi, pi].
inline double delta_phi(double a, double b) {
  const double turn = 2.0 * std::numbers::pi;
  const double d = std::remainder(a - b, turn);
  return d <= -std::numbers::pi ? d + turn : d;
}

/// (Δη)² + (Δφ)².
inline double delta_r2(double eta_a, double phi_a, double eta_b, double phi_b) {
  const double deta = eta_a - eta_b, dphi = delta_phi(phi_a, phi_b);
  return deta * deta + dphi * dphi;
}

}  // namespace trueup::sim
