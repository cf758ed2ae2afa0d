// Applying a refiner: columns in blocks through the transforms, the network, and back.
#include <trueup/refiner_model.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <model/check_refiner.hpp>
#include <model/column_transform.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

/// Rows that are laid out and evaluated at a time: enough for many threads, few enough to stay in the cache.
constexpr std::size_t kBlockRows = 65536;
/// Rows that one thread lays out as one piece.
constexpr std::size_t kPieceRows = 8192;

const RefinerColumn& input_column(const RefinerModel& model, std::size_t i) {
  const std::size_t R = model.refined.size();
  return i < R ? model.refined[i] : model.conditions[i - R];
}

[[noreturn]] void refuse(const RefinerColumn& column, float x, std::size_t row) {
  throw DataError(fmt::format(
      "refiner: column '{}' has {} in row {} (counted from 0); it {}: remove or correct such rows, or give "
      "the column another transform",
      column.name, x, row, domain_text(column)));
}

void check_sizes(const RefinerModel& model, std::span<const std::span<const float>> inputs,
                 std::span<const std::span<float>> outputs) {
  const std::size_t N = inputs.empty() ? 0 : inputs[0].size();
  const auto fits = [N](const auto& column) { return column.size() == N; };
  const bool good = inputs.size() == model.network.inputs() && outputs.size() == model.refined.size() &&
                    std::all_of(inputs.begin(), inputs.end(), fits) &&
                    std::all_of(outputs.begin(), outputs.end(), fits);
  if (!good) {
    throw ConfigError(fmt::format(
        "refiner: {} input and {} output columns given; the model has {} and {}, all of one length",
        inputs.size(), outputs.size(), model.network.inputs(), model.refined.size()));
  }
}

/// Calls work(first, count) for pieces of `rows` rows.
template <class Work>
void in_pieces(std::size_t rows, ThreadPool& pool, const Work& work) {
  pool.run((rows + kPieceRows - 1) / kPieceRows, [&](std::size_t piece, int) {
    const std::size_t first = piece * kPieceRows;
    work(first, std::min(kPieceRows, rows - first));
  });
}

}  // namespace

std::vector<std::string> RefinerModel::refined_names() const {
  std::vector<std::string> names;
  for (const RefinerColumn& column : refined) names.push_back(column.name);
  return names;
}

std::vector<std::string> RefinerModel::column_names() const {
  std::vector<std::string> names = refined_names();
  for (const RefinerColumn& column : conditions) names.push_back(column.name);
  return names;
}

void refine_columns(const RefinerModel& model, std::span<const std::span<const float>> inputs,
                    std::span<const std::span<float>> outputs, ThreadPool& pool, std::size_t first_row) {
  if (const std::string defect = refiner_defect(model); !defect.empty())
    throw ConfigError(fmt::format("the refiner cannot be applied: {}", defect));
  check_sizes(model, inputs, outputs);
  const std::size_t N = inputs[0].size(), F = inputs.size(), R = outputs.size();
  std::vector<float> x, z;
  for (std::size_t block = 0; block < N; block += kBlockRows) {
    const std::size_t rows = std::min(kBlockRows, N - block);
    x.resize(rows * F), z.resize(rows * R);
    in_pieces(rows, pool, [&](std::size_t first, std::size_t count) {
      for (std::size_t f = 0; f < F; ++f) {
        const RefinerColumn& column = input_column(model, f);
        for (std::size_t r = first; r < first + count; ++r) {
          const float value = inputs[f][block + r];
          if (!in_domain(column, value)) refuse(column, value, first_row + block + r);
          x[r * F + f] = to_network(column, value);
        }
      }
    });
    evaluate(model.network, x, z, pool);
    in_pieces(rows, pool, [&](std::size_t first, std::size_t count) {
      for (std::size_t k = 0; k < R; ++k) {
        for (std::size_t r = first; r < first + count; ++r) {
          const float value = from_network(model.refined[k], z[r * R + k]);
          if (!std::isfinite(value)) {
            throw DataError(
                fmt::format("refiner: the refined value of column '{}' in row {} is {}; its inputs "
                            "there are far outside what the refiner was trained on",
                            model.refined[k].name, first_row + block + r, value));
          }
          outputs[k][block + r] = value;
        }
      }
    });
  }
}

Table refine_table(const RefinerModel& model, Table table, ThreadPool& pool) {
  std::vector<std::span<const float>> inputs;
  for (const std::string& name : model.column_names()) inputs.push_back(table.values(name));
  std::vector<std::vector<float>> refined(model.refined.size(), std::vector<float>(table.rows()));
  const std::vector<std::span<float>> outputs(refined.begin(), refined.end());
  refine_columns(model, inputs, outputs, pool);
  for (std::size_t k = 0; k < refined.size(); ++k) {
    const std::span<float> to = table.mutable_values(model.refined[k].name);
    std::copy(refined[k].begin(), refined[k].end(), to.begin());
  }
  return table;
}

}  // namespace trueup
