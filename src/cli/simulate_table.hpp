// One simulated table on disk: made from a card, or found there already.
#pragma once

#include <cstdint>
#include <string>

#include <trueup/result.hpp>
#include <trueup/simulate.hpp>

#include "cli/session.hpp"

namespace trueup::cli {

struct TableRequest {
  SimulationCard card;
  std::size_t events = 0;  ///< 0: as the card says
  std::uint64_t seed = 1;
  std::string path;
  std::size_t first_event = 0;
};

/// EnvironmentError when the card wants Pythia and this build has none, or the path cannot be written; ConfigError for a
/// suffix that is no table's.
void check_request(const TableRequest& request);

struct MadeTable {
  InputRecord record;  ///< of the table: path, checksum, rows
  double seconds = 0.0;
  bool reused = false;
};

/// Writes the table. Pythia's finished blocks are kept in PATH.part until then. With `resume`, a table at the path that this
/// code made from the same card, number of events and seed is left as it is, and blocks in PATH.part are not made again.
MadeTable make_table(Session& session, const TableRequest& request, bool resume);

}  // namespace trueup::cli
