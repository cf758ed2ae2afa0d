// The variants of a fit study from its file: [levels], `methods`, and [views].
#include "study/fit_variant.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "result/fit_config.hpp"
#include "study/sections.hpp"

namespace trueup {
namespace {

constexpr const char* kDctr = "dctr";
const std::vector<std::string> kLearnt{"score", "likelihood"};
constexpr std::array kLevels{"generator", "detector"};

/// What a study's method is to `trueup fit`.
std::vector<std::string> method_overrides(const std::string& method) {
  if (method == kRawLoss) return {"fit.method=\"loss\"", "fit.weights=\"raw\""};
  return {fmt::format("fit.method=\"{}\"", method)};
}

FitVariant read_variant(const StudyFile& file, const std::string& level,
                        const std::vector<std::string>& columns, const std::string& method, bool first) {
  // Nothing is trained for dctr, so it has none of the keys of a search; it takes the other methods' section as it is.
  const bool dctr = method == kDctr;
  if (std::find(kLearnt.begin(), kLearnt.end(), method) != kLearnt.end())
    return {level + " level", first ? "" : method, read_score_section(file, columns, method), method};
  std::vector<std::string> overrides = method_overrides(dctr ? "auc" : method);
  overrides.push_back("fit.observables=" + toml_list(columns));
  ConfigTable root = file.open(overrides);
  FitVariant variant{level + " level", first ? "" : method, read_fit_section(root.table("fit")), method};
  root.table("fit").finish();
  // Particles are all of the phase space: columns beside them are for the methods that cannot take them.
  if (!variant.options.members.none()) variant.options.observables.clear();
  if (dctr) {
    variant.options.method = FitMethod::dctr;
    variant.options.minimiser = Minimiser::gradient;
    variant.options.corrected = false;
  }
  variant.options.repetitions = 1;  // fresh samples take the place of resampled ones
  return variant;
}

std::vector<std::string> view_methods(ConfigTable& view) {
  std::vector<std::string> methods = view.strings("methods");
  if (methods.empty()) view.fail("methods", "names no method");
  if (std::find(methods.begin(), methods.end(), kDctr) != methods.end())
    view.fail("methods", "has 'dctr', which sees what the weights see: it has no views");
  return methods;
}

/// [views.NAME]: fits to fewer columns of one level or both, with methods of their own.
void read_views(const StudyFile& file, ConfigTable& root, std::vector<FitVariant>& variants) {
  ConfigTable views = root.table_or_empty("views");
  for (const std::string& name : views.keys()) {
    ConfigTable view = views.table(name);
    const std::vector<std::string> methods = view_methods(view);
    const std::size_t before = variants.size();
    for (const char* level : kLevels) {
      if (!view.has(level)) continue;
      const std::vector<std::string> columns = read_columns(view, level);
      for (const std::string& method : methods) {
        FitVariant variant = read_variant(file, level, columns, method, method == methods.front());
        variant.level += ", " + name;
        variant.options.members = {};
        variant.options.observables = columns;
        variants.push_back(std::move(variant));
      }
    }
    if (variants.size() == before) view.fail("generator", "or 'detector' must name the columns of this view");
  }
}

}  // namespace

std::vector<FitVariant> read_fit_variants(const StudyFile& file, ConfigTable& root) {
  refuse_keys(file, "fit", {"method", "observables", "repetitions", "weights"});
  const std::vector<std::string> methods = root.strings("methods");
  if (methods.empty()) root.fail("methods", "names no method");
  ConfigTable levels = root.table("levels");
  std::vector<FitVariant> variants;
  for (const std::string level : kLevels) {
    if (!levels.has(level) || levels.strings(level).empty()) continue;  // "--set levels.generator=[]"
    const std::vector<std::string> columns = read_columns(levels, level);
    for (const std::string& method : methods) {
      // The reweighter's classifier knows generator-level values only.
      if (method == kDctr && level != "generator") continue;
      variants.push_back(read_variant(file, level, columns, method, method == methods.front()));
    }
  }
  if (variants.empty()) root.fail("levels", "names no level; known are 'generator', 'detector'");
  read_views(file, root, variants);
  return variants;
}

}  // namespace trueup
