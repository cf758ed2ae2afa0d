// Where a particle leaves the solenoid's cylinder: the helix's meeting with a coaxial cylinder in closed form.
#include "simulate/helix.hpp"

#include <limits>
#include <numbers>

namespace trueup::sim {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
/// p[GeV] = kCurvature · B[T] · r[mm] for unit charge (the speed of light in these units).
constexpr double kCurvature = 0.299792458e-3;

struct Start {
  double x, y;       // mm
  double ux, uy;     // unit transverse direction
  double curvature;  // dphi = -curvature · ds, 1/mm
};

/// Transverse path length to the barrel along a straight line.
double line_to_barrel(const Start& s, double radius) {
  const double along = s.x * s.ux + s.y * s.uy;
  const double c = s.x * s.x + s.y * s.y - radius * radius;  // <= 0 inside
  return -along + std::sqrt(along * along - c);
}

/// Transverse path length to the barrel along a circle; kNever when the circle stays inside.
///
/// The centre is c = start + (uy, -ux)/k; the position is c + (-sin psi, cos psi)/k with psi = phi0 - k s. It lies on
/// the barrel where sin(alpha - psi) = k (R² - |c|² - 1/k²) / (2 |c|), alpha the centre's azimuth.
double circle_to_barrel(const Start& s, double radius) {
  const double k = s.curvature;
  const double cx = s.x + s.uy / k, cy = s.y - s.ux / k;
  const double distance = std::hypot(cx, cy);
  // |c|² - 1/k² without its cancellation at high momentum: |start|² + 2 start·(uy, -ux)/k.
  const double offset = s.x * s.x + s.y * s.y + 2.0 * (s.x * s.uy - s.y * s.ux) / k;
  const double sine = (k * (radius * radius - offset) - 2.0 / k) / (2.0 * distance);
  if (!(std::abs(sine) <= 1.0)) return kNever;
  const double phase = std::atan2(s.uy, s.ux) - std::atan2(cy, cx);
  const double asine = std::asin(sine);
  const double turn = 2.0 * std::numbers::pi;
  double best = kNever;
  for (const double beta : {asine, std::numbers::pi - asine}) {
    // k s = phase + beta modulo a turn, in the direction of the motion.
    double angle = std::fmod((phase + beta) * (k > 0.0 ? 1.0 : -1.0), turn);
    if (angle < 0.0) angle += turn;
    best = std::min(best, angle / std::abs(k));
  }
  return best;
}

}  // namespace

std::optional<SurfacePoint> propagate(const Particle& p, const SolenoidCard& solenoid) {
  const double radius = solenoid.radius, half = solenoid.half_length;
  if (p.x * p.x + p.y * p.y >= radius * radius || std::abs(p.z) >= half) return std::nullopt;
  const double pt = p.pt();
  if (!(pt > 0.0)) {
    if (p.pz == 0.0) return std::nullopt;
    return SurfacePoint{p.x, p.y, p.pz > 0.0 ? half : -half, 0.0, true};
  }
  const double k = kCurvature * solenoid.field * p.charge / pt;
  const Start start{p.x, p.y, p.px / pt, p.py / pt, k};
  // Below 1 µm of sagitta over the whole radius a straight line is as good, and free of the circle's rounding.
  const bool straight = std::abs(k) * radius * radius < 1e-3;
  const double to_barrel = straight ? line_to_barrel(start, radius) : circle_to_barrel(start, radius);
  const double to_cap = p.pz != 0.0 ? ((p.pz > 0.0 ? half : -half) - p.z) * pt / p.pz : kNever;
  const double s = std::min(to_barrel, to_cap);
  if (s == kNever) return std::nullopt;
  SurfacePoint point;
  point.endcap = to_cap <= to_barrel;
  point.path = s;
  point.z = point.endcap ? (p.pz > 0.0 ? half : -half) : p.z + s * p.pz / pt;
  // Chord of the arc: length (2/k) sin(ks/2), direction half-way between the tangents.
  const double bend = 0.5 * k * s;
  const double chord = straight ? s : 2.0 * std::sin(bend) / k;
  const double c = straight ? 1.0 : std::cos(bend), d = straight ? 0.0 : std::sin(bend);
  point.x = p.x + chord * (start.ux * c + start.uy * d);
  point.y = p.y + chord * (start.uy * c - start.ux * d);
  return point;
}

}  // namespace trueup::sim
