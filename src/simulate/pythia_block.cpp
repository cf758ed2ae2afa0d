// One block of Pythia events, reproducible from (seed, block) alone, turned into plain particles.
#include "simulate/pythia_block.hpp"

#include <trueup/error.hpp>
#include <trueup/random.hpp>

namespace trueup::sim {
namespace {

/// A final descendant of particle i, always the first.
int first_final_descendant(const Pythia8::Event& event, int i) {
  while (!event[i].isFinal() && event[i].daughter1() > i) i = event[i].daughter1();
  return i;
}

Particle plain(const Pythia8::Particle& p) {
  Particle out;
  out.pid = p.id();
  out.charge = p.chargeType() / 3;
  out.px = p.px();
  out.py = p.py();
  out.pz = p.pz();
  out.e = p.e();
  out.x = p.xProd();
  out.y = p.yProd();
  out.z = p.zProd();
  return out;
}

}  // namespace

void seed_block(Pythia8::Pythia& pythia, std::uint64_t seed, std::uint64_t block) {
  // Pythia's own init() takes 30 bits of seed, where many blocks would collide. Its engine (Marsaglia, Zaman, Tsang) may
  // start from any 97 numbers on its grid of 2^-48.
  pythia.rndm.init(1);
  Pythia8::RndmState state = pythia.rndm.getState();
  RandomStream stream(seed, "pythia", block);
  for (double& u : state.u) u = static_cast<double>(stream.next_u64() >> 16) * 0x1p-48;
  pythia.rndm.setState(state);
}

bool PythiaEvents::next(GeneratorEvent& event) {
  int in_a_row = 0;
  const auto made = [&] {
    if (veto_ != nullptr) veto_->start();
    return pythia_.next();
  };
  while (!made()) {
    if (veto_ != nullptr && veto_->gave_up()) {
      ++counts_.given_up;
      return false;
    }
    ++counts_.failed;
    if (++in_a_row >= kMostFailures) {
      std::string reason = "it gives no reason";
      for (const auto& [message, times] : pythia_.logger) {
        if (message[0] == 'A' || message[0] == 'E') {
          reason = message;
          break;
        }
      }
      throw ConfigError("Pythia failed to make " + std::to_string(kMostFailures) +
                        " events in a row with this card's settings: " + reason);
    }
  }
  visible_particles(pythia_.event, event.particles);
  if (with_truth_) find_truth(pythia_.event, event.truth);
  event.weight = pythia_.info.weight();
  return true;
}

void visible_particles(const Pythia8::Event& event, Particles& particles) {
  particles.clear();
  thread_local std::vector<int> kaon_carriers;
  kaon_carriers.clear();
  for (int i = 1; i < event.size(); ++i) {
    const Pythia8::Particle& p = event[i];
    // A K0S that has decayed is counted at one of its products. One that goes on as a copy of itself has not decayed.
    if (!p.isFinal()) {
      if (p.id() == 310 && event[p.daughter1()].id() != 310)
        kaon_carriers.push_back(first_final_descendant(event, i));
      continue;
    }
    if (!p.isVisible()) continue;
    Particle out = plain(p);
    out.kaons = is_kaon(p.id());
    for (const int carrier : kaon_carriers) out.kaons += carrier == i;
    particles.push_back(out);
  }
}

void find_truth(const Pythia8::Event& event, Truth& truth) {
  truth.neutrinos.clear();
  truth.partons.clear();
  for (int i = 1; i < event.size(); ++i) {
    const Pythia8::Particle& p = event[i];
    if (is_parton(p.id())) {
      truth.partons.push_back({p.idAbs(), p.px(), p.py(), p.pz()});
    } else if (p.isFinal() && is_neutrino(p.id())) {
      truth.neutrinos.push_back(plain(p));
    }
  }
}

}  // namespace trueup::sim
