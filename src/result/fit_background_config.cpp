// [background] of the configuration of `trueup fit`.
#include <fmt/format.h>

#include "result/column_map_config.hpp"
#include "result/fit_config_parts.hpp"

namespace trueup {

BackgroundSection read_background(ConfigTable& root, const FitJob& job) {
  BackgroundSection background;
  if (!root.has("background")) return background;
  ConfigTable table = root.table("background");
  std::vector<FitMethod> methods{job.fit.method};
  for (const FitOptions& other : job.agreement) methods.push_back(other.method);
  for (const FitMethod method : methods) {
    if (learns_statistics(method)) continue;
    root.fail("background",
              fmt::format("needs method = \"score\" or \"likelihood\": method = \"{}\" weights all "
                          "simulated events with w, and the background does not depend on the parameters",
                          method_name(method)));
  }
  background.table = table.string("table");
  background.columns = read_column_map(table);
  background.is_yield = table.has("yield");
  if (background.is_yield == table.has("share")) {
    table.fail("share",
               "or 'yield' must say how much background the data are expected to hold: give one of them");
  }
  constexpr double kAny = 1e15;
  if (background.is_yield) {
    background.expected = read_between(table, "yield", 0.0, 0.0, kAny, true);
    background.error = read_between(table, "yield_error", 0.0, 0.0, kAny, true);
    refuse_ineffective(table, {"share_error"}, "'yield'");
  } else {
    background.expected = read_between(table, "share", 0.0, 0.0, 1.0, false);
    background.error = read_between(table, "share_error", 0.0, 0.0, 1.0, true);
    refuse_ineffective(table, {"yield_error"}, "'share'");
  }
  return background;
}

void add_background_section(TomlText& toml, const BackgroundSection& background) {
  if (background.table.empty()) return;
  const std::string what = background.is_yield ? "yield" : "share";
  toml.section("background");
  toml.add("table", background.table);
  add_column_map(toml, background.columns);
  toml.add(what, background.expected);
  toml.add(what + "_error", background.error);
}

}  // namespace trueup
