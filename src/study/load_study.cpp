// The kinds of studies.
#include "study/coverage_study.hpp"
#include "study/fit_study.hpp"
#include "study/phase_space_study.hpp"
#include "study/refine_study.hpp"
#include "study/study.hpp"

namespace trueup {

std::unique_ptr<Study> load_study(const StudyInfo& info, const std::string& scale,
                                  const std::vector<std::string>& overrides) {
  const StudyFile file(info, scale, overrides);
  ConfigTable root = file.open();
  const std::string kind = root.choice("kind", {"fit", "phase-space", "coverage", kRefineKind}, "fit");
  if (kind == "coverage") return load_coverage_study(file);
  if (kind == kRefineKind) return load_refine_study(file);
  return kind == "fit" ? load_fit_study(file) : load_phase_space_study(file);
}

}  // namespace trueup
