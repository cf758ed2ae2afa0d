// Applying a model to a table: columns and θ to rows of network inputs, block by block through the evaluator.
#include <trueup/model.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <model/check_model.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

/// Rows that are laid out and evaluated at a time: enough for many threads, few enough to stay in the cache.
constexpr std::size_t kBlockRows = 65536;
/// Rows that one thread lays out as one piece.
constexpr std::size_t kPieceRows = 8192;

constexpr double kBeyondRange = 1e-3;

void check_theta(const Model& model, std::span<const double> theta) {
  if (theta.size() != model.parameters.size()) {
    std::vector<std::string> names;
    for (const ModelParameter& parameter : model.parameters) names.push_back(parameter.name);
    throw ConfigError(fmt::format("{} parameter values given; the model expects {}{}{}", theta.size(),
                                  names.size(), names.empty() ? "" : ": ", quoted_list(names)));
  }
  for (std::size_t i = 0; i < theta.size(); ++i) {
    const ModelParameter& parameter = model.parameters[i];
    if (within_range(parameter, theta[i])) continue;
    throw ConfigError(
        fmt::format("parameter '{}' = {} is outside the model's range {} to {}; choose a value within, "
                    "or train a model over a wider range",
                    parameter.name, theta[i], parameter.low, parameter.high));
  }
}

/// Input of the first layer: in float, as the ONNX graph does it.
float standardise(float x, float shift, float scale) {
  return (x - shift) * scale;
}

/// Lays out rows of network inputs (N, columns + parameters) from the table's columns.
class RowBuilder {
 public:
  RowBuilder(const Model& model, const Table& table, std::span<const double> theta) : model_(model) {
    std::vector<std::string> names;
    for (const ModelInput& input : model.inputs) names.push_back(input.name);
    table.require_finite(names, "model's input");
    for (const std::string& name : names) columns_.push_back(table.values(name));
    for (std::size_t i = 0; i < theta.size(); ++i) {
      const ModelParameter& parameter = model.parameters[i];
      theta_.push_back(standardise(static_cast<float>(theta[i]), parameter.shift, parameter.scale));
    }
  }

  std::size_t width() const { return columns_.size() + theta_.size(); }

  void fill(std::span<float> rows, std::size_t first, std::size_t count) const {
    const std::size_t F = columns_.size(), stride = width();
    for (std::size_t f = 0; f < F; ++f) {
      const auto [shift, scale] = std::pair(model_.inputs[f].shift, model_.inputs[f].scale);
      for (std::size_t r = 0; r < count; ++r) {
        rows[r * stride + f] = standardise(columns_[f][first + r], shift, scale);
      }
    }
    for (std::size_t r = 0; r < count; ++r) {
      std::copy(theta_.begin(), theta_.end(), rows.begin() + static_cast<std::ptrdiff_t>(r * stride + F));
    }
  }

 private:
  const Model& model_;
  std::vector<std::span<const float>> columns_;
  std::vector<float> theta_;
};

void require_finite_logits(std::span<const float> logits) {
  const auto bad = std::find_if(logits.begin(), logits.end(), [](float z) { return !std::isfinite(z); });
  if (bad == logits.end()) return;
  throw DataError(
      fmt::format("the model gives {} in row {}; its inputs there are too large for 32-bit floats", *bad,
                  bad - logits.begin()));
}

}  // namespace

bool within_range(const ModelParameter& parameter, double theta) {
  const double size = std::max(std::fabs(parameter.low), std::fabs(parameter.high));
  // θ may also have been through a 32-bit column: half a unit in the last place of the larger end, and as much again.
  const double tolerance = kBeyondRange * (parameter.high - parameter.low) +
                           static_cast<double>(std::numeric_limits<float>::epsilon()) * size;
  return theta >= parameter.low - tolerance && theta <= parameter.high + tolerance;
}

std::vector<std::string> Model::column_names() const {
  std::vector<std::string> names;
  for (const ModelInput& input : inputs) names.push_back(input.name);
  return names;
}

std::vector<std::string> Model::input_names() const {
  std::vector<std::string> names;
  for (const ModelInput& input : inputs) names.push_back(input.name);
  for (const ModelParameter& parameter : parameters) names.push_back(parameter.name);
  return names;
}

std::vector<float> model_logits(const Model& model, const Table& table, std::span<const double> theta,
                                ThreadPool& pool) {
  if (const std::string defect = model_defect(model); !defect.empty()) {
    throw ConfigError(fmt::format("the model cannot be applied: {}", defect));
  }
  check_theta(model, theta);
  const RowBuilder builder(model, table, theta);
  const std::size_t N = table.rows(), width = builder.width();
  std::vector<float> logits(N), block(std::min(N, kBlockRows) * width);
  for (std::size_t first = 0; first < N; first += kBlockRows) {
    const std::size_t rows = std::min(kBlockRows, N - first);
    pool.run((rows + kPieceRows - 1) / kPieceRows, [&](std::size_t piece, int) {
      const std::size_t begin = piece * kPieceRows;
      builder.fill(std::span(block).subspan(begin * width), first + begin,
                   std::min(kPieceRows, rows - begin));
    });
    evaluate(model.network, std::span(block).first(rows * width), std::span(logits).subspan(first, rows),
             pool);
  }
  require_finite_logits(logits);
  return logits;
}

}  // namespace trueup
