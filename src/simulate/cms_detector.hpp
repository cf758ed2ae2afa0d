// A CMS-like detector: tracker, two calorimeters, energy flow, identified electrons, muons and photons.
#pragma once

#include "simulate/calorimeter.hpp"
#include "simulate/tracker.hpp"

namespace trueup::sim {

/// The order is that of Delphes' CMS card: tracks, towers, energy flow, candidates. Jets come after it, from the objects.
class CmsDetector : public Detector {
 public:
  explicit CmsDetector(const DetectorCard& card)
      : card_(card), tracker_(card), ecal_(card.ecal), hcal_(card.hcal) {}

  void propagate_all(std::span<const Particle> particles, std::vector<Exit>& exits) const override;
  void respond(std::span<const Particle> particles, std::span<const Exit> exits, RandomStream& stream,
               Reconstruction& event) const override;
  ResponseInputs inputs(std::span<const Particle> particles, std::span<const Exit> exits) const override {
    return tracker_.inputs(particles, exits);
  }

 private:
  DetectorCard card_;
  TrackerDetector tracker_;
  Calorimeter ecal_, hcal_;
};

}  // namespace trueup::sim
