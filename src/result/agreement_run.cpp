// Comparing methods. Conditions are written so that NaN fails.
#include "result/agreement_run.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/fit_agreement.hpp>
#include <trueup/random.hpp>

#include "result/fit_config.hpp"

namespace trueup {
namespace {

constexpr double kErrors = 4.0;  // of a difference: a handful of pairs, a false alarm in some thousand fits

Check difference_check(const std::string& first, const std::string& second, const MethodDifference& found) {
  const bool passed = std::fabs(found.pull()) <= kErrors;
  return {fmt::format("agreement of {} and {}, {}", first, second, found.parameter), found.pull(),
          "within 4 errors of the difference", passed,
          fmt::format("Methods {} and {} differ in {} by {:+.4g} +- {:.2g}{}.", first, second,
                      found.parameter, found.difference, found.error,
                      passed ? "" : ": they see the same events, so one of them is wrong, or its error is")};
}

void add_values(const std::string& method, const FitResult& fit, Result& result) {
  for (const FittedParameter& p : fit.parameters) {
    result.metrics[fmt::format("{}_value_{}", method, p.name)] = p.value;
    result.metrics[fmt::format("{}_error_{}", method, p.name)] = 0.5 * (p.high - p.low);
  }
}

void add_differences(const std::string& first, const FitResult& a, const std::string& second,
                     const FitResult& b, Result& result) {
  for (const MethodDifference& found : method_differences(a, b)) {
    result.checks.push_back(difference_check(first, second, found));
  }
}

}  // namespace

std::vector<OtherFit> fit_by_others(const FitSamples& samples, const std::vector<Reweighter>& reweighters,
                                    const std::vector<FitOptions>& options, std::uint64_t seed,
                                    ThreadPool& pool, Monitor& monitor) {
  std::vector<OtherFit> fits;
  for (FitOptions one : options) {
    one.seed = derive_seed(seed, "agreement " + method_name(one.method));
    one.training.task = "classifier";
    OtherFit& other = fits.emplace_back(OtherFit{one.method, std::nullopt, ""});
    try {
      other.fit = fit_parameters(samples, reweighters, one, pool, monitor);
      if (!other.fit->rejected.empty()) other.why = "its minimum lies at the edge of the range";
    } catch (const DataError& error) {
      other.why = error.what();
    }
  }
  return fits;
}

namespace {

/// At most `events` rows, chosen at random.
Table some_of(const Table& table, std::size_t events, std::uint64_t seed, const char* purpose) {
  if (table.rows() <= events) return table;
  RandomStream stream(seed, purpose);
  std::vector<std::uint32_t> rows = random_permutation(table.rows(), stream);
  rows.resize(events);
  return table.select(rows);
}

}  // namespace

ComparedFits compare_fits(const FitSamples& samples, const std::vector<Reweighter>& reweighters,
                          const FitOptions& main, const std::vector<FitOptions>& others, std::size_t events,
                          ThreadPool& pool, Monitor& monitor) {
  if (others.empty() || events == 0 || std::max(samples.data.rows(), samples.simulation.rows()) <= events) {
    return {std::nullopt, fit_by_others(samples, reweighters, others, main.seed, pool, monitor), ""};
  }
  const Table data = some_of(samples.data, events, main.seed, "agreement data");
  const Table simulation = some_of(samples.simulation, events, main.seed, "agreement simulation");
  const FitSamples fewer{data, simulation, samples.generator, samples.background};
  std::vector<FitOptions> all{main};
  all.insert(all.end(), others.begin(), others.end());
  std::vector<OtherFit> fits = fit_by_others(fewer, reweighters, all, main.seed, pool, monitor);
  const std::string sizes =
      fmt::format("on {} data and {} simulated events, chosen at random", data.rows(), simulation.rows());
  if (!fits.front().why.empty()) {
    return {std::nullopt,
            {},
            fmt::format("Methods are not compared: {} {} found no result ({}).", method_name(main.method),
                        sizes, fits.front().why)};
  }
  return {std::move(fits.front().fit),
          {fits.begin() + 1, fits.end()},
          fmt::format("Methods are compared {} ([agreement] events).", sizes)};
}

void add_agreement(FitMethod method, const FitResult& fit, const std::vector<OtherFit>& others,
                   Result& result) {
  std::vector<std::pair<std::string, const FitResult*>> found{{method_name(method), &fit}};
  for (const OtherFit& other : others) {
    const std::string name = method_name(other.method);
    if (!other.why.empty()) {
      result.checks.push_back({"agreement, " + name, NAN, "a fit", false,
                               fmt::format("Method {} has no result to compare: {}.", name, other.why)});
      continue;
    }
    add_values(name, *other.fit, result);
    for (const auto& [first, earlier] : found) add_differences(first, *earlier, name, *other.fit, result);
    found.emplace_back(name, &*other.fit);
  }
}

}  // namespace trueup
