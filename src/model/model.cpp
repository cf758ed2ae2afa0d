// Applying a model to a table, block by block: rows of network inputs are laid out and go through the evaluator.
#include <trueup/model.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include <model/check_model.hpp>
#include <model/model_rows.hpp>
#include <model/moment_values.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

/// Rows that are laid out and evaluated at a time: enough for many threads, few enough to stay in the cache.
constexpr std::size_t kBlockRows = 65536;
/// Rows that one thread lays out as one piece.
constexpr std::size_t kPieceRows = 8192;

constexpr double kBeyondRange = 1e-3;
/// Step of central differences in parts of the range: far above rounding (1e-7 of the logits), below any curvature that a
/// network learns.
constexpr double kDifferencePart = 2e-3;

void check_count(const Model& model, std::size_t given) {
  if (given == model.parameters.size()) return;
  std::vector<std::string> names;
  for (const ModelParameter& parameter : model.parameters) names.push_back(parameter.name);
  throw ConfigError(fmt::format("{} parameter values given; the model expects {}{}{}", given, names.size(),
                                names.empty() ? "" : ": ", quoted_list(names)));
}

void check_theta(const Model& model, std::span<const double> theta) {
  check_count(model, theta.size());
  for (std::size_t i = 0; i < theta.size(); ++i) {
    const ModelParameter& parameter = model.parameters[i];
    if (within_range(parameter, theta[i])) continue;
    throw ConfigError(
        fmt::format("parameter '{}' = {} is outside the model's range {} to {}; choose a value within, "
                    "or train a model over a wider range",
                    parameter.name, theta[i], parameter.low, parameter.high));
  }
}

void check_theta(const Model& model, std::span<const std::span<const float>> theta, std::size_t rows) {
  check_count(model, theta.size());
  for (std::size_t i = 0; i < theta.size(); ++i) {
    const ModelParameter& parameter = model.parameters[i];
    if (theta[i].size() != rows) {
      throw ConfigError(
          fmt::format("parameter '{}': {} values given for {} rows", parameter.name, theta[i].size(), rows));
    }
    const auto bad = std::find_if(theta[i].begin(), theta[i].end(), [&](float value) {
      return !within_range(parameter, static_cast<double>(value));
    });
    if (bad == theta[i].end()) continue;
    throw DataError(
        fmt::format("parameter '{}' = {} in row {} is outside the model's range {} to {}; leave such rows "
                    "out, or train a model over a wider range",
                    parameter.name, *bad, bad - theta[i].begin(), parameter.low, parameter.high));
  }
}

void require_finite_logits(std::span<const float> logits) {
  const auto bad = std::find_if(logits.begin(), logits.end(), [](float z) { return !std::isfinite(z); });
  if (bad == logits.end()) return;
  throw DataError(
      fmt::format("the model gives {} in row {}; its inputs there are too large for 32-bit floats", *bad,
                  bad - logits.begin()));
}

void require_sound(const Model& model) {
  const std::string defect = model_defect(model);
  if (!defect.empty()) throw ConfigError(fmt::format("the model cannot be applied: {}", defect));
}

/// What the network takes for some rows.
struct Block {
  std::vector<float> inputs;
  std::vector<std::uint64_t> offsets;
  std::vector<float> member_values;

  Members members() const { return {offsets, member_values}; }
};

/// Rows [first, first + count), whose members are counted from the block's first.
void lay_out(const ModelRows& rows, std::size_t first, std::size_t count, Block& block, ThreadPool& pool) {
  const std::size_t member_width = rows.member_width();
  block.inputs.resize(count * rows.width());
  block.offsets.clear();
  for (std::size_t r = 0; member_width > 0 && r <= count; ++r) {
    block.offsets.push_back(rows.members(first, first + r));
  }
  block.member_values.resize(rows.members(first, first + count) * member_width);
  pool.run((count + kPieceRows - 1) / kPieceRows, [&](std::size_t piece, int) {
    const std::size_t begin = piece * kPieceRows, n = std::min(kPieceRows, count - begin);
    rows.fill(std::span(block.inputs).subspan(begin * rows.width()), first + begin, n);
    if (member_width > 0) {
      rows.fill_members(std::span(block.member_values).subspan(block.offsets[begin] * member_width),
                        first + begin, n);
    }
  });
}

/// Adds the correction of moments to the block's logits, and to their gradients (rows, parameters) where there are any.
void add_moments(const Model& model, const Block& block, std::span<float> logits, std::span<float> gradients,
                 ThreadPool& pool) {
  if (model.moments.none()) return;
  const std::size_t width = model.network.inputs(), P = model.parameters.size();
  const std::size_t member_width = model.members.columns.size();
  pool.run((logits.size() + kPieceRows - 1) / kPieceRows, [&](std::size_t piece, int) {
    MomentValues moments(model);
    const std::size_t first = piece * kPieceRows, last = std::min(first + kPieceRows, logits.size());
    for (std::size_t r = first; r < last; ++r) {
      std::span<const float> members;
      if (member_width > 0) {
        members = std::span(block.member_values)
                      .subspan(block.offsets[r] * member_width,
                               (block.offsets[r + 1] - block.offsets[r]) * member_width);
      }
      logits[r] += moments.value(std::span(block.inputs).subspan(r * width, width), members);
      if (!gradients.empty()) moments.add_gradient(gradients.subspan(r * P, P));
    }
  });
}

std::vector<float> logits_of(const Model& model, const Table& table, ThetaColumns theta, ThreadPool& pool) {
  const ModelRows rows(model, table, std::move(theta));
  const std::size_t N = table.rows();
  std::vector<float> logits(N);
  Block block;
  for (std::size_t first = 0; first < N; first += kBlockRows) {
    const std::size_t count = std::min(kBlockRows, N - first);
    lay_out(rows, first, count, block, pool);
    const std::span<float> outputs = std::span(logits).subspan(first, count);
    evaluate(model.network, block.inputs, outputs, pool, block.members());
    add_moments(model, block, outputs, {}, pool);
  }
  require_finite_logits(logits);
  return logits;
}

/// The gradient of the block's outputs, of all inputs, in the inputs' scaling.
void add_gradients(const Model& model, const Block& block, std::span<float> logits,
                   std::span<float> gradients, ThreadPool& pool) {
  const std::size_t P = model.parameters.size(), F = model.inputs.size(), stride = F + P;
  std::vector<float> all(block.inputs.size());
  evaluate_with_gradient(model.network, block.inputs, logits, all, pool);
  for (std::size_t r = 0; r < logits.size(); ++r) {
    for (std::size_t p = 0; p < P; ++p) {
      gradients[r * P + p] = all[r * stride + F + p] * model.parameters[p].scale;
    }
  }
  add_moments(model, block, logits, gradients, pool);
}

LogitsWithGradient gradient_by_differences(const Model& model, const Table& table,
                                           std::span<const double> theta, ThreadPool& pool) {
  const std::size_t P = model.parameters.size();
  LogitsWithGradient result{model_logits(model, table, theta, pool), {}};
  result.gradients.resize(table.rows() * P);
  for (std::size_t p = 0; p < P; ++p) {
    const ModelParameter& parameter = model.parameters[p];
    const double step = kDifferencePart * (parameter.high - parameter.low);
    std::vector<double> up(theta.begin(), theta.end()), down = up;
    up[p] = std::min(up[p] + step, parameter.high);
    down[p] = std::max(down[p] - step, parameter.low);
    const auto above = model_logits(model, table, up, pool), below = model_logits(model, table, down, pool);
    const auto scale = static_cast<float>(1.0 / (up[p] - down[p]));
    for (std::size_t r = 0; r < table.rows(); ++r) {
      result.gradients[r * P + p] = (above[r] - below[r]) * scale;
    }
  }
  return result;
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
  require_sound(model);
  check_theta(model, theta);
  const std::vector<float> values(theta.begin(), theta.end());
  ThetaColumns columns;
  for (const float& value : values) columns.columns.emplace_back(&value, 1);
  return logits_of(model, table, std::move(columns), pool);
}

std::vector<float> model_logits_by_row(const Model& model, const Table& table,
                                       std::span<const std::span<const float>> theta, ThreadPool& pool) {
  require_sound(model);
  check_theta(model, theta, table.rows());
  return logits_of(model, table, {{theta.begin(), theta.end()}, true}, pool);
}

LogitsWithGradient model_logits_with_gradient(const Model& model, const Table& table,
                                              std::span<const double> theta, ThreadPool& pool) {
  require_sound(model);
  check_theta(model, theta);
  if (!model.members.columns.empty()) return gradient_by_differences(model, table, theta, pool);
  const std::vector<float> values(theta.begin(), theta.end());
  ThetaColumns columns;
  for (const float& value : values) columns.columns.emplace_back(&value, 1);
  const ModelRows rows(model, table, std::move(columns));
  const std::size_t N = table.rows(), P = model.parameters.size();
  LogitsWithGradient result{std::vector<float>(N), std::vector<float>(N * P)};
  Block block;
  for (std::size_t first = 0; first < N; first += kBlockRows) {
    const std::size_t count = std::min(kBlockRows, N - first);
    lay_out(rows, first, count, block, pool);
    add_gradients(model, block, std::span(result.logits).subspan(first, count),
                  std::span(result.gradients).subspan(first * P, count * P), pool);
  }
  require_finite_logits(result.logits);
  return result;
}

}  // namespace trueup
