// MMD of whole tables, with subsamples that say how far it wanders.
#include <trueup/mmd.hpp>

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/random.hpp>

namespace trueup {
namespace {

/// Rows drawn with replacement, and their weights.
struct Drawn {
  std::vector<float> rows, weights;

  MmdSample sample() const { return {rows, weights}; }
};

void draw(const MmdSample& from, std::size_t columns, std::size_t count, RandomStream& stream, Drawn& drawn) {
  drawn.rows.clear();
  drawn.weights.clear();
  const std::uint64_t rows = from.rows.size() / columns;
  for (std::size_t i = 0; i < count; ++i) {
    const auto row = static_cast<std::size_t>(stream.below(rows));
    const std::span<const float> values = from.rows.subspan(row * columns, columns);
    drawn.rows.insert(drawn.rows.end(), values.begin(), values.end());
    if (!from.weights.empty()) drawn.weights.push_back(from.weights[row]);
  }
}

void summarise(MmdResult& result) {
  const auto count = static_cast<double>(result.subsamples.size());
  for (const double value : result.subsamples) result.mean += value / count;
  double squares = 0.0;
  for (const double value : result.subsamples) squares += (value - result.mean) * (value - result.mean);
  if (result.subsamples.size() > 1) result.spread = std::sqrt(squares / (count - 1.0));
}

}  // namespace

MmdResult mmd(const MmdSample& target, const MmdSample& output, const MmdOptions& options, ThreadPool& pool,
              const MmdSubsamples& subsamples, Monitor& monitor) {
  if (subsamples.count > 0 && subsamples.rows == 0)
    throw ConfigError("MMD: subsamples of 0 rows say nothing; use at least 2");
  Mmd loss(options);
  MmdResult result;
  result.value = loss.value(target, output, pool);
  Drawn a, b;
  for (std::size_t s = 0; s < subsamples.count; ++s) {
    check_interrupt(monitor, "MMD");
    monitor.progress("MMD subsamples", s, subsamples.count, "");
    RandomStream stream_a(subsamples.seed, "MMD target rows", s);
    RandomStream stream_b(subsamples.seed, "MMD output rows", s);
    draw(target, loss.columns(), subsamples.rows, stream_a, a);
    draw(output, loss.columns(), subsamples.rows, stream_b, b);
    result.subsamples.push_back(loss.value(a.sample(), b.sample(), pool));
  }
  if (subsamples.count > 0) summarise(result);
  return result;
}

}  // namespace trueup
