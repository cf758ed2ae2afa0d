// Jets of events with few particles: the sequential recombination that FastJet does, in a plain N² form.
#pragma once

#include <vector>

#include "simulate/jets.hpp"

namespace trueup::sim {

/// Generalised kt with distance min(pt_i^2p, pt_j^2p) (dy² + dphi²)/R², p = -1 (anti-kt), 0 (Cambridge/Aachen) or 1 (kt),
/// four-momenta added. For a few dozen particles it takes a quarter of FastJet's time, which there goes into
/// bookkeeping; it is the definition of the algorithm, nothing else, and tests hold it to FastJet's jets.
class SmallClusterer : public JetFinder {
 public:
  SmallClusterer(int power, double radius, double min_pt);
  void find(std::span<const Particle> particles, std::vector<Jet>& jets) override;

 private:
  static constexpr int kBeam = -1;
  struct Cluster {
    double px, py, pz, e;
    int multiplicity, charged, kaons;
  };

  void load(const Particle& p);
  void place(std::size_t i);
  void measure_from(std::size_t i);
  void find_nearest(std::size_t i);
  void set_metric(std::size_t k);
  void repair(int gone, int last, int changed);
  void introduce(std::size_t i);
  void step(std::vector<Jet>& jets);
  void merge(std::size_t i, std::size_t j);
  void remove(std::size_t i);
  void emit(const Cluster& c, std::vector<Jet>& jets) const;

  int power_;
  double radius2_, min_pt_;
  std::vector<Cluster> clusters_;
  std::vector<double> y_, phi_, weight_;  // rapidity, azimuth, pt^2p of each cluster
  std::vector<double> nearest2_,
      metric_;  // distance² to the nearest neighbour, at most R²; times the smaller weight
  std::vector<double> distance2_;  // scratch of measure_from
  std::vector<int> nearest_;       // kBeam when none is within R
};

}  // namespace trueup::sim
