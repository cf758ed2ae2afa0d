// [agreement] of the configuration of `trueup fit`.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <trueup/error.hpp>

#include "result/fit_config_parts.hpp"

namespace trueup {
namespace {

/// [agreement]: methods, and a table for what their fits do not do by default.
std::vector<FitOptions> read_methods(ConfigTable& root, const FitOptions& main) {
  std::vector<FitOptions> fits;
  if (!root.has("agreement")) return fits;
  ConfigTable table = root.table("agreement");
  const std::vector<std::string>& names = method_names();
  for (const std::string& name : read_columns(table, "methods")) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      table.fail("methods", fmt::format("has '{}', which is not among {}{}", name, quoted_list(names),
                                        did_you_mean(name, names)));
    }
    FitOptions fallback;
    fallback.method = static_cast<FitMethod>(found - names.begin());
    if (fallback.method == main.method) table.fail("methods", fmt::format("has '{}', the fit's own", name));
    if (fallback.method == FitMethod::dctr) {
      table.fail("methods", "has 'dctr', which sees other columns than the other methods do");
    }
    fallback.minimiser = Minimiser::gradient;
    fallback.observables = main.observables;
    ConfigTable section = table.table_or_empty(name);
    refuse_ineffective(section, {"method", "observables", "generator"},
                       "[agreement]: they are those of [fit]");
    fits.push_back(read_fit_section(std::move(section), fallback));
  }
  return fits;
}

}  // namespace

void read_agreement(ConfigTable& root, FitJob& job) {
  job.agreement = read_methods(root, job.fit);
  if (!job.generator_table.empty() ||
      std::none_of(job.agreement.begin(), job.agreement.end(), needs_generator))
    return;
  if (job.scanned_table.empty()) {
    root.fail("agreement",
              "has a method that needs generator-level events: give its section moment = \"plain\"");
  }
  job.generator_table = job.scanned_table;
}

void add_agreement_section(TomlText& toml, const std::vector<FitOptions>& fits) {
  if (fits.empty()) return;
  std::vector<std::string> methods;
  for (const FitOptions& fit : fits) methods.push_back(method_name(fit.method));
  toml.section("agreement");
  toml.add("methods", methods);
  for (const FitOptions& fit : fits) {
    const std::string section = "agreement." + method_name(fit.method);
    toml.section(section);
    add_fit_search(toml, fit);
    add_fit_networks(toml, section, fit);
  }
}

}  // namespace trueup
