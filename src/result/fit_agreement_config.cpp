// [agreement] of the configuration of `trueup fit`.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <trueup/error.hpp>

#include "result/fit_config_parts.hpp"

namespace trueup {
namespace {

// Of a comparison that nobody asked for: enough to notice what matters, in less time than the fit takes.
constexpr std::size_t kDefaultEvents = 50'000;

FitOptions other_method(FitMethod method, const FitOptions& main) {
  FitOptions other;
  other.method = method;
  other.minimiser = Minimiser::gradient;
  other.observables = main.observables;
  other.score.features = main.score.features;
  return other;
}

FitMethod method_named(ConfigTable& table, const std::string& name, const FitOptions& main) {
  const std::vector<std::string>& names = method_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    table.fail("methods", fmt::format("has '{}', which is not among {}{}", name, quoted_list(names),
                                      did_you_mean(name, names)));
  }
  const auto method = static_cast<FitMethod>(found - names.begin());
  if (method == main.method) table.fail("methods", fmt::format("has '{}', the fit's own", name));
  if (method == FitMethod::dctr) {
    table.fail("methods", "has 'dctr', which sees other columns than the other methods do");
  }
  return method;
}

/// [agreement]: methods, how many events, and a table for what their fits do not do by default.
void read_methods(ConfigTable table, FitJob& job) {
  job.agreement_events = read_count(table, "events", 0, 0);
  std::vector<std::string> names = table.strings("methods");
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (std::find(names.begin(), name, *name) != name)
      table.fail("methods", fmt::format("names '{}' twice", *name));
    const FitOptions fallback = other_method(method_named(table, *name, job.fit), job.fit);
    ConfigTable section = table.table_or_empty(*name);
    refuse_ineffective(section, {"method", "observables", "generator"},
                       "[agreement]: they are those of [fit]");
    job.agreement.push_back(read_fit_section(std::move(section), fallback));
  }
}

/// Fits by learnt statistics are compared with one another unless told otherwise: their difference is known event by event.
void compare_by_default(FitJob& job) {
  if (!learns_statistics(job.fit.method) || !needs_generator(job.fit)) return;
  const bool score = job.fit.method == FitMethod::score;
  job.agreement.push_back(
      read_fit_section(ConfigTable::from_string("", "agreement"),
                       other_method(score ? FitMethod::likelihood : FitMethod::score, job.fit)));
  job.agreement_events = kDefaultEvents;
}

}  // namespace

void read_agreement(ConfigTable& root, FitJob& job) {
  if (!root.has("agreement")) return compare_by_default(job);
  read_methods(root.table("agreement"), job);
  if (!job.generator_table.empty() ||
      std::none_of(job.agreement.begin(), job.agreement.end(), needs_generator))
    return;
  if (job.scanned_table.empty()) {
    root.fail("agreement",
              "has a method that needs generator-level events: give its section moment = \"plain\", or "
              "corrected = false");
  }
  job.generator_table = job.scanned_table;
}

void add_agreement_section(TomlText& toml, const FitJob& job) {
  // Fits by learnt statistics are compared unless an empty list says otherwise.
  if (job.agreement.empty() && !(learns_statistics(job.fit.method) && needs_generator(job.fit))) return;
  std::vector<std::string> methods;
  for (const FitOptions& fit : job.agreement) methods.push_back(method_name(fit.method));
  toml.section("agreement");
  toml.add("methods", methods);
  if (job.agreement_events > 0) toml.add("events", job.agreement_events);
  for (const FitOptions& fit : job.agreement) {
    const std::string section = "agreement." + method_name(fit.method);
    toml.section(section);
    add_fit_search(toml, fit);
    add_fit_networks(toml, section, fit);
  }
}

}  // namespace trueup
