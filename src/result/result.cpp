// The version, and whether a result stands.
#include <trueup/result.hpp>

#include <algorithm>

namespace trueup {

std::string version() {
  return TRUEUP_VERSION;
}

bool Result::passed() const {
  return std::all_of(checks.begin(), checks.end(), [](const Check& check) { return check.passed; });
}

}  // namespace trueup
