// The covariance of a fit by learnt statistics, by what it comes from.
#pragma once

#include <cstddef>

#include "stats/linear.hpp"

namespace trueup {

struct ErrorShares {
  SquareMatrix data;
  SquareMatrix simulation;
  SquareMatrix generator;
  SquareMatrix background;        ///< the finite number of background events
  SquareMatrix background_share;  ///< the error of their expected share

  explicit ErrorShares(std::size_t size = 0)
      : data(size), simulation(size), generator(size), background(size), background_share(size) {}

  SquareMatrix sum() const {
    SquareMatrix total = data;
    for (const SquareMatrix* part : {&simulation, &generator, &background, &background_share}) {
      for (std::size_t j = 0; j < total.values.size(); ++j) total.values[j] += part->values[j];
    }
    return total;
  }

  /// Calls work(to, from) for each share of two.
  template <class Work>
  static void for_each(ErrorShares& to, const ErrorShares& from, const Work& work) {
    work(to.data, from.data);
    work(to.simulation, from.simulation);
    work(to.generator, from.generator);
    work(to.background, from.background);
    work(to.background_share, from.background_share);
  }
};

}  // namespace trueup
