// A tracker in a solenoid: efficiency and log-normal momentum smearing by the place where a track leaves the field.
#pragma once

#include "simulate/detector.hpp"

namespace trueup::sim {

/// A charged particle as the tracker measures it.
struct Track {
  Particle particle;            ///< with the measured momentum
  double eta = 0.0, phi = 0.0;  ///< where it meets the calorimeter surface
  double resolution = 0.0;      ///< sigma(pt)/pt
};

class TrackerDetector : public Detector {
 public:
  explicit TrackerDetector(const DetectorCard& card) : card_(card) {}

  void propagate_all(std::span<const Particle> particles, std::vector<Exit>& exits) const override;
  void respond(std::span<const Particle> particles, std::span<const Exit> exits, RandomStream& stream,
               Reconstruction& event) const override;
  ResponseInputs inputs(std::span<const Particle> particles, std::span<const Exit> exits) const override;

  /// Clears `tracks` and fills it.
  void measure(std::span<const Particle> particles, std::span<const Exit> exits, RandomStream& stream,
               std::vector<Track>& tracks) const;

  /// Probability that a charged particle becomes a track; `eta` at the surface, pt in GeV.
  double efficiency(TrackKind kind, double pt, double eta) const;
  /// sigma(pt)/pt of a track.
  double resolution(TrackKind kind, double pt, double eta) const;

 private:
  DetectorCard card_;
};

}  // namespace trueup::sim
