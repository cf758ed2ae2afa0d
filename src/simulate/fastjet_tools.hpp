// What our uses of FastJet share.
#pragma once

#include <string>

#include <fastjet/ClusterSequence.hh>
#include <fastjet/LimitedWarning.hh>

namespace trueup::sim {

inline fastjet::JetAlgorithm algorithm_of(const std::string& name) {
  if (name == "kt") return fastjet::kt_algorithm;
  return name == "cambridge" ? fastjet::cambridge_algorithm : fastjet::antikt_algorithm;
}

/// FastJet prints its banner at the first clustering of a process, and warnings; null streams silence both.
inline void silence_fastjet() {
  fastjet::ClusterSequence::set_fastjet_banner_stream(nullptr);
  fastjet::LimitedWarning::set_default_stream(nullptr);
}

}  // namespace trueup::sim
