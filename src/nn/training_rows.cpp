// Rows to learn from, stored row by row.
#include <trueup/trainer.hpp>

namespace trueup {

TrainingRows::TrainingRows(std::size_t rows, std::size_t features)
    : rows_(rows), features_(features), values_(rows * (features + 2), 0.0f) {
  for (std::size_t r = 0; r < rows; ++r) {
    weight(r) = 1.0f;
  }
}

}  // namespace trueup
