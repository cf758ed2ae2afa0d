// Sections of a simulation card that have files of their own.
#pragma once

#include <string>

#include <trueup/event_file.hpp>
#include <trueup/jet_contents.hpp>

#include "core/config.hpp"

namespace trueup {

/// What [source] says of a file: path, and for HepMC the name of the weight.
void read_event_file(ConfigTable& source, const std::string& type, EventFileCard& card);
/// [constituents]: which columns the groups of constituents have.
void read_constituents(ConfigTable table, ConstituentCard& card);
/// [substructure]; its being there asks for its columns.
void read_substructure(ConfigTable table, SubstructureCard& card);

}  // namespace trueup
