// The inverse of the normal distribution function.
#include "stats/probit.hpp"

#include <cmath>
#include <numbers>

namespace trueup {

double probit(double p) {
  double low = -9.0, high = 9.0;
  while (high - low > 1e-12) {
    const double middle = 0.5 * (low + high);
    (0.5 * std::erfc(-middle / std::numbers::sqrt2) < p ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace trueup
