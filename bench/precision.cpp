// Does training in bf16 end where training in float ends? Refiners and a reweighting classifier, each trained in float, in
// bf16 from the same start, and in float from another start, for several seeds of the rows; judged in float on rows that did
// not train. What two starts differ by is the noise that bf16 has to stay within. Prints one JSON document.
//
//   cmake --build build --target bench_precision
//   build/bin/bench_precision 5 $(git rev-parse HEAD) > docs/results/precision.json
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <trueup/mmd.hpp>
#include <trueup/mmd_loss.hpp>
#include <trueup/precision.hpp>
#include <trueup/random.hpp>
#include <trueup/trainer.hpp>

#include "bench/machine.hpp"

namespace {

using namespace trueup;
using Json = nlohmann::ordered_json;

// Small enough for five seeds in a quarter of an hour on two processors that do other work.
constexpr std::size_t kTrain = 30'000, kTest = 10'000;
constexpr std::size_t kRefined = 3;  // columns; as many conditions stand beside them

/// Seeds of the rows and of the training (start, order of the rows), and its precision.
struct Run {
  std::uint64_t rows;
  std::uint64_t training;
  Precision precision;
};

using Figures = std::map<std::string, double>;
constexpr const char* kSeconds = "seconds";  // of the training: told, not judged
/// The work of one training, and its figures by name.
using Task = std::function<Figures(const Run&, ThreadPool&)>;

std::vector<float> inputs_of(const TrainingRows& rows) {
  std::vector<float> values;
  for (std::size_t r = 0; r < rows.rows(); ++r)
    values.insert(values.end(), rows.inputs(r).begin(), rows.inputs(r).end());
  return values;
}

std::vector<float> outputs_of(const Network& network, const TrainingRows& rows, ThreadPool& pool) {
  std::vector<float> outputs(rows.rows() * network.outputs());
  evaluate(network, inputs_of(rows), outputs, pool);
  return outputs;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Fast columns and conditions, and the full columns: moved and smeared by what depends on both.
TrainingRows pairs(std::size_t count, RandomStream& stream) {
  TrainingRows rows(count, 2 * kRefined, kRefined);
  for (std::size_t r = 0; r < count; ++r) {
    const auto x = rows.inputs(r);
    for (float& value : x) value = static_cast<float>(stream.normal());
    for (std::size_t t = 0; t < kRefined; ++t) {
      const float fast = x[t], condition = x[kRefined + t];
      const float smear = 0.1f * (1.0f + std::abs(condition)) * static_cast<float>(stream.normal());
      rows.target(r, t) = fast + 0.3f * std::sin(2.0f * fast + condition) + smear;
    }
  }
  return rows;
}

/// (conditions, columns) row by row.
std::vector<float> with_conditions(const TrainingRows& rows,
                                   const std::function<float(std::size_t, std::size_t)>& column) {
  std::vector<float> values;
  for (std::size_t r = 0; r < rows.rows(); ++r) {
    const auto conditions = rows.inputs(r).subspan(kRefined);
    values.insert(values.end(), conditions.begin(), conditions.end());
    for (std::size_t t = 0; t < kRefined; ++t) values.push_back(column(r, t));
  }
  return values;
}

Figures refiner(const Run& run, bool by_mmd, ThreadPool& pool) {
  RandomStream stream(run.rows, "refiner rows");
  const TrainingRows training = pairs(kTrain, stream), test = pairs(kTest, stream);
  NetworkSpec spec{2 * kRefined, {256}, kRefined, Activation::leaky_relu};
  spec.residual_blocks = 2;
  spec.add_inputs = true;
  Network network(spec);
  RandomStream start(run.training, "refiner start");
  network.initialise(start);
  TrainOptions options;
  options.loss = RowLoss::mse;
  options.batch_size = 2048;
  options.max_epochs = options.patience = 12;
  options.schedule = ScheduleOptions(LearningRateSchedule::cosine);
  options.seed = run.training;
  options.precision = run.precision;
  const MmdOptions kernel{{1.0, 1.0, 1.0, 1.0, 1.0, 1.0}};
  const auto began = std::chrono::steady_clock::now();
  if (by_mmd) {
    MmdLoss loss(kernel, {3, 4, 5});
    train(network, training, test, loss, options, pool);
  } else {
    train(network, training, test, options, pool);
  }
  const double seconds = seconds_since(began);
  const std::vector<float> outputs = outputs_of(network, test, pool);
  const auto full = with_conditions(test, [&](std::size_t r, std::size_t t) { return test.target(r, t); });
  const auto refined =
      with_conditions(test, [&](std::size_t r, std::size_t t) { return outputs[r * kRefined + t]; });
  return {{"mse", mean_loss(network, test, RowLoss::mse, pool)},
          {"mmd_biased", Mmd(kernel).value({full}, {refined}, pool)},
          {kSeconds, seconds}};
}

/// Two normals in two dimensions, the second one moved and narrower: the weights are known.
double exact_weight(std::span<const float> x) {
  constexpr double kShift = 0.3, kWidth = 0.9;
  const double a = x[0], b = x[1];
  const double near = (a - kShift) * (a - kShift) + (b + kShift) * (b + kShift);
  return std::exp(0.5 * (a * a + b * b) - 0.5 * near / (kWidth * kWidth)) / (kWidth * kWidth);
}

TrainingRows two_normals(std::size_t count, RandomStream& stream) {
  TrainingRows rows(count, 2);
  for (std::size_t r = 0; r < count; ++r) {
    const bool moved = r % 2 == 1;
    const double width = moved ? 0.9 : 1.0, shift = moved ? 0.3 : 0.0;
    rows.inputs(r)[0] = static_cast<float>(width * stream.normal() + shift);
    rows.inputs(r)[1] = static_cast<float>(width * stream.normal() - shift);
    rows.target(r) = moved ? 1.0f : 0.0f;
  }
  return rows;
}

Figures reweighter(const Run& run, ThreadPool& pool) {
  RandomStream stream(run.rows, "reweighter rows");
  const TrainingRows training = two_normals(3 * kTrain, stream), test = two_normals(3 * kTest, stream);
  Network network(NetworkSpec{2, {128, 128}, 1, Activation::relu});
  RandomStream start(run.training, "reweighter start");
  network.initialise(start);
  TrainOptions options;
  options.max_epochs = options.patience = 12;
  options.schedule = ScheduleOptions(LearningRateSchedule::cosine);
  options.seed = run.training;
  options.precision = run.precision;
  const auto began = std::chrono::steady_clock::now();
  train(network, training, test, options, pool);
  const double seconds = seconds_since(began);
  const std::vector<float> logits = outputs_of(network, test, pool);
  // Closure: of the nominal rows with weights, their mean and how far weights are from the exact ones.
  double sum = 0.0, weighted = 0.0, squares = 0.0;
  std::size_t count = 0;
  for (std::size_t r = 0; r < test.rows(); r += 2) {
    const double w = std::exp(static_cast<double>(logits[r])), off = w / exact_weight(test.inputs(r)) - 1.0;
    sum += w;
    weighted += w * static_cast<double>(test.inputs(r)[0]);
    squares += off * off;
    ++count;
  }
  return {{"bce", mean_loss(network, test, RowLoss::bce, pool)},
          {"rms_of_weight_over_exact", std::sqrt(squares / static_cast<double>(count))},
          {"shift_of_weighted_mean", weighted / sum - 0.3},
          {kSeconds, seconds}};
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Root mean square of the differences of two lists.
double rms_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double squares = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) squares += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(squares / static_cast<double>(a.size()));
}

/// One figure of all seeds. The noise is the spread of one float training on given rows: the root mean square of two
/// starts' difference over √2. mean_float32 is that of both starts, mean_difference to the same start as bf16's.
Json compared(const std::vector<double>& first, const std::vector<double>& other_start,
              const std::vector<double>& bf16) {
  const double noise = rms_difference(first, other_start) / std::sqrt(2.0);
  const double difference = mean_of(bf16) - mean_of(first);
  return {{"float32", first},
          {"float32_other_start", other_start},
          {"bf16", bf16},
          {"mean_float32", 0.5 * (mean_of(first) + mean_of(other_start))},
          {"mean_bf16", mean_of(bf16)},
          {"noise", noise},
          {"mean_difference", difference},
          {"error_of_mean_difference", noise * std::sqrt(2.0 / static_cast<double>(first.size()))},
          {"within_noise", std::abs(difference) <= noise}};
}

Json compare(const std::string& name, const Task& task, std::size_t seeds, ThreadPool& pool) {
  constexpr std::uint64_t kOtherStart = 1000;
  std::map<std::string, std::vector<double>> first, other_start, bf16;
  const auto add = [&](const Run& run, std::map<std::string, std::vector<double>>& to) {
    for (const auto& [figure, value] : task(run, pool)) to[figure].push_back(value);
  };
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    add({seed, seed, Precision::float32}, first);
    add({seed, seed, Precision::bf16}, bf16);
    add({seed, seed + kOtherStart, Precision::float32}, other_start);
    std::fprintf(stderr, "%s: seed %llu of %zu\n", name.c_str(), static_cast<unsigned long long>(seed),
                 seeds);
  }
  Json figures = Json::object();
  for (const auto& [figure, values] : first) {
    figures[figure] = figure == kSeconds ? Json{{"float32", values}, {"bf16", bf16[figure]}}
                                         : compared(values, other_start[figure], bf16[figure]);
  }
  return figures;
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", std::gmtime(&now));
  return text;
}

}  // namespace

int main(int count, char** arguments) {
  const std::size_t seeds = count > 1 ? std::stoul(arguments[1]) : 5;
  const std::string commit = count > 2 ? arguments[2] : "unknown";
  ThreadPool pool;
  const std::map<std::string, Task> tasks{
      {"refiner by mse", [](const Run& run, ThreadPool& p) { return refiner(run, false, p); }},
      {"refiner by mmd", [](const Run& run, ThreadPool& p) { return refiner(run, true, p); }},
      {"reweighter", reweighter}};
  Json document{
      {"command", "build/bin/bench_precision " + std::to_string(seeds)},
      {"commit", commit},
      {"date", today()},
      {"machine", {{"cpu", bench::cpu_name()}, {"threads", pool.threads()}, {"bf16_unit", bf16_unit_name()}}},
      {"seeds", seeds}};
  const auto began = std::chrono::steady_clock::now();
  for (const auto& [name, task] : tasks) document["tasks"][name] = compare(name, task, seeds, pool);
  document["seconds"] = seconds_since(began);
  std::puts(document.dump(2).c_str());
  return 0;
}
