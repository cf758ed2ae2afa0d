// The events of a reweighting, cut into a training and a validation part the same way wherever they are used.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <trueup/reweighter.hpp>

namespace trueup {

/// Row numbers of one table that train, and those that do not.
struct ReweightSplit {
  std::vector<std::uint32_t> train;
  std::vector<std::uint32_t> validate;
};

struct ReweightSplits {
  ReweightSplit nominal;
  ReweightSplit scanned;
};

/// From options.training.seed and options.train_fraction alone. Throws DataError when a part would be empty.
ReweightSplits split_reweight_samples(const Table& nominal, const Table& scanned,
                                      const ReweightOptions& options);

/// Checks options and columns of both tables; throws as train_reweighter documents.
void check_reweight_inputs(const Table& nominal, const Table& scanned, const ReweightOptions& options);

}  // namespace trueup
