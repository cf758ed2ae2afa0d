// What must hold before a training starts and while it runs.
#pragma once

#include <trueup/trainer.hpp>

namespace trueup {

/// Throws ConfigError for an option out of its range.
void check_options(const TrainOptions& options);

/// Throws ConfigError for bf16 when no layer of the network is wide enough.
void check_precision(const Network& network, const TrainOptions& options);

/// Losses of rows have one target an output; losses over batches may have more, for what they need to know.
enum class Targets { as_outputs, any };

/// `part` says which rows: "training", "validation". Throws ConfigError when they do not fit the network, DataError when
/// there are none, a value is not finite, or their weights do not sum to more than 0.
void check_rows(const Network& network, const RowsView& rows, const TrainOptions& options, const char* part,
                Targets targets);

/// Throws DataError when a loss of the epoch is not finite.
void check_finite(const EpochRecord& epoch, const TrainOptions& options);

}  // namespace trueup
