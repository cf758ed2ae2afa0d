// The rows that a network learns from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace trueup {

/// Rows to learn from, stored row by row so that a shuffled row is one memory access.
/// Each row: F inputs, T targets (0 at first), weight (1 at first): F + T + 1 floats; in addition the members of its jagged group, when there are
/// any.
class TrainingRows {
 public:
  TrainingRows(std::size_t rows, std::size_t features, std::size_t targets = 1);

  std::size_t rows() const noexcept { return rows_; }
  std::size_t features() const noexcept { return features_; }
  std::size_t targets() const noexcept { return targets_; }
  std::size_t stride() const noexcept { return features_ + targets_ + 1; }

  std::span<float> inputs(std::size_t row) { return {values_.data() + row * stride(), features_}; }
  std::span<const float> inputs(std::size_t row) const {
    return {values_.data() + row * stride(), features_};
  }
  float& target(std::size_t row, std::size_t t = 0) { return values_[row * stride() + features_ + t]; }
  float target(std::size_t row, std::size_t t = 0) const { return values_[row * stride() + features_ + t]; }
  float& weight(std::size_t row) { return values_[row * stride() + features_ + targets_]; }
  float weight(std::size_t row) const { return values_[row * stride() + features_ + targets_]; }
  /// (rows, stride), row by row.
  const float* data() const noexcept { return values_.data(); }

  /// Gives each row its group: offsets (rows + 1) into members of `width` numbers each, values (members, width).
  /// Throws ConfigError when sizes disagree.
  void set_members(std::vector<std::uint64_t> offsets, std::vector<float> values, std::size_t width);
  /// Numbers of each member; 0 without members.
  std::size_t member_width() const noexcept { return member_width_; }
  /// The row's members, one after another.
  std::span<const float> members(std::size_t row) const {
    const std::uint64_t begin = offsets_[row] * member_width_;
    return {member_values_.data() + begin, offsets_[row + 1] * member_width_ - begin};
  }
  std::span<const float> member_values() const noexcept { return member_values_; }
  std::span<const std::uint64_t> member_offsets() const noexcept { return offsets_; }

 private:
  std::size_t rows_;
  std::size_t features_;
  std::size_t targets_;
  std::size_t member_width_ = 0;
  std::vector<float> values_;
  std::vector<std::uint64_t> offsets_;
  std::vector<float> member_values_;
};

/// Rows of a table that take part in something; made from a table, all of them. A view: table and choice must outlive it.
class RowsView {
 public:
  RowsView(const TrainingRows& all)  // NOLINT(google-explicit-constructor)
      : table_(&all), size_(all.rows()) {}
  RowsView(const TrainingRows& table, std::span<const std::uint32_t> chosen)
      : table_(&table), chosen_(chosen.data()), size_(chosen.size()) {}

  const TrainingRows& table() const noexcept { return *table_; }
  std::size_t size() const noexcept { return size_; }
  bool whole() const noexcept { return chosen_ == nullptr; }
  /// Row number in the table of the view's row i.
  std::uint32_t operator[](std::size_t i) const {
    return chosen_ == nullptr ? static_cast<std::uint32_t>(i) : chosen_[i];
  }

 private:
  const TrainingRows* table_;
  const std::uint32_t* chosen_ = nullptr;
  std::size_t size_;
};

/// Loss of one row as a function of the network's output z; summed over the outputs, each with its own target.
///   bce:   w [softplus(z) − t z], the weighted binary cross-entropy of SRGN Eqs 1 and A1 for t in [0, 1], z the logit
///   mse:   w (z − t)²
///   huber: w h(z − t), h(d) = d²/2 up to delta, then delta (|d| − delta/2)
enum class RowLoss { bce, mse, huber };

struct LossOptions {
  RowLoss kind;
  double huber_delta;  ///< in units of the target

  LossOptions(RowLoss loss = RowLoss::bce, double delta = 1.0) : kind(loss), huber_delta(delta) {}
};

}  // namespace trueup
