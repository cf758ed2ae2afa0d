// The interface of detectors: generator particles in, a reconstructed event out.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include <trueup/random.hpp>
#include <trueup/simulate.hpp>

#include "simulate/particle.hpp"
#include "simulate/reconstruction.hpp"

namespace trueup::sim {

/// What the response to an event depends on, from generator level alone.
struct ResponseInputs {
  double barrel_soft = 0.0, barrel_hard = 0.0, endcap_soft = 0.0, endcap_hard = 0.0;
  double expected_tracks = 0.0;
};

/// A particle's way out of the field: where it meets the calorimeter surface, if it does.
struct Exit {
  bool reached = false;
  double pt = 0.0;              ///< GeV, at production
  double eta = 0.0, phi = 0.0;  ///< of the meeting point
};

/// A detector has no state of its own between events: all randomness comes from the stream, which the caller keys by
/// (seed, purpose, event number), so that one event can pass several detectors, in any order and thread.
class Detector {
 public:
  virtual ~Detector() = default;
  /// Follows every particle that the detector can see through the field. Clears `exits` and fills it, one a particle.
  virtual void propagate_all(std::span<const Particle> particles, std::vector<Exit>& exits) const = 0;
  /// Clears `event` and fills it with what the detector makes of the particles, which leave at `exits`.
  virtual void respond(std::span<const Particle> particles, std::span<const Exit> exits, RandomStream& stream,
                       Reconstruction& event) const = 0;
  virtual ResponseInputs inputs(std::span<const Particle> particles, std::span<const Exit> exits) const = 0;
};

/// The detector of the card, or null for type "none".
std::unique_ptr<Detector> make_detector(const DetectorCard& card);

}  // namespace trueup::sim
