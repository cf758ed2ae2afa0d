// The towers of a calorimeter: their edges, and which one a direction points at.
#pragma once

#include <cstdint>
#include <vector>

#include <trueup/detector_card.hpp>

namespace trueup::sim {

/// Edges of one tower; phi in [-pi, pi].
struct TowerEdges {
  double eta_low = 0.0, eta_high = 0.0, phi_low = 0.0, phi_high = 0.0;
};

class CalorimeterGrid {
 public:
  explicit CalorimeterGrid(const CalorimeterGridCard& card);

  /// The tower at this place, or kNone outside the grid. Bins are (edge, next edge] in eta, [edge, next edge) in phi.
  std::uint32_t tower(double eta, double phi) const;
  TowerEdges edges(std::uint32_t tower) const;
  std::size_t towers() const { return first_.back(); }
  /// Of bins in eta, rising, symmetric.
  const std::vector<double>& eta_edges() const { return eta_edges_; }

  static constexpr std::uint32_t kNone = 0xffffffff;

 private:
  std::vector<double> eta_edges_;
  std::vector<std::uint32_t> phi_bins_;  // of each bin in eta
  std::vector<std::uint32_t> first_;     // tower of each bin in eta, and the number of towers
};

}  // namespace trueup::sim
