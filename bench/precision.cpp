// Does training in bf16 end where training in float ends? Refiners and a reweighting classifier, each trained in both from
// several seeds, judged in float on rows that did not train. Prints one JSON document.
//
//   cmake --build build --target bench_precision && build/bin/bench_precision [SEEDS] > docs/results/precision.json
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <trueup/mmd.hpp>
#include <trueup/mmd_loss.hpp>
#include <trueup/precision.hpp>
#include <trueup/random.hpp>
#include <trueup/trainer.hpp>

namespace {

using namespace trueup;
using Json = nlohmann::ordered_json;

constexpr std::size_t kTrain = 40'000, kTest = 10'000;
constexpr std::size_t kRefined = 3;  // columns; as many conditions stand beside them

/// The work of one training, and its figures by name.
using Task = std::function<std::map<std::string, double>(std::uint64_t seed, Precision, ThreadPool&)>;

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

std::map<std::string, double> refiner(std::uint64_t seed, Precision precision, bool by_mmd,
                                      ThreadPool& pool) {
  RandomStream stream(seed, "refiner rows");
  const TrainingRows training = pairs(kTrain, stream), test = pairs(kTest, stream);
  NetworkSpec spec{2 * kRefined, {256}, kRefined, Activation::leaky_relu};
  spec.residual_blocks = 2;
  spec.add_inputs = true;
  Network network(spec);
  RandomStream start(seed, "refiner start");
  network.initialise(start);
  TrainOptions options;
  options.loss = RowLoss::mse;
  options.batch_size = 2048;
  options.max_epochs = options.patience = 15;
  options.schedule = ScheduleOptions(LearningRateSchedule::cosine);
  options.seed = seed;
  options.precision = precision;
  const MmdOptions kernel{{1.0, 1.0, 1.0, 1.0, 1.0, 1.0}};
  const auto began = std::chrono::steady_clock::now();
  TrainRecord record;
  if (by_mmd) {
    MmdLoss loss(kernel, {3, 4, 5});
    record = train(network, training, test, loss, options, pool);
  } else {
    record = train(network, training, test, options, pool);
  }
  const double seconds = seconds_since(began);
  const std::vector<float> outputs = outputs_of(network, test, pool);
  const auto full = with_conditions(test, [&](std::size_t r, std::size_t t) { return test.target(r, t); });
  const auto refined =
      with_conditions(test, [&](std::size_t r, std::size_t t) { return outputs[r * kRefined + t]; });
  return {{"mse", mean_loss(network, test, RowLoss::mse, pool)},
          {"mmd_biased", Mmd(kernel).value({full}, {refined}, pool)},
          {"best_epoch", static_cast<double>(record.best_epoch)},
          {"seconds", seconds}};
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

std::map<std::string, double> reweighter(std::uint64_t seed, Precision precision, ThreadPool& pool) {
  RandomStream stream(seed, "reweighter rows");
  const TrainingRows training = two_normals(3 * kTrain, stream), test = two_normals(3 * kTest, stream);
  Network network(NetworkSpec{2, {128, 128}, 1, Activation::relu});
  RandomStream start(seed, "reweighter start");
  network.initialise(start);
  TrainOptions options;
  options.max_epochs = options.patience = 12;
  options.schedule = ScheduleOptions(LearningRateSchedule::cosine);
  options.seed = seed;
  options.precision = precision;
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
          {"seconds", seconds}};
}

struct Spread {
  double mean = 0.0;
  double deviation = 0.0;
};

Spread spread_of(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  Spread s;
  for (const double v : values) s.mean += v / n;
  for (const double v : values) s.deviation += (v - s.mean) * (v - s.mean);
  s.deviation = n > 1.0 ? std::sqrt(s.deviation / (n - 1.0)) : 0.0;
  return s;
}

/// Of each figure: the values of all seeds in both precisions, their means and spreads, and the mean difference.
Json compared(const Task& task, std::size_t seeds, ThreadPool& pool) {
  std::map<std::string, std::vector<double>> in_float, in_bf16;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    for (const auto& [name, value] : task(seed, Precision::float32, pool)) in_float[name].push_back(value);
    for (const auto& [name, value] : task(seed, Precision::bf16, pool)) in_bf16[name].push_back(value);
  }
  Json figures = Json::object();
  for (const auto& [name, values] : in_float) {
    std::vector<double> differences;
    for (std::size_t s = 0; s < seeds; ++s) differences.push_back(in_bf16[name][s] - values[s]);
    const Spread a = spread_of(values), b = spread_of(in_bf16[name]), d = spread_of(differences);
    figures[name] = {{"float32", values},
                     {"bf16", in_bf16[name]},
                     {"mean_float32", a.mean},
                     {"mean_bf16", b.mean},
                     {"spread_of_seeds_float32", a.deviation},
                     {"spread_of_seeds_bf16", b.deviation},
                     {"mean_difference", d.mean},
                     {"error_of_mean_difference", d.deviation / std::sqrt(static_cast<double>(seeds))}};
  }
  return figures;
}

}  // namespace

int main(int count, char** arguments) {
  const std::size_t seeds = count > 1 ? std::stoul(arguments[1]) : 5;
  ThreadPool pool;
  const std::map<std::string, Task> tasks{
      {"refiner by mse",
       [](auto seed, auto precision, ThreadPool& p) { return refiner(seed, precision, false, p); }},
      {"refiner by mmd",
       [](auto seed, auto precision, ThreadPool& p) { return refiner(seed, precision, true, p); }},
      {"reweighter", reweighter}};
  Json document{{"command", "build/bin/bench_precision " + std::to_string(seeds)},
                {"unit", bf16_unit_name()},
                {"seeds", seeds}};
  for (const auto& [name, task] : tasks) document["tasks"][name] = compared(task, seeds, pool);
  std::puts(document.dump(2).c_str());
  return 0;
}
