// Reading the numbers of a detector.
#include "simulate/detector_card.hpp"

#include <algorithm>

#include "simulate/card_sections.hpp"
#include "simulate/card_values.hpp"

namespace trueup {
namespace sim {
namespace {

void read_efficiency(ConfigTable table, TrackEfficiencyCard& card) {
  read_edges(table, "eta_edges", card.eta_edges);
  read_edges(table, "hadron_pt_edges", card.hadron_pt_edges);
  read_edges(table, "electron_pt_edges", card.electron_pt_edges);
  read_edges(table, "muon_pt_edges", card.muon_pt_edges);
  const std::size_t regions = card.eta_edges.size();
  read_efficiencies(table, "hadron", card.hadron, regions * card.hadron_pt_edges.size());
  read_efficiencies(table, "electron", card.electron, regions * card.electron_pt_edges.size());
  read_efficiencies(table, "muon", card.muon, regions * card.muon_pt_edges.size());
  card.muon_falloff_pt = positive(table, "muon_falloff_pt", card.muon_falloff_pt);
  card.muon_falloff = positive(table, "muon_falloff", card.muon_falloff, true);
}

void read_resolution(ConfigTable table, TrackResolutionCard& card) {
  read_edges(table, "eta_edges", card.eta_edges);
  const std::size_t regions = card.eta_edges.size();
  read_widths(table, "hadron_a", card.hadron_a, regions);
  read_widths(table, "hadron_b", card.hadron_b, regions);
  read_widths(table, "electron_a", card.electron_a, regions);
  read_widths(table, "electron_b", card.electron_b, regions);
  read_widths(table, "muon_a", card.muon_a, regions);
  read_widths(table, "muon_b", card.muon_b, regions);
}

void read_grid(ConfigTable table, CalorimeterGridCard& card) {
  card.eta_step = positive(table, "eta_step", card.eta_step);
  card.eta_steps = static_cast<int>(count(table, "eta_steps", card.eta_steps));
  card.phi_bins = static_cast<int>(count(table, "phi_bins", card.phi_bins));
  read_numbers(table, "outer_eta_edges", card.outer_eta_edges, 0);
  std::vector<double> edges = card.outer_eta_edges;
  edges.insert(edges.begin(), card.eta_step * card.eta_steps);
  if (std::adjacent_find(edges.begin(), edges.end(), std::greater_equal<>()) != edges.end())
    table.fail("outer_eta_edges", "needs rising edges above eta_step * eta_steps");
  read_numbers(table, "outer_phi_bins", card.outer_phi_bins, card.outer_eta_edges.size());
  for (const double n : card.outer_phi_bins) {
    if (!(n >= 1.0 && n <= 1e4 && n == static_cast<int>(n)))
      table.fail("outer_phi_bins", "needs a whole number of at least 1 for each of outer_eta_edges");
  }
  if (static_cast<double>(card.eta_steps) * card.phi_bins > 1e7)
    table.fail("phi_bins", "times eta_steps gives more than 10 million towers");
}

void read_resolution(ConfigTable table, CalorimeterResolutionCard& card, double reach) {
  read_edges(table, "eta_edges", card.eta_edges);
  const std::size_t regions = card.eta_edges.size();
  read_widths(table, "scale", card.scale, regions);
  read_widths(table, "curvature", card.curvature, regions);
  read_numbers(table, "centre", card.centre, regions);
  read_widths(table, "constant", card.constant, regions);
  read_widths(table, "stochastic", card.stochastic, regions);
  read_widths(table, "noise", card.noise, regions);
  if (card.eta_edges.back() < reach)
    table.fail("eta_edges", "must reach the grid's last edge, " + std::to_string(reach));
}

void read_calorimeter(ConfigTable table, CalorimeterCard& card) {
  read_grid(table.table_or_empty("grid"), card.grid);
  const CalorimeterGridCard& grid = card.grid;
  const double reach =
      grid.outer_eta_edges.empty() ? grid.eta_step * grid.eta_steps : grid.outer_eta_edges.back();
  read_resolution(table.table_or_empty("resolution"), card.resolution, reach);
  ConfigTable deposit = table.table_or_empty("deposit");
  for (const auto& [key, value] :
       {std::pair{"electromagnetic", &card.deposit.electromagnetic},
        std::pair{"strange", &card.deposit.strange}, std::pair{"hadron", &card.deposit.hadron},
        std::pair{"muon", &card.deposit.muon}}) {
    *value = positive(deposit, key, *value, true);
    if (*value > 1.0) deposit.fail(key, "is a fraction of the energy, at most 1");
  }
  card.min_energy = positive(table, "min_energy", card.min_energy, true);
  card.min_significance = positive(table, "min_significance", card.min_significance, true);
}

void read_object(ConfigTable table, ObjectCard& card) {
  card.min_pt = positive(table, "min_pt", card.min_pt, true);
  read_edges(table, "eta_edges", card.eta_edges);
  read_efficiencies(table, "efficiency", card.efficiency, card.eta_edges.size());
  card.isolation_radius = positive(table, "isolation_radius", card.isolation_radius, true);
  card.isolation_min_pt = positive(table, "isolation_min_pt", card.isolation_min_pt, true);
  card.isolation_max = positive(table, "isolation_max", card.isolation_max, true);
}

void read_tag_curve(ConfigTable table, TagCurve& curve) {
  curve.a = positive(table, "a", curve.a, true);
  curve.b = positive(table, "b", curve.b, true);
  curve.c = positive(table, "c", curve.c, true);
}

void read_jet_response(ConfigTable table, JetResponseCard& card) {
  card.scale_constant = positive(table, "scale_constant", card.scale_constant, true);
  card.scale_slope = positive(table, "scale_slope", card.scale_slope, true);
  card.flavour_radius = positive(table, "flavour_radius", card.flavour_radius);
  card.flavour_min_pt = positive(table, "flavour_min_pt", card.flavour_min_pt, true);
  card.flavour_max_eta = positive(table, "flavour_max_eta", card.flavour_max_eta);
  card.tag = table.choice("tag", {"parametrised", "truth"}, card.tag);
  card.tag_max_eta = positive(table, "tag_max_eta", card.tag_max_eta);
  read_tag_curve(table.table_or_empty("tag_bottom"), card.tag_bottom);
  read_tag_curve(table.table_or_empty("tag_charm"), card.tag_charm);
  card.tag_light = positive(table, "tag_light", card.tag_light, true);
  card.tag_light_slope = positive(table, "tag_light_slope", card.tag_light_slope, true);
}

}  // namespace

void read_detector(ConfigTable table, DetectorCard& card) {
  card.type = table.choice("type", {"none", "tracker", "cms"}, card.type);
  if (card.type == "none") return;  // numbers for a detector that is not there are unknown keys
  ConfigTable solenoid = table.table_or_empty("solenoid");
  card.solenoid.radius = positive(solenoid, "radius", card.solenoid.radius);
  card.solenoid.half_length = positive(solenoid, "half_length", card.solenoid.half_length);
  card.solenoid.field = positive(solenoid, "field", card.solenoid.field, true);
  read_efficiency(table.table_or_empty("efficiency"), card.efficiency);
  read_resolution(table.table_or_empty("resolution"), card.resolution);
  if (card.type == "tracker") return;
  read_calorimeter(table.table_or_empty("ecal"), card.ecal);
  read_calorimeter(table.table_or_empty("hcal"), card.hcal);
  read_object(table.table_or_empty("electron"), card.electron);
  read_object(table.table_or_empty("photon"), card.photon);
  read_object(table.table_or_empty("muon"), card.muon);
  read_jet_response(table.table_or_empty("jets"), card.jets);
}

void read_variants(ConfigTable all, const SimulationCard& card, std::vector<DetectorVariant>& variants) {
  for (const std::string& name : all.keys()) {
    const bool plain = std::all_of(name.begin(), name.end(), [](unsigned char c) {
      return std::islower(c) != 0 || std::isdigit(c) != 0;
    });
    if (!plain || name.empty() || std::isdigit(static_cast<unsigned char>(name[0])) != 0)
      all.fail(name, "a detector's name has lower-case letters and digits only, a letter first");
    if (name == "gen" || name == "det" || name == "generator" || name == "detector")
      all.fail(name, "this name is taken: it is that of a level, or its columns' prefix");
    DetectorVariant variant{name, card.detector, card.substructure};
    ConfigTable table = all.table(name);
    read_detector(all.table(name), variant.detector);
    if (table.has("substructure")) read_substructure(table.table("substructure"), variant.substructure);
    if (variant.detector.type != card.detector.type)
      all.fail(name, "must be of the type of [detector], '" + card.detector.type + "'");
    variants.push_back(std::move(variant));
  }
}

}  // namespace sim

CalorimeterCard default_ecal() {
  CalorimeterCard card;
  card.grid = {0.0174, 170, 360, {3.125, 3.3, 3.475, 3.65, 3.825, 4.0, 4.175, 4.35, 4.525, 4.7, 5.0}, {}};
  card.grid.outer_phi_bins.assign(card.grid.outer_eta_edges.size(), 36.0);
  card.resolution.eta_edges = {1.5, 2.5, 5.0};
  card.resolution.scale = {1.0, 2.16, 1.0};
  card.resolution.curvature = {0.64, 5.6, 0.0};
  card.resolution.centre = {0.0, 2.0, 0.0};
  card.resolution.constant = {0.008, 0.008, 0.107};
  card.resolution.stochastic = {0.11, 0.11, 2.08};
  card.resolution.noise = {0.40, 0.40, 0.0};
  card.deposit = {1.0, 0.3, 0.0, 0.0};
  card.min_energy = 0.5;
  card.min_significance = 2.0;
  return card;
}

CalorimeterCard default_hcal() {
  CalorimeterCard card;
  card.grid = {0.087,
               19,
               72,
               {1.74, 1.83,  1.93, 2.043, 2.172, 2.322, 2.5,  2.65,  2.868, 2.95, 3.125,
                3.3,  3.475, 3.65, 3.825, 4.0,   4.175, 4.35, 4.525, 4.7,   5.0},
               {}};
  card.grid.outer_phi_bins.assign(card.grid.outer_eta_edges.size() - 2, 36.0);
  card.grid.outer_phi_bins.insert(card.grid.outer_phi_bins.end(), 2, 18.0);
  card.resolution.eta_edges = {3.0, 5.0};
  card.resolution.scale = {1.0, 1.0};
  card.resolution.curvature = {0.0, 0.0};
  card.resolution.centre = {0.0, 0.0};
  card.resolution.constant = {0.050, 0.130};
  card.resolution.stochastic = {1.50, 2.70};
  card.resolution.noise = {0.0, 0.0};
  card.deposit = {0.0, 0.7, 1.0, 0.0};
  card.min_energy = 1.0;
  card.min_significance = 1.0;
  return card;
}

}  // namespace trueup
