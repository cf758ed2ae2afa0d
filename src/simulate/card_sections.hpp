// Sections of a simulation card that have files of their own.
#pragma once

#include <trueup/jet_contents.hpp>

#include "core/config.hpp"

namespace trueup {

/// [constituents]: which columns the groups of constituents have.
void read_constituents(ConfigTable table, ConstituentCard& card);
/// [substructure]; its being there asks for its columns.
void read_substructure(ConfigTable table, SubstructureCard& card);

}  // namespace trueup
