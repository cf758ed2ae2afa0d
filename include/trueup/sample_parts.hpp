// Parts of one sample that several machines made (`trueup simulate --first-event`): whether they fit, and in which order.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace trueup {

/// What a table says of the part that it holds.
struct SamplePart {
  std::string name;  ///< of its file, for messages
  std::size_t rows = 0;
  std::map<std::string, std::string> metadata;
};

/// The whole that parts make.
struct SampleOfParts {
  std::vector<std::size_t> order;  ///< places of the parts, by their first events
  std::size_t events = 0;
  std::map<std::string, std::string> metadata;  ///< as if the sample had been made in one call
  std::string key;                              ///< sample_key() of that call
};

/// Parts fit when together they are one call of simulate(): all from the same card (its number of events apart), seed,
/// generator and code, each beginning where the one before ends, the first at event 0, and the last ending at event
/// `events` (0: wherever it does). DataError otherwise, which names the parts, what differs, which events two of them
/// have, and which events are missing with the options that make them.
SampleOfParts join_parts(const std::vector<SamplePart>& parts, std::size_t events = 0);

}  // namespace trueup
