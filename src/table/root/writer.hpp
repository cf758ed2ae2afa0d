// Writing a table as a tree.
#pragma once

#include <string>

#include <table/io/root_component.hpp>

namespace trueup::io {

/// A new file with this one tree, within a session. Throws std::runtime_error with ROOT's reason.
void write_tree(const std::string& path, const std::string& name, const RootOutput& table);

}  // namespace trueup::io
