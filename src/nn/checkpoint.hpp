// A training's state as a file: written whole or not at all, read back only by the very same training.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <trueup/monitor.hpp>
#include <trueup/network.hpp>
#include <trueup/trainer.hpp>

namespace trueup {

/// Parts of a training have one function archive(state) for both directions, which names each of their members once.
class StateWriter {
 public:
  template <class T>
  void value(const T& value) {
    static_assert(std::is_arithmetic_v<T>);
    append(&value, sizeof(T));
  }
  void block(std::span<const float> values) { append(values.data(), values.size_bytes()); }
  /// Lists whose length the state itself says.
  void resize(std::vector<float>& list) { value(list.size()); }
  void resize(std::vector<EpochRecord>& list) { value(list.size()); }

  const std::string& bytes() const noexcept { return bytes_; }

 private:
  void append(const void* from, std::size_t size) { bytes_.append(static_cast<const char*>(from), size); }
  std::string bytes_;
};

class StateReader {
 public:
  explicit StateReader(std::string_view bytes) : left_(bytes) {}

  template <class T>
  void value(T& value) {
    static_assert(std::is_arithmetic_v<T>);
    take(&value, sizeof(T));
  }
  void block(std::span<float> values) { take(values.data(), values.size_bytes()); }
  template <class T>
  void resize(std::vector<T>& list) {
    std::size_t size = 0;
    value(size);
    check(size <= left_.size());  // an element is a byte at least
    list.resize(size);
  }
  bool at_end() const noexcept { return left_.empty(); }

 private:
  /// Throws DataError.
  static void check(bool good);
  void take(void* to, std::size_t size) {
    check(size <= left_.size());
    if (size > 0) std::memcpy(to, left_.data(), size);
    left_.remove_prefix(size);
  }
  std::string_view left_;
};

/// Whatever decides the course of a training: options, starting parameters, rows, and what `loss` says of itself.
std::string training_fingerprint(const Network& start, const RowsView& training, const RowsView& validation,
                                 const TrainOptions& options, const std::string& loss);

class Checkpoint {
 public:
  /// Without a path, nothing below does anything. Throws EnvironmentError when the file could not be written.
  Checkpoint(const CheckpointOptions& options, const std::string& task);

  bool in_use() const noexcept { return !options_.path.empty(); }
  /// The fingerprint takes a while to make, so it comes only when it is needed.
  void belongs_to(std::string fingerprint) { fingerprint_ = std::move(fingerprint); }

  bool due() const;
  bool due_after_epoch(std::size_t epoch) const;
  void write(const StateWriter& state);
  /// The state in the file, if it is of this training; what is wrong with a file that is not goes to `monitor`.
  std::optional<std::string> read(Monitor& monitor) const;

 private:
  using Clock = std::chrono::steady_clock;

  CheckpointOptions options_;
  std::string task_;
  std::string fingerprint_;
  Clock::time_point last_;
};

}  // namespace trueup
