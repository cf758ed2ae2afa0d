// What the CMS-like detector of a card does to single particles, beside the card's formulas, and the towers and objects of its
// events. Prints one JSON document, which scripts/detector_page.py draws.
//
//   cmake --build build --target bench_detector_response
//   build/bin/bench_detector_response cards/ttbar.toml 500 > response.json
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "simulate/calorimeter.hpp"
#include "simulate/detector.hpp"
#include "simulate/helix.hpp"
#include "simulate/pythia_block.hpp"
#include "simulate/pythia_settings.hpp"
#include "simulate/tracker.hpp"

namespace {

using namespace trueup;
using Json = nlohmann::ordered_json;

constexpr int kShots = 4000;  // of each particle: 2.5 % on a width

struct Beam {
  const char* name;
  int pid, charge;
  double mass;
};
constexpr Beam kBeams[] = {{"charged pion", 211, 1, 0.13957},
                           {"electron", 11, -1, 0.000511},
                           {"muon", 13, -1, 0.10566},
                           {"photon", 22, 0, 0.0},
                           {"neutral kaon", 130, 0, 0.4976}};

sim::Particle shot(const Beam& beam, double pt, double eta) {
  sim::Particle p;
  p.pid = beam.pid;
  p.charge = beam.charge;
  p.px = pt;
  p.pz = pt * std::sinh(eta);
  p.e = std::sqrt(pt * pt + p.pz * p.pz + beam.mass * beam.mass);
  return p;
}

/// Found how often, and mean and relative width of what is measured over what there was.
struct Response {
  double found = 0.0, sum = 0.0, square = 0.0;

  void add(double ratio) {
    found += 1.0;
    sum += ratio;
    square += ratio * ratio;
  }
  double mean() const { return sum / found; }
  double width() const { return std::sqrt(std::max(0.0, square / found - mean() * mean())); }
};

/// The formulas at the place where the particle meets the calorimeter.
struct Formula {
  double efficiency, width;
};

Formula formula_of(const DetectorCard& card, const sim::Particle& p) {
  const auto point = sim::propagate(p, card.solenoid);
  const double pt = p.pt();
  if (p.charge != 0) {
    const sim::TrackerDetector tracker(card);
    const auto kind = sim::track_kind(p.pid);
    return {tracker.efficiency(kind, pt, point->eta()), tracker.resolution(kind, pt, point->eta())};
  }
  const sim::Calorimeter calorimeter(p.pid == 22 ? card.ecal : card.hcal);
  const auto& grid = calorimeter.grid();
  const sim::TowerEdges edges = grid.edges(grid.tower(point->eta(), point->phi()));
  return {1.0, calorimeter.resolution(p.e, 0.5 * (edges.eta_low + edges.eta_high)) / p.e};
}

Json shoot(const DetectorCard& card, const sim::Detector& detector, const Beam& beam, double pt, double eta) {
  const sim::Particle p = shot(beam, pt, eta);
  std::vector<sim::Exit> exits;
  detector.propagate_all(std::span(&p, 1), exits);
  sim::Reconstruction event;
  Response response;
  for (int i = 0; i < kShots; ++i) {
    RandomStream stream(1, "detector response", static_cast<std::uint64_t>(i));
    detector.respond(std::span(&p, 1), exits, stream, event);
    for (const sim::Particle& o : event.objects) {
      // A particle whose track was lost comes back as a neutral one: not found.
      if ((o.charge != 0) == (p.charge != 0)) response.add(p.charge != 0 ? o.pt() / p.pt() : o.e / p.e);
    }
  }
  const Formula formula = formula_of(card, p);
  return {{"particle", beam.name},
          {"pt", pt},
          {"eta", eta},
          {"efficiency", response.found / kShots},
          {"efficiency_formula", formula.efficiency},
          {"mean", response.found > 0.0 ? response.mean() : 0.0},
          {"width", response.found > 1.0 ? response.width() : 0.0},
          {"width_formula", formula.width}};
}

Json single_particles(const DetectorCard& card) {
  const auto detector = sim::make_detector(card);
  Json rows = Json::array();
  for (const Beam& beam : kBeams) {
    for (const double eta : {0.3, 1.2, 2.1}) {
      for (const double pt : {0.5, 0.9, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0})
        rows.push_back(shoot(card, *detector, beam, pt, eta));
    }
  }
  return rows;
}

/// Numbers by powers of 10^(1/5).
class Spectrum {
 public:
  void add(double value) {
    if (value > 0.0) ++counts_[static_cast<int>(std::floor(5.0 * std::log10(value)))];
  }
  Json json(double events) const {
    Json out = Json::array();
    for (const auto& [bin, count] : counts_)
      out.push_back({{"low", std::pow(10.0, bin / 5.0)},
                     {"high", std::pow(10.0, (bin + 1) / 5.0)},
                     {"per_event", static_cast<double>(count) / events}});
    return out;
  }

 private:
  std::map<int, std::size_t> counts_;
};

Json spectra(const SimulationCard& card, std::size_t events) {
  const sim::PythiaFactory factory(card);
  const auto pythia = factory.make({});
  sim::seed_block(*pythia, 1, 0);
  sim::PythiaEvents source(*pythia, false);
  const auto detector = sim::make_detector(card.detector);
  const sim::Calorimeter ecal(card.detector.ecal), hcal(card.detector.hcal);
  std::map<std::string, Spectrum> found;
  sim::GeneratorEvent event;
  std::vector<sim::Exit> exits;
  std::vector<sim::Tower> towers;
  sim::Reconstruction seen;
  for (std::size_t i = 0; i < events; ++i) {
    source.next(event);
    detector->propagate_all(event.particles, exits);
    RandomStream stream(1, "detector spectra", i);
    for (const auto& [name, calorimeter] :
         {std::pair{"ECAL towers", &ecal}, std::pair{"HCAL towers", &hcal}}) {
      calorimeter->measure(event.particles, exits, stream, towers);
      for (const sim::Tower& t : towers) found[name].add(t.energy);
    }
    detector->respond(event.particles, exits, stream, seen);
    for (const sim::Particle& o : seen.objects)
      found[o.charge != 0 ? "tracks" : o.pid == 22 ? "photons" : "neutral hadrons"].add(o.e);
  }
  Json out = Json::object();
  for (const auto& [name, spectrum] : found) out[name] = spectrum.json(static_cast<double>(events));
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: bench_detector_response CARD EVENTS\n");
    return 2;
  }
  const SimulationCard card = load_simulation_card(argv[1]);
  const std::size_t events = std::strtoul(argv[2], nullptr, 10);
  const Json out{{"schema", "trueup.detector_response/1"},
                 {"card", argv[1]},
                 {"single_particles", single_particles(card.detector)},
                 {"spectra", spectra(card, events)}};
  std::printf("%s\n", out.dump(1).c_str());
  return 0;
}
