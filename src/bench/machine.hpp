// What a measurement says about the machine.
#pragma once

#include <string>

namespace trueup::bench {

/// The processor as Linux names it; "unknown" elsewhere.
std::string cpu_name();

}  // namespace trueup::bench
