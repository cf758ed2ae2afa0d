// The plain particle and event that sources, detectors, jets and observables exchange.
#pragma once

#include <cmath>
#include <vector>

namespace trueup::sim {

/// K+-, K0L, K0S.
inline bool is_kaon(int pid) {
  return pid == 321 || pid == -321 || pid == 130 || pid == 310;
}

/// A visible stable particle, or an object that the detector made of one. Momenta in GeV, vertex in mm.
struct Particle {
  int pid = 0;     ///< PDG number
  int charge = 0;  ///< in units of e
  int kaons = 0;   ///< 1 for K+-, K0L, and for one of the decay products of a K0S
  double px = 0.0, py = 0.0, pz = 0.0, e = 0.0;
  double x = 0.0, y = 0.0, z = 0.0;  ///< where it was produced

  double pt() const { return std::sqrt(px * px + py * py); }
};

using Particles = std::vector<Particle>;

/// Pseudorapidity of a direction or position with transverse length `transverse`; ±1e10 along the beam.
inline double pseudorapidity(double transverse, double z) {
  if (transverse > 0.0) return std::asinh(z / transverse);
  return z < 0.0 ? -1e10 : 1e10;
}

/// How detectors tell charged particles apart.
enum class TrackKind { hadron, electron, muon };

inline TrackKind track_kind(int pid) {
  const int id = pid < 0 ? -pid : pid;
  if (id == 11) return TrackKind::electron;
  return id == 13 ? TrackKind::muon : TrackKind::hadron;
}

}  // namespace trueup::sim
