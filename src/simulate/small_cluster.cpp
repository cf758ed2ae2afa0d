// Jets of events with few particles: the sequential recombination that FastJet does, in a plain N² form.
//
// Cacciari's and Salam's observation makes it N²: the pair with the smallest distance is a cluster and its geometrical
// nearest neighbour, so that one neighbour a cluster is all that need be kept.
#include "simulate/small_cluster.hpp"

#include <algorithm>
#include <limits>
#include <numbers>

namespace trueup::sim {
namespace {

/// Place of the smallest of n > 0 numbers, the first if several. Four running minima break the chain of comparisons that
/// std::min_element waits for.
std::size_t place_of_least(const double* values, std::size_t n) {
  double least[4] = {values[0], values[0], values[0], values[0]};
  std::size_t k = 0;
  for (; k + 4 <= n; k += 4) {
    for (std::size_t lane = 0; lane < 4; ++lane) {
      least[lane] = values[k + lane] < least[lane] ? values[k + lane] : least[lane];
    }
  }
  for (; k < n; ++k) least[0] = values[k] < least[0] ? values[k] : least[0];
  const double smallest = std::min(std::min(least[0], least[1]), std::min(least[2], least[3]));
  return static_cast<std::size_t>(std::find(values, values + n - 1, smallest) - values);
}

}  // namespace

SmallClusterer::SmallClusterer(int power, double radius, double min_pt)
    : power_(power), radius2_(radius * radius), min_pt_(min_pt) {}

void SmallClusterer::load(const Particle& p) {
  clusters_.push_back({p.px, p.py, p.pz, p.e, 1, p.charge != 0, p.kaons});
  const std::size_t n = clusters_.size();
  for (auto* v : {&y_, &phi_, &weight_, &nearest2_, &metric_}) v->resize(n);
  nearest_.resize(n);
  place(n - 1);
}

/// Computes the coordinates of cluster i from its momentum.
void SmallClusterer::place(std::size_t i) {
  const Cluster& c = clusters_[i];
  const double pt2 = c.px * c.px + c.py * c.py;
  const double mass2 = std::max(0.0, (c.e + c.pz) * (c.e - c.pz) - pt2);
  const double sum = c.e + std::abs(c.pz);
  // Along the beam the rapidity is infinite: far beyond every radius will do, apart for different momenta.
  const double y = pt2 + mass2 > 0.0 ? 0.5 * std::log(sum * sum / (pt2 + mass2)) : 1e5 + std::abs(c.pz);
  y_[i] = c.pz < 0.0 ? -y : y;
  phi_[i] = std::atan2(c.py, c.px);
  const double tiny = 1e-300;
  weight_[i] = power_ == 0 ? 1.0 : power_ > 0 ? pt2 : 1.0 / std::max(pt2, tiny);
}

/// Squared distances of all clusters to cluster i, into distance2_; itself infinitely far. One branchless loop, which
/// the compiler turns into SIMD.
void SmallClusterer::measure_from(std::size_t i) {
  const std::size_t n = y_.size();
  const double y = y_[i], phi = phi_[i];
  const double *ys = y_.data(), *phis = phi_.data();
  double* out = distance2_.data();
  for (std::size_t k = 0; k < n; ++k) {
    const double dy = y - ys[k], turn = std::abs(phi - phis[k]);
    const double other_way = 2.0 * std::numbers::pi - turn;
    const double dphi = turn < other_way ? turn : other_way;
    out[k] = dy * dy + dphi * dphi;
  }
  out[i] = std::numeric_limits<double>::infinity();
}

void SmallClusterer::find_nearest(std::size_t i) {
  measure_from(i);
  const std::size_t closest = place_of_least(distance2_.data(), y_.size());
  const bool within = distance2_[closest] < radius2_;
  nearest2_[i] = within ? distance2_[closest] : radius2_;
  nearest_[i] = within ? static_cast<int>(closest) : kBeam;
}

/// Moves the last cluster to place i. Neighbours' indices of the last one are put right by the caller.
void SmallClusterer::remove(std::size_t i) {
  const std::size_t last = clusters_.size() - 1;
  clusters_[i] = clusters_[last];
  clusters_.pop_back();
  for (auto* v : {&y_, &phi_, &weight_, &nearest2_, &metric_}) {
    (*v)[i] = (*v)[last];
    v->pop_back();
  }
  nearest_[i] = nearest_[last];
  nearest_.pop_back();
}

/// Adds cluster j to cluster i.
void SmallClusterer::merge(std::size_t i, std::size_t j) {
  Cluster& a = clusters_[i];
  const Cluster& b = clusters_[j];
  a = {a.px + b.px,           a.py + b.py,      a.pz + b.pz, a.e + b.e, a.multiplicity + b.multiplicity,
       a.charged + b.charged, a.kaons + b.kaons};
  place(i);
}

void SmallClusterer::emit(const Cluster& c, std::vector<Jet>& jets) const {
  const double pt = std::sqrt(c.px * c.px + c.py * c.py);
  if (pt < min_pt_) return;
  Jet jet;
  jet.pt = pt;
  jet.eta = pseudorapidity(pt, c.pz);
  jet.phi = std::atan2(c.py, c.px);
  jet.mass = std::sqrt(std::max(0.0, (c.e + c.pz) * (c.e - c.pz) - pt * pt));
  jet.multiplicity = c.multiplicity;
  jet.charged = c.charged;
  jet.kaons = c.kaons;
  jets.push_back(jet);
}

void SmallClusterer::set_metric(std::size_t k) {
  const double other = nearest_[k] == kBeam ? weight_[k] : weight_[static_cast<std::size_t>(nearest_[k])];
  metric_[k] = nearest2_[k] * std::min(weight_[k], other);
}

/// After cluster `gone` was removed, and the last one (before: place `last`) moved there: looks for a new neighbour
/// wherever the old one was `gone` or `changed`.
void SmallClusterer::repair(int gone, int last, int changed) {
  for (std::size_t k = 0; k < clusters_.size(); ++k) {
    if (nearest_[k] == kBeam) continue;
    if (nearest_[k] == gone || nearest_[k] == changed) {
      find_nearest(k);
      set_metric(k);
    } else if (nearest_[k] == last) {
      nearest_[k] = gone;
    }
  }
}

/// Finds the neighbour of the new cluster i, and those whose neighbour it has become.
void SmallClusterer::introduce(std::size_t i) {
  find_nearest(i);
  set_metric(i);
  for (std::size_t k = 0; k < clusters_.size(); ++k) {
    if (!(distance2_[k] < nearest2_[k])) continue;
    nearest2_[k] = distance2_[k];
    nearest_[k] = static_cast<int>(i);
    set_metric(k);
  }
}

/// One step: the smallest distance of all becomes a jet or a merger.
void SmallClusterer::step(std::vector<Jet>& jets) {
  const std::size_t i = place_of_least(metric_.data(), metric_.size());
  const int last = static_cast<int>(clusters_.size()) - 1, partner = nearest_[i];
  if (partner == kBeam) {
    emit(clusters_[i], jets);
    remove(i);
    repair(static_cast<int>(i), last, kBeam);
    return;
  }
  // The merged cluster takes the lower place, so that the higher can be filled from the end.
  const std::size_t keep = std::min(i, static_cast<std::size_t>(partner));
  const std::size_t gone = std::max(i, static_cast<std::size_t>(partner));
  merge(keep, gone);
  remove(gone);
  repair(static_cast<int>(gone), last, static_cast<int>(keep));
  introduce(keep);
}

void SmallClusterer::find(std::span<const Particle> particles, std::vector<Jet>& jets) {
  jets.clear();
  clusters_.clear();
  for (auto* v : {&y_, &phi_, &weight_, &nearest2_, &metric_}) v->clear();
  nearest_.clear();
  for (const Particle& p : particles) load(p);
  distance2_.resize(particles.size());
  for (std::size_t k = 0; k < clusters_.size(); ++k) find_nearest(k);
  for (std::size_t k = 0; k < clusters_.size(); ++k) set_metric(k);
  while (!clusters_.empty()) step(jets);
  std::sort(jets.begin(), jets.end(), [](const Jet& a, const Jet& b) { return a.pt > b.pt; });
}

}  // namespace trueup::sim
