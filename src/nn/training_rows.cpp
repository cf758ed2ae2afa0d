// The rows that a network learns from.
#include <trueup/training_rows.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup {

namespace {

// Rows are read four floats at a time.
constexpr std::size_t kReadPastEnd = 3;

}  // namespace

TrainingRows::TrainingRows(std::size_t rows, std::size_t features, std::size_t targets)
    : rows_(rows),
      features_(features),
      targets_(targets),
      values_(rows * (features + targets + 1) + kReadPastEnd, 0.0f) {
  for (std::size_t r = 0; r < rows; ++r) {
    weight(r) = 1.0f;
  }
}

void TrainingRows::set_members(std::vector<std::uint64_t> offsets, std::vector<float> values,
                               std::size_t width) {
  if (width == 0 || offsets.size() != rows_ + 1 || !std::is_sorted(offsets.begin(), offsets.end()) ||
      offsets.front() != 0 || offsets.back() * width != values.size()) {
    throw ConfigError(
        fmt::format("members: {} offsets and {} values of {} a member do not fit {} rows; expected ascending "
                    "offsets from 0, one "
                    "more than rows, that end at the number of members",
                    offsets.size(), values.size(), width, rows_));
  }
  offsets_ = std::move(offsets);
  member_values_ = std::move(values);
  member_width_ = width;
}

}  // namespace trueup
