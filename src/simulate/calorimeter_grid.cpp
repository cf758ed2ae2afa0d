// The towers of a calorimeter: their edges, and which one a direction points at.
#include "simulate/calorimeter_grid.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace trueup::sim {
namespace {

constexpr double kTurn = 2.0 * std::numbers::pi;

}  // namespace

CalorimeterGrid::CalorimeterGrid(const CalorimeterGridCard& card) {
  std::vector<double> edges;
  std::vector<std::uint32_t> bins;
  for (int i = 1; i <= card.eta_steps; ++i) {
    edges.push_back(card.eta_step * i);
    bins.push_back(static_cast<std::uint32_t>(card.phi_bins));
  }
  for (std::size_t i = 0; i < card.outer_eta_edges.size(); ++i) {
    edges.push_back(card.outer_eta_edges[i]);
    bins.push_back(static_cast<std::uint32_t>(card.outer_phi_bins[i]));
  }
  for (std::size_t i = edges.size(); i-- > 0;) eta_edges_.push_back(-edges[i]);
  eta_edges_.push_back(0.0);
  eta_edges_.insert(eta_edges_.end(), edges.begin(), edges.end());
  phi_bins_.assign(bins.rbegin(), bins.rend());
  phi_bins_.insert(phi_bins_.end(), bins.begin(), bins.end());
  first_.assign(1, 0);
  for (const std::uint32_t n : phi_bins_) first_.push_back(first_.back() + n);
}

std::uint32_t CalorimeterGrid::tower(double eta, double phi) const {
  const auto above = std::lower_bound(eta_edges_.begin(), eta_edges_.end(), eta);
  if (above == eta_edges_.begin() || above == eta_edges_.end()) return kNone;
  const auto bin = static_cast<std::size_t>(above - eta_edges_.begin()) - 1;
  const std::uint32_t n = phi_bins_[bin];
  const double place = std::floor((phi + std::numbers::pi) / kTurn * n);
  return first_[bin] + static_cast<std::uint32_t>(std::clamp(place, 0.0, n - 1.0));
}

TowerEdges CalorimeterGrid::edges(std::uint32_t tower) const {
  const auto above = std::upper_bound(first_.begin(), first_.end(), tower);
  const auto bin = static_cast<std::size_t>(above - first_.begin()) - 1;
  const double width = kTurn / phi_bins_[bin];
  const double low = width * (tower - first_[bin]) - std::numbers::pi;
  return {eta_edges_[bin], eta_edges_[bin + 1], low, low + width};
}

}  // namespace trueup::sim
