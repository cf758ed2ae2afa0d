// Reading HepMC through the HepMC3 library, which leaves it to the caller to notice what is broken.
#include "simulate/hepmc_reader.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

#include <HepMC3/GenEvent.h>
#include <HepMC3/GenParticle.h>
#include <HepMC3/GenVertex.h>
#include <HepMC3/ReaderAscii.h>
#include <HepMC3/ReaderAsciiHepMC2.h>
#include <HepMC3/Setup.h>

#include <core/files.hpp>
#include <trueup/error.hpp>

#include "simulate/pythia_settings.hpp"

namespace trueup::sim {
namespace {

constexpr int kStable = 1;
constexpr int kKaonShort = 310;
constexpr int kFirstIon = 1'000'000'000;

enum class Layout { hepmc2, hepmc3 };

constexpr int kParticleNumbers = 9;  // of a line "P id mother pid px py pz e m status"

/// What the file says of itself. For a broken event and at the end the library gives the same answer, and prints, so all
/// events are looked at first.
struct Listing {
  Layout layout = Layout::hepmc3;
  bool complete = false;            // the line is there that ends a listing
  std::vector<std::uint8_t> whole;  // of each event: it has the particles that it says. HepMC2 does not say
};

/// "E number vertices particles", of HepMC3; 0 when it cannot be read.
std::size_t particles_of(const std::string& line) {
  std::istringstream in(line.substr(2));
  std::size_t number = 0, vertices = 0, particles = 0;
  in >> number >> vertices >> particles;
  return in.fail() ? 0 : particles;
}

/// Whether the line has all its numbers. An infinite one is a number here.
bool is_particle(const std::string& line) {
  const char* at = line.c_str() + 1;
  for (int i = 0; i < kParticleNumbers; ++i) {
    char* end = nullptr;
    std::strtod(at, &end);
    if (end == at) return false;
    at = end;
  }
  return true;
}

/// The events from where `in` stands.
void read_listing(std::istream& in, Listing& listing) {
  const bool third = listing.layout == Layout::hepmc3;
  std::size_t expected = 0, found = 0;
  const auto close = [&] {
    if (!listing.whole.empty()) listing.whole.back() = !third || (expected > 0 && found == expected);
  };
  std::string line;
  while (std::getline(in, line)) {
    if (line.starts_with("E ")) {
      close();
      listing.whole.push_back(0);
      expected = third ? particles_of(line) : 0;
      found = 0;
    } else if (line.starts_with("P ")) {
      found += is_particle(line);
    } else if (line.starts_with("HepMC::")) {
      listing.complete = line.find("-END_EVENT_LISTING") != std::string::npos;
    }
  }
  close();
}

Listing listing_of(const std::filesystem::path& path) {
  check_readable(path);
  std::ifstream in(path);
  std::string line, start;
  do {
    std::getline(in, line);
  } while (in && (line.empty() || line.starts_with("HepMC::Version")));
  if (line.starts_with("HepMC::") && line.find("-START_EVENT_LISTING") != std::string::npos) start = line;
  if (start.empty()) {
    throw DataError("'" + path.string() +
                    "' is not a HepMC file: it does not start with 'HepMC::Version' and "
                    "'HepMC::Asciiv3-START_EVENT_LISTING'; unpack it first if it is compressed");
  }
  const bool third = start.starts_with("HepMC::Asciiv3");
  if (!third && !start.starts_with("HepMC::IO_GenEvent")) {
    throw DataError("'" + path.string() + "' is a HepMC listing of an unknown kind: '" + start +
                    "'; known are Asciiv3 and IO_GenEvent");
  }
  Listing listing{third ? Layout::hepmc3 : Layout::hepmc2, false, {}};
  read_listing(in, listing);
  return listing;
}

std::unique_ptr<HepMC3::Reader> reader_of(const std::filesystem::path& path, Layout layout) {
  // The library prints what it finds wrong; here it becomes an exception.
  HepMC3::Setup::set_print_errors(false);
  HepMC3::Setup::set_print_warnings(false);
  HepMC3::Setup::set_debug_level(0);
  if (layout == Layout::hepmc3) return std::make_unique<HepMC3::ReaderAscii>(path.string());
  return std::make_unique<HepMC3::ReaderAsciiHepMC2>(path.string());
}

/// The first product's first product and so on, down to a stable particle.
int first_stable_descendant(HepMC3::ConstGenParticlePtr p) {
  while (p->status() != kStable && p->end_vertex() != nullptr && !p->end_vertex()->particles_out().empty()) {
    p = p->end_vertex()->particles_out().front();
  }
  return p->id();
}

bool decays(const HepMC3::ConstGenParticlePtr& p) {
  if (p->status() == kStable || p->end_vertex() == nullptr) return false;
  const auto& products = p->end_vertex()->particles_out();
  return !products.empty() &&
         std::none_of(products.begin(), products.end(), [](const auto& q) { return q->pid() == kKaonShort; });
}

}  // namespace

struct HepMcReader::Parts {
  std::filesystem::path path;
  std::string weight;
  Listing listing;
  std::unique_ptr<HepMC3::Reader> reader;
  PythiaPtr particle_data;  // charges and which particles are visible
  HepMC3::GenEvent event;
  std::size_t number = 0;
  std::vector<int> kaon_carriers;

  [[noreturn]] void fail(const std::string& message) const {
    throw DataError("'" + path.string() + "', event " + std::to_string(number) + ": " + message);
  }

  double event_weight() const {
    const std::vector<double>& weights = event.weights();
    if (weight.empty()) return weights.empty() ? 1.0 : weights.front();
    const std::vector<std::string> names =
        event.run_info() == nullptr ? std::vector<std::string>{} : event.run_info()->weight_names();
    const auto at = std::find(names.begin(), names.end(), weight);
    if (at == names.end() || static_cast<std::size_t>(at - names.begin()) >= weights.size()) {
      fail("has no weight '" + weight + "'" + did_you_mean(weight, names) + "; it has " + quoted_list(names));
    }
    return weights[static_cast<std::size_t>(at - names.begin())];
  }

  /// In units of e. A nucleus carries it in its number, 10LZZZAAAI.
  int charge_of(int pid) const {
    const int id = std::abs(pid);
    if (id > kFirstIon) return (pid > 0 ? 1 : -1) * (id / 10'000 % 1000);
    const auto& data = particle_data->particleData;
    if (!data.isParticle(pid)) {
      fail("a stable particle has the PDG number " + std::to_string(pid) +
           ", whose charge is not known; leave it out, or let it decay");
    }
    return data.chargeType(pid) / 3;
  }

  bool visible(int pid) const {
    return std::abs(pid) > kFirstIon || particle_data->particleData.isVisible(pid);
  }

  Particle particle(const HepMC3::ConstGenParticlePtr& p) const {
    const HepMC3::FourVector& momentum = p->momentum();
    Particle out;
    out.pid = p->pid();
    out.kaons = is_kaon(out.pid);
    out.px = momentum.px();
    out.py = momentum.py();
    out.pz = momentum.pz();
    out.e = momentum.e();
    if (p->production_vertex() != nullptr) {
      const HepMC3::FourVector at = p->production_vertex()->position();
      out.x = at.x();
      out.y = at.y();
      out.z = at.z();
    }
    for (const double value : {out.px, out.py, out.pz, out.e, out.x, out.y, out.z}) {
      if (!std::isfinite(value))
        fail("particle " + std::to_string(p->id()) + " has a number that is not finite");
    }
    return out;
  }

  void take_particles(GeneratorEvent& taken) {
    Particles& particles = taken.particles;
    Truth& truth = taken.truth;
    particles.clear();
    truth.neutrinos.clear();
    truth.partons.clear();
    kaon_carriers.clear();
    const HepMC3::GenEvent& read = event;
    // The record is whole where every particle has an identity, and the stable ones an energy.
    for (const HepMC3::ConstGenParticlePtr& p : read.particles()) {
      if (p->pid() == 0)
        fail("particle " + std::to_string(p->id()) + " has no PDG number: the record is damaged");
      if (p->pid() == kKaonShort && decays(p)) kaon_carriers.push_back(first_stable_descendant(p));
      if (!is_parton(p->pid())) continue;
      const HepMC3::FourVector& momentum = p->momentum();
      truth.partons.push_back({std::abs(p->pid()), momentum.px(), momentum.py(), momentum.pz()});
    }
    for (const HepMC3::ConstGenParticlePtr& p : read.particles()) {
      if (p->status() != kStable) continue;
      const int charge = charge_of(p->pid());
      if (is_neutrino(p->pid())) truth.neutrinos.push_back(particle(p));
      if (!visible(p->pid())) continue;
      Particle out = particle(p);
      if (!(out.e > 0.0)) fail("particle " + std::to_string(p->id()) + " is stable and has no energy");
      out.charge = charge;
      out.kaons += static_cast<int>(std::count(kaon_carriers.begin(), kaon_carriers.end(), p->id()));
      particles.push_back(out);
    }
  }
};

HepMcReader::HepMcReader(const std::filesystem::path& path, std::string weight)
    : parts_(new Parts{path, std::move(weight), listing_of(path), nullptr, particle_table(), {}, 0, {}}) {
  parts_->reader = reader_of(path, parts_->listing.layout);
}

HepMcReader::~HepMcReader() = default;

bool HepMcReader::next(GeneratorEvent& out) {
  Parts& p = *parts_;
  const std::vector<std::uint8_t>& whole = p.listing.whole;
  if (p.number == whole.size()) {
    if (p.listing.complete) return false;
    p.fail("is the last one, and the line that ends a HepMC listing does not follow: the file is truncated");
  }
  const bool read = whole[p.number++] != 0 && p.reader->read_event(p.event) && !p.event.particles().empty();
  if (!read) {
    const bool last = p.number == whole.size();
    p.fail(last && !p.listing.complete ? "is not whole: the file is truncated"
                                       : "is damaged: it cannot be read as HepMC");
  }
  p.event.set_units(HepMC3::Units::GEV, HepMC3::Units::MM);
  out.weight = p.event_weight();
  if (!std::isfinite(out.weight)) p.fail("has a weight that is not finite");
  p.take_particles(out);
  return true;
}

}  // namespace trueup::sim
