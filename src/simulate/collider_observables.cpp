// The columns of hadron collisions, which detectors with leptons, tagged jets and missing transverse momentum give.
#include "simulate/collider_observables.hpp"

namespace trueup::sim {
namespace {

using S = const EventSummary&;

constexpr ObservableEntry kCollider[] = {
    {"nmuons", "", "number of isolated muons", [](S s) { return s.collider.muons; }},
    {"muon1_pt", "GeV", "hardest isolated muon: pt", [](S s) { return s.collider.muon.pt; }},
    {"muon1_eta", "", "hardest isolated muon: pseudorapidity", [](S s) { return s.collider.muon.eta; }},
    {"muon1_phi", "rad", "hardest isolated muon: azimuth", [](S s) { return s.collider.muon.phi; }},
    {"muon1_charge", "", "hardest isolated muon: charge", [](S s) { return double(s.collider.muon.charge); }},
    {"muon1_isolation", "", "hardest isolated muon: its neighbours' pt over its own",
     [](S s) { return s.collider.muon.isolation; }},
    {"nelectrons", "", "number of isolated electrons", [](S s) { return s.collider.electrons; }},
    {"electron1_pt", "GeV", "hardest isolated electron: pt", [](S s) { return s.collider.electron.pt; }},
    {"electron1_eta", "", "hardest isolated electron: pseudorapidity",
     [](S s) { return s.collider.electron.eta; }},
    {"electron1_phi", "rad", "hardest isolated electron: azimuth",
     [](S s) { return s.collider.electron.phi; }},
    {"electron1_charge", "", "hardest isolated electron: charge",
     [](S s) { return double(s.collider.electron.charge); }},
    {"electron1_isolation", "", "hardest isolated electron: its neighbours' pt over its own",
     [](S s) { return s.collider.electron.isolation; }},
    {"nphotons", "", "number of isolated photons", [](S s) { return s.collider.photons; }},
    {"photon1_pt", "GeV", "hardest isolated photon: pt", [](S s) { return s.collider.photon.pt; }},
    {"photon1_eta", "", "hardest isolated photon: pseudorapidity", [](S s) { return s.collider.photon.eta; }},
    {"photon1_phi", "rad", "hardest isolated photon: azimuth", [](S s) { return s.collider.photon.phi; }},
    {"photon1_isolation", "", "hardest isolated photon: its neighbours' pt over its own",
     [](S s) { return s.collider.photon.isolation; }},
    {"dimuon_mass", "GeV", "mass of the hardest two isolated muons, of opposite charge",
     [](S s) { return s.collider.dimuon_mass; }},
    {"met", "GeV", "missing transverse momentum", [](S s) { return s.collider.missing_pt; }},
    {"met_phi", "rad", "its azimuth", [](S s) { return s.collider.missing_phi; }},
    {"nbtags", "", "number of b-tagged jets", [](S s) { return s.collider.tagged; }},
    {"jet1_phi", "rad", "leading jet: azimuth", [](S s) { return s.leading[0].phi; }},
    {"jet1_btag", "", "leading jet: 1 when b tagged", [](S s) { return double(s.leading[0].tagged); }},
    {"jet1_flavour", "", "leading jet: flavour, 1 to 5, 21 for gluons only, 0 for none",
     [](S s) { return double(s.leading[0].flavour); }},
    {"jet2_phi", "rad", "second jet: azimuth", [](S s) { return s.leading[1].phi; }},
    {"jet2_btag", "", "second jet: 1 when b tagged", [](S s) { return double(s.leading[1].tagged); }},
    {"jet2_flavour", "", "second jet: flavour, 1 to 5, 21 for gluons only, 0 for none",
     [](S s) { return double(s.leading[1].flavour); }},
    {"jet3_pt", "GeV", "third jet: pt", [](S s) { return s.leading[2].pt; }},
    {"jet3_eta", "", "third jet: pseudorapidity", [](S s) { return s.leading[2].eta; }},
    {"jet3_mass", "GeV", "third jet: mass", [](S s) { return s.leading[2].mass; }},
    {"jet3_phi", "rad", "third jet: azimuth", [](S s) { return s.leading[2].phi; }},
    {"jet3_btag", "", "third jet: 1 when b tagged", [](S s) { return double(s.leading[2].tagged); }},
    {"jet3_flavour", "", "third jet: flavour, 1 to 5, 21 for gluons only, 0 for none",
     [](S s) { return double(s.leading[2].flavour); }},
    {"jet4_pt", "GeV", "fourth jet: pt", [](S s) { return s.leading[3].pt; }},
    {"jet4_eta", "", "fourth jet: pseudorapidity", [](S s) { return s.leading[3].eta; }},
    {"jet4_mass", "GeV", "fourth jet: mass", [](S s) { return s.leading[3].mass; }},
    {"jet4_phi", "rad", "fourth jet: azimuth", [](S s) { return s.leading[3].phi; }},
    {"jet4_btag", "", "fourth jet: 1 when b tagged", [](S s) { return double(s.leading[3].tagged); }},
    {"jet4_flavour", "", "fourth jet: flavour, 1 to 5, 21 for gluons only, 0 for none",
     [](S s) { return double(s.leading[3].flavour); }},
    {"top_selected", "", "1 with an isolated muon, two tagged and two other jets",
     [](S s) { return double(s.collider.top.selected); }},
    {"m_b1_mu_nu", "GeV", "mass of muon, neutrino and the b jet closest to the muon",
     [](S s) { return s.collider.top.b1_muon_nu; }},
    {"m_b2_mu_nu", "GeV", "mass of muon, neutrino and the hardest other b jet",
     [](S s) { return s.collider.top.b2_muon_nu; }},
    {"m_b1_jj", "GeV", "mass of b1 and the hardest two jets without tag",
     [](S s) { return s.collider.top.b1_jets; }},
    {"m_b2_jj", "GeV", "mass of b2 and the hardest two jets without tag",
     [](S s) { return s.collider.top.b2_jets; }},
    {"m_jj", "GeV", "mass of the hardest two jets without tag", [](S s) { return s.collider.top.jets; }},
};

}  // namespace

std::span<const ObservableEntry> collider_entries() {
  return kCollider;
}

}  // namespace trueup::sim
