// The interface of detectors: generator particles in, reconstructed objects out.
#pragma once

#include <memory>
#include <span>

#include <trueup/random.hpp>
#include <trueup/simulate.hpp>

#include "simulate/particle.hpp"

namespace trueup::sim {

/// What the response to an event depends on, from generator level alone.
struct ResponseInputs {
  double barrel_soft = 0.0, barrel_hard = 0.0, endcap_soft = 0.0, endcap_hard = 0.0;
  double expected_tracks = 0.0;
};

/// A detector has no state of its own between events: all randomness comes from the stream, which the caller keys by
/// (seed, purpose, event number), so that one event can pass several detectors, in any order and thread.
class Detector {
 public:
  virtual ~Detector() = default;
  /// Clears `objects` and fills it.
  virtual void respond(std::span<const Particle> particles, RandomStream& stream,
                       Particles& objects) const = 0;
  virtual ResponseInputs inputs(std::span<const Particle> particles) const = 0;
};

/// The detector of the card, or null for type "none".
std::unique_ptr<Detector> make_detector(const DetectorCard& card);

}  // namespace trueup::sim
