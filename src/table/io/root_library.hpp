// Loading the ROOT component, when the first ROOT file is met.
#pragma once

#include <table/io/root_component.hpp>

namespace trueup::io {

/// Whether this build has the component.
bool has_root() noexcept;

/// Throws EnvironmentError when this build has none, or it cannot be loaded; `file` is what asks for it.
RootComponent& root_component(const std::string& file);

}  // namespace trueup::io
