// Checks of a refinement's options.
#include "refine/check_options.hpp"

#include <set>

#include <fmt/format.h>

#include <model/column_transform.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

void check_columns(const RefineOptions& options) {
  if (options.columns.empty()) throw ConfigError("refine: no column is to be refined");
  std::set<std::string> seen;
  for (const std::vector<RefinerColumn>* columns : {&options.columns, &options.conditions}) {
    for (const RefinerColumn& column : *columns) {
      if (!seen.insert(column.name).second)
        throw ConfigError(fmt::format("refine: column '{}' is named twice", column.name));
      if (const std::string defect = column_defect(column); !defect.empty())
        throw ConfigError(fmt::format("refine: {}", defect));
    }
  }
}

}  // namespace

void check_refine_options(const RefineOptions& options, Pairing pairing) {
  check_columns(options);
  const std::size_t kernel_columns =
      options.columns.size() + (options.kernel.with_conditions ? options.conditions.size() : 0);
  if (!options.kernel.bandwidths.empty() && options.kernel.bandwidths.size() != kernel_columns) {
    throw ConfigError(
        fmt::format("refine: {} bandwidths are given for {} columns of the MMD; give one for each refined "
                    "column, then one for each condition that takes part",
                    options.kernel.bandwidths.size(), kernel_columns));
  }
  if (!(options.train_fraction > 0.0 && options.train_fraction < 1.0))
    throw ConfigError(fmt::format("refine: the part that trains is {}; it must lie between 0 and 1",
                                  options.train_fraction));
  if (options.width == 0 || options.blocks == 0)
    throw ConfigError("refine: the network needs at least one block and a width of at least 1");
  if (pairing == Pairing::none && needs_pairs(options.schedule)) {
    throw ConfigError(
        fmt::format("the schedule '{}' compares each fast event with its own full event, and these rows are "
                    "no pairs: simulate the "
                    "same events twice and match them by a key, or use the schedule 'mmd'",
                    to_string(options.schedule)));
  }
}

}  // namespace trueup
