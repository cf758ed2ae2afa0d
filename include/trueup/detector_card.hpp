// The numbers of a detector: field, tracking, calorimeters, objects, jets. The defaults are the CMS-like parametrisation.
#pragma once

#include <string>
#include <vector>

namespace trueup {

/// A solenoid's field volume; what leaves it has met the calorimeter surface.
struct SolenoidCard {
  double radius = 1290.0;       ///< mm
  double half_length = 3000.0;  ///< mm
  double field = 3.8;           ///< T, along +z

  bool operator==(const SolenoidCard&) const = default;
};

/// Tracking efficiency: first index the region of |eta| (upper edges `eta_edges`), second the bin of pt (lower edges:
/// the first of `pt_edges` is the softest track at all). eta is that of the point where the track meets the surface.
struct TrackEfficiencyCard {
  std::vector<double> eta_edges{1.5, 2.5};
  std::vector<double> hadron_pt_edges{0.1, 1.0};           ///< GeV
  std::vector<double> electron_pt_edges{0.1, 1.0, 100.0};  ///< GeV
  std::vector<double> muon_pt_edges{0.1, 1.0};             ///< GeV
  std::vector<double> hadron{0.70, 0.95, 0.60, 0.85};
  std::vector<double> electron{0.73, 0.95, 0.99, 0.50, 0.83, 0.90};
  std::vector<double> muon{0.75, 0.99, 0.70, 0.98};
  double muon_falloff_pt =
      1000.0;  ///< GeV; above it the muon efficiency is multiplied by exp(0.5 - pt * muon_falloff)
  double muon_falloff = 5e-4;  ///< 1/GeV

  bool operator==(const TrackEfficiencyCard&) const = default;
};

/// Track resolution sigma(pt)/pt = sqrt(a² + (b pt)²) by region of |eta| at the surface; a per region, b in 1/GeV.
struct TrackResolutionCard {
  std::vector<double> eta_edges{0.5, 1.5, 2.5};
  std::vector<double> hadron_a{0.06, 0.10, 0.25};
  std::vector<double> hadron_b{1.3e-3, 1.7e-3, 3.1e-3};
  std::vector<double> electron_a{0.03, 0.05, 0.15};
  std::vector<double> electron_b{1.3e-3, 1.7e-3, 3.1e-3};
  std::vector<double> muon_a{0.01, 0.015, 0.025};
  std::vector<double> muon_b{1.0e-4, 1.5e-4, 3.5e-4};

  bool operator==(const TrackResolutionCard&) const = default;
};

/// Towers of a calorimeter, the same at both signs of eta: bins of equal width at the centre, then bins with given edges.
struct CalorimeterGridCard {
  double eta_step = 0.0;
  int eta_steps = 0;                    ///< |eta| from 0 to eta_steps * eta_step
  int phi_bins = 0;                     ///< there
  std::vector<double> outer_eta_edges;  ///< upper edges in |eta| of the bins that follow
  std::vector<double> outer_phi_bins;   ///< one a bin

  bool operator==(const CalorimeterGridCard&) const = default;
};

/// sigma(E) = (scale + curvature (|eta| - centre)²) sqrt((constant E)² + stochastic² E + noise²), GeV, by region of |eta| of
/// the tower's centre (upper edges `eta_edges`).
struct CalorimeterResolutionCard {
  std::vector<double> eta_edges;
  std::vector<double> scale, curvature, centre;
  std::vector<double> constant, stochastic, noise;

  bool operator==(const CalorimeterResolutionCard&) const = default;
};

/// The part of a particle's energy that it leaves in a calorimeter.
struct DepositCard {
  double electromagnetic = 0.0;  ///< electrons, photons, pi0
  double strange = 0.0;          ///< K0S and Lambda that have not decayed
  double hadron = 0.0;           ///< all other hadrons
  double muon = 0.0;

  bool operator==(const DepositCard&) const = default;
};

struct CalorimeterCard {
  CalorimeterGridCard grid;
  CalorimeterResolutionCard resolution;
  DepositCard deposit;
  double min_energy = 0.0;        ///< GeV; towers below it are empty
  double min_significance = 0.0;  ///< E / sigma(E), at least

  bool operator==(const CalorimeterCard&) const = default;
};

CalorimeterCard default_ecal();
CalorimeterCard default_hcal();

/// Electrons, muons or photons: efficiency by |eta| of the point on the calorimeter surface, and isolation: the sum of pt
/// of the energy flow within `isolation_radius`, without electrons and muons, over the candidate's own pt.
struct ObjectCard {
  double min_pt = 10.0;  ///< GeV; nothing at or below it
  std::vector<double> eta_edges;
  std::vector<double> efficiency;
  double isolation_radius = 0.5;
  double isolation_min_pt = 0.5;  ///< GeV; softer neighbours do not count
  double isolation_max = 0.0;

  bool operator==(const ObjectCard&) const = default;
};

/// a tanh(b pt) / (1 + c pt): how often a jet is b tagged, pt in GeV.
struct TagCurve {
  double a = 0.0, b = 0.0, c = 0.0;

  bool operator==(const TagCurve&) const = default;
};

/// What is done to jets after clustering.
struct JetResponseCard {
  double scale_constant = 2.5;  ///< pt is multiplied by sqrt((scale_constant - scale_slope |eta|)² / pt + 1)
  double scale_slope = 0.15;
  double flavour_radius = 0.5;  ///< a jet has the heaviest flavour of the partons within it
  double flavour_min_pt = 1.0;  ///< GeV, of a parton
  double flavour_max_eta = 2.5;
  std::string tag = "parametrised";  ///< or "truth": jets of flavour b are tagged, no others
  double tag_max_eta = 2.5;
  TagCurve tag_bottom{21.25, 0.0025, 0.063};
  TagCurve tag_charm{0.25, 0.018, 0.0013};
  double tag_light = 0.01;          ///< light jets: tag_light + tag_light_slope pt
  double tag_light_slope = 3.8e-5;  ///< 1/GeV

  bool operator==(const JetResponseCard&) const = default;
};

/// The detector. Type "tracker": charged particles only. Type "cms": tracker, calorimeters, energy flow, identified
/// objects, jets, missing transverse momentum.
struct DetectorCard {
  std::string type = "none";  ///< "none", "tracker" or "cms"
  SolenoidCard solenoid;
  TrackEfficiencyCard efficiency;
  TrackResolutionCard resolution;
  CalorimeterCard ecal = default_ecal();
  CalorimeterCard hcal = default_hcal();
  ObjectCard electron{10.0, {1.5, 2.5}, {0.95, 0.85}, 0.5, 0.5, 0.12};
  ObjectCard photon{10.0, {1.5, 2.5}, {0.95, 0.85}, 0.5, 0.5, 0.12};
  ObjectCard muon{10.0, {2.4}, {0.95}, 0.5, 0.5, 0.25};
  JetResponseCard jets;

  bool operator==(const DetectorCard&) const = default;
};

}  // namespace trueup
