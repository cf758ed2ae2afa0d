// Small samples of one truth seen by two detectors.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <trueup/random.hpp>
#include <trueup/refiner.hpp>
#include <trueup/table.hpp>

namespace trueup::refine_tests {

struct Samples {
  Table fast;
  Table full;
};

/// event, gen ~ N(0,1), x = gen + 0.5 + N(0, 0.5²) fast, gen + N(0, 0.2²) full.
inline Samples paired_samples(std::size_t rows, std::uint64_t seed = 1) {
  RandomStream stream(seed, "refine samples");
  std::vector<float> event(rows), gen(rows), fast(rows), full(rows);
  for (std::size_t r = 0; r < rows; ++r) {
    event[r] = static_cast<float>(r);
    const double g = stream.normal();
    gen[r] = static_cast<float>(g);
    fast[r] = static_cast<float>(g + 0.5 + 0.5 * stream.normal());
    full[r] = static_cast<float>(g + 0.2 * stream.normal());
  }
  Samples samples;
  for (const auto& [table, x] : {std::pair{&samples.fast, &fast}, std::pair{&samples.full, &full}}) {
    table->add_column("event", event);
    table->add_column("gen", gen);
    table->add_column("x", *x, "GeV");
  }
  return samples;
}

inline RefineOptions quick_options(RefineSchedule schedule, std::size_t epochs = 4) {
  RefineOptions options;
  options.columns = {{.name = "x"}};
  options.conditions = {{.name = "gen"}};
  options.schedule = schedule;
  options.width = 16;
  options.blocks = 1;
  options.training.batch_size = 500;
  options.training.max_epochs = epochs;
  options.training.patience = epochs;
  options.training.adam.learning_rate = 3e-3;
  options.first = options.training;
  return options;
}

}  // namespace trueup::refine_tests
