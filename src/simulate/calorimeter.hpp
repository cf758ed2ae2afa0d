// A calorimeter: what particles leave in its towers, and what it measures of that.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <trueup/detector_card.hpp>
#include <trueup/random.hpp>

#include "simulate/calorimeter_grid.hpp"
#include "simulate/detector.hpp"

namespace trueup::sim {

/// One tower that particles have hit.
struct Tower {
  std::uint32_t id = 0;
  double deposit = 0.0;  ///< GeV, what particles left
  double energy = 0.0;   ///< GeV, as measured; 0 below the thresholds
  double sigma = 0.0;    ///< GeV, resolution at the measured energy
  double eta = 0.0,
         phi = 0.0;  ///< anywhere in the tower: so that towers make no grid of their own in distributions
};

class Calorimeter {
 public:
  explicit Calorimeter(const CalorimeterCard& card) : card_(card), grid_(card.grid) {}

  /// Clears `towers` and fills it with all that particles hit, by rising id: the measured energy is log-normal around the
  /// deposit.
  void measure(std::span<const Particle> particles, std::span<const Exit> exits, RandomStream& stream,
               std::vector<Tower>& towers) const;

  /// The part of its energy that a particle leaves here.
  double fraction(int pid) const;
  /// sigma(E), GeV; eta of the tower's centre.
  double resolution(double energy, double eta) const;
  const CalorimeterGrid& grid() const { return grid_; }
  const CalorimeterCard& card() const { return card_; }

 private:
  void finish(Tower& tower, RandomStream& stream) const;

  CalorimeterCard card_;
  CalorimeterGrid grid_;
};

}  // namespace trueup::sim
