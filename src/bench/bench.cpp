// The rows by name.
#include "bench/bench.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include <trueup/error.hpp>

#include "bench/host_steal.hpp"
#include "bench/rows.hpp"

namespace trueup::bench {
namespace {

constexpr int kCheckFailed = 1;

using Runner = std::function<Row(const std::string&, ThreadPool&, Monitor&)>;

struct Entry {
  std::string name;
  Runner run;
};

Runner epoch_of(const MlpShape& shape) {
  return [shape](const std::string& name, ThreadPool& pool, Monitor& monitor) {
    return mlp_epoch(name, shape, pool, monitor);
  };
}

Runner mmd_of(std::size_t rows, std::size_t columns) {
  return [rows, columns](const std::string& name, ThreadPool& pool, Monitor&) {
    return mmd_gradient(name, rows, columns, pool);
  };
}

Runner step_of(RefinerShape shape, Precision precision) {
  return [=](const std::string& name, ThreadPool& pool, Monitor&) {
    return refiner_step(name, shape, precision, pool);
  };
}

Runner row_of(RefinerShape shape, RowPrecision precision) {
  return [=](const std::string& name, ThreadPool&, Monitor&) { return refiner_row(name, shape, precision); };
}

Runner pfn_of(Precision precision) {
  return [=](const std::string& name, ThreadPool& pool, Monitor& monitor) {
    return pfn_epoch(name, precision, pool, monitor);
  };
}

Runner batch_of(RefinerShape shape, Precision precision) {
  return
      [=](const std::string& name, ThreadPool&, Monitor&) { return refiner_batch(name, shape, precision); };
}

const RefinerShape kAnalytic{2, 1, 64, 2};
const RefinerShape kCollider{6, 3, 512, 5};

const std::vector<Entry>& entries() {
  static const std::vector<Entry> kAll{
      {"fma_peak", [](const std::string& name, ThreadPool& pool, Monitor&) { return fma_peak(name, pool); }},
      {"product_peak",
       [](const std::string& name, ThreadPool& pool, Monitor&) { return product_peak(name, pool); }},
      {"mlp_3x50_epoch", epoch_of({{50, 50, 50}, 100'000})},
      {"mlp_2x128_epoch", epoch_of({{128, 128}, 1000})},
      {"pfn_epoch", pfn_of(Precision::float32)},
      {"pfn_epoch_bf16", pfn_of(Precision::bf16)},
      {"mmd_2048x3", mmd_of(2048, 3)},
      {"mmd_4096x9", mmd_of(4096, 9)},
      {"refiner_5x512_step", step_of(kCollider, Precision::float32)},
      {"refiner_5x512_step_bf16", step_of(kCollider, Precision::bf16)},
      {"refiner_2x64_row", row_of(kAnalytic, RowPrecision::single)},
      {"refiner_5x512_row", row_of(kCollider, RowPrecision::single)},
      {"refiner_5x512_row_half", row_of(kCollider, RowPrecision::half)},
      {"refiner_2x64_batch", batch_of(kAnalytic, Precision::float32)},
      {"refiner_5x512_batch", batch_of(kCollider, Precision::float32)},
      {"refiner_5x512_batch_bf16", batch_of(kCollider, Precision::bf16)},
  };
  return kAll;
}

}  // namespace

double Row::median_seconds() const {
  std::vector<double> sorted = seconds;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t half = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[half] : 0.5 * (sorted[half - 1] + sorted[half]);
}

double Row::best_seconds() const {
  return *std::min_element(seconds.begin(), seconds.end());
}

std::vector<std::string> row_names() {
  std::vector<std::string> names;
  for (const Entry& entry : entries()) names.push_back(entry.name);
  return names;
}

void check_names(const std::vector<std::string>& names) {
  const std::vector<std::string> known = row_names();
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      throw ConfigError(fmt::format("no bench row '{}'{}; there are {}", name, did_you_mean(name, known),
                                    quoted_list(known)));
    }
  }
}

Row run_row(const std::string& name, ThreadPool& pool, Monitor& monitor) {
  check_names({name});
  const auto entry =
      std::find_if(entries().begin(), entries().end(), [&](const Entry& e) { return e.name == name; });
  const HostSteal steal;
  Row row = entry->run(name, pool, monitor);
  row.stolen_share = steal.share();
  return row;
}

void require_agreement(const std::string& name, double max_error, double tolerance) {
  if (!(max_error <= tolerance)) {
    throw Error(
        kCheckFailed,
        fmt::format("{}: differs from the reference by {:.3g}, at most {:.3g} is rounding; it was not "
                    "timed. Please report this with the output of 'trueup bench fma_peak --json'",
                    name, max_error, tolerance));
  }
}

}  // namespace trueup::bench
