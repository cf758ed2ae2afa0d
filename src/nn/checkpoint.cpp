// A training's state as a file.
#include "nn/checkpoint.hpp"

#include <fmt/format.h>

#include <core/files.hpp>
#include <trueup/error.hpp>

namespace trueup {

namespace {

// The number changes with what the state holds. Bytes are those of the machine: a checkpoint does not travel.
constexpr std::string_view kMagic = "trueup checkpoint 2\n";
constexpr std::size_t kDigest = 64;  // letters of a SHA-256

std::string digest_of(std::span<const float> values) {
  return sha256_of_bytes({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
}

std::string digest_of(const RowsView& rows) {
  const TrainingRows& table = rows.table();
  std::string chosen;
  for (std::size_t i = 0; i < rows.size() && !rows.whole(); ++i) {
    const std::uint32_t row = rows[i];
    chosen.append(reinterpret_cast<const char*>(&row), sizeof(row));
  }
  const auto offsets = table.member_offsets();
  return digest_of({table.data(), table.rows() * table.stride()}) + digest_of(table.member_values()) +
         sha256_of_bytes({reinterpret_cast<const char*>(offsets.data()), offsets.size_bytes()}) +
         sha256_of_bytes(chosen);
}

/// {} gives the shortest text that reads back as the same number.
std::string text_of(const TrainOptions& o) {
  const auto number = [](auto kind) { return static_cast<int>(kind); };
  return fmt::format(
      "loss {} {} adam {} {} {} {} {} {} schedule {} {} {} {} averaging {} {} {} "
      "batch {} epochs {} patience {} keep {} margin {} seed {} precision {}",
      number(o.loss.kind), o.loss.huber_delta, o.adam.learning_rate, o.adam.beta1, o.adam.beta2,
      o.adam.epsilon, o.adam.weight_decay, o.adam.clip_norm, number(o.schedule.kind), o.schedule.warmup,
      o.schedule.plateau_factor, o.schedule.plateau_patience, number(o.averaging.kind), o.averaging.decay,
      o.averaging.part, o.batch_size, o.max_epochs, o.patience, number(o.keep), o.min_improvement, o.seed,
      to_string(o.precision));
}

std::string text_of(const Network& network) {
  std::string text;
  for (const std::vector<DenseLayer>* chain : {&network.member_layers(), &network.layers()}) {
    for (const DenseLayer& layer : *chain) {
      text += fmt::format("{} {} {} {} {};", layer.inputs, layer.outputs, to_string(layer.activation),
                          layer.skip, layer.dropout);
    }
  }
  for (const AnchoredInput& anchor : network.spec().anchors) {
    text += fmt::format("{} at {};", anchor.input, anchor.value);
  }
  return text + digest_of(network.parameters());
}

}  // namespace

void StateReader::check(bool good) {
  if (!good) throw DataError("it ends too early");
}

std::string training_fingerprint(const Network& start, const RowsView& training, const RowsView& validation,
                                 const TrainOptions& options, const std::string& loss) {
  return sha256_of_bytes(text_of(options) + loss + text_of(start) + digest_of(training) +
                         digest_of(validation));
}

Checkpoint::Checkpoint(const CheckpointOptions& options, const std::string& task)
    : options_(options), task_(task), last_(Clock::now()) {
  if (in_use()) check_writable(options_.path);
}

bool Checkpoint::due() const {
  return in_use() && std::chrono::duration<double>(Clock::now() - last_).count() >= options_.seconds;
}

bool Checkpoint::due_after_epoch(std::size_t epoch) const {
  return in_use() && ((options_.epochs > 0 && epoch % options_.epochs == 0) || due());
}

void Checkpoint::write(const StateWriter& state) {
  std::string text(kMagic);
  text += fingerprint_ + sha256_of_bytes(state.bytes()) + state.bytes();
  write_text_atomically(options_.path, text);
  last_ = Clock::now();
}

std::optional<std::string> Checkpoint::read(Monitor& monitor) const {
  if (!in_use() || !std::filesystem::exists(options_.path)) return std::nullopt;
  const auto refuse = [&](const std::string& why) -> std::optional<std::string> {
    monitor.message(LogLevel::warning, fmt::format("{}: starts from the beginning, since checkpoint '{}' {}",
                                                   task_, options_.path.string(), why));
    return std::nullopt;
  };
  std::string text;
  try {
    text = read_text(options_.path);
  } catch (const DataError& error) {
    return refuse(fmt::format("cannot be read: {}", error.what()));
  }
  const std::size_t header = kMagic.size() + 2 * kDigest;
  if (!text.starts_with(kMagic) || text.size() < header) return refuse("is not one of this version");
  if (text.compare(kMagic.size(), kDigest, fingerprint_) != 0) {
    return refuse("is of another training: other options, rows or starting parameters");
  }
  const std::string digest = text.substr(kMagic.size() + kDigest, kDigest);
  text.erase(0, header);
  if (sha256_of_bytes(text) != digest) return refuse("is damaged");
  return text;
}

}  // namespace trueup
