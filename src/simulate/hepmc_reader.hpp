// Events of a HepMC3 (or HepMC2) ASCII file, one after the other, as plain particles.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "simulate/truth.hpp"

namespace trueup::sim {

class HepMcReader {
 public:
  /// `weight` names the event weight; empty: the first, or 1 where there is none. Throws DataError when the file cannot be
  /// read or is not HepMC, EnvironmentError when Pythia's table of particles is not to be had.
  HepMcReader(const std::filesystem::path& path, std::string weight);
  ~HepMcReader();

  /// GeV and mm whatever the file's units are, particles in its order. False after the last event. DataError, with the number of the event in the file (from 1), for one that is not whole,
  /// that has a number that is not finite, a weight of another name, or a particle of unknown charge; also for a file that
  /// ends without the line that ends every HepMC listing.
  bool next(GeneratorEvent& event);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace trueup::sim
