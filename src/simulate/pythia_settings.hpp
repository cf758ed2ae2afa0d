// Pythia objects made from a card: settings checked before any work, cheap to make anew for each scanned value.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <Pythia8/Pythia.h>

#include <trueup/simulate.hpp>

namespace trueup::sim {

using PythiaPtr = std::unique_ptr<Pythia8::Pythia>;

/// A Pythia with its databases and nothing initialised, which keeps its messages to itself: for particles' properties.
PythiaPtr particle_table();

/// Holds Pythia's databases as the card changes them. Reading them from XML costs 0.1 s, once; make() copies them.
class PythiaFactory {
 public:
  /// Throws ConfigError naming the first setting that Pythia does not know or accept, or whose range goes beyond its
  /// limits; and when Pythia cannot be initialised with them.
  explicit PythiaFactory(const SimulationCard& card);

  /// An initialised Pythia with these values of the scanned parameters. Its state is the same at each call. May be
  /// called from several threads at once. `hooks`, if any, are asked while events are made.
  PythiaPtr make(const std::vector<double>& scanned,
                 std::shared_ptr<Pythia8::UserHooks> hooks = nullptr) const;

  std::string version() const;

 private:
  void read(const std::string& line);
  void check_scan(const ScannedParameter& parameter);
  PythiaPtr initialised(const std::vector<double>& scanned, bool with_prepared_higgs,
                        std::shared_ptr<Pythia8::UserHooks> hooks) const;

  std::vector<ScannedParameter> scan_;
  std::unique_ptr<Pythia8::Pythia> databases_;
  std::shared_ptr<Pythia8::ResonanceH> higgs_;  ///< see prepare_higgs in the source
};

}  // namespace trueup::sim
