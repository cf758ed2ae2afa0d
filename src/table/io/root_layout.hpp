// From the leaves of a ROOT tree to the columns and groups of a table.
//
// Numbers that every event has are columns under the leaf's name; arrays of fixed length are columns NAME[0], NAME[1], ….
// Leaves that are counted together make a jagged group:
//     objects in an array (Delphes: TClonesArray "Jet")      group Jet, columns PT, Eta, …
//     arrays with a counter (NanoAOD: Jet_pt[nJet])          group Jet, columns pt, eta, …
//     vectors (jet_pt, jet_eta) with the same counts         group jet, columns pt, eta, …
#pragma once

#include <string>
#include <vector>

#include <table/io/root_component.hpp>
#include <trueup/table_io.hpp>

namespace trueup::io {

/// Texts of trees that we wrote: that we did (counters are no columns then), and units.
inline constexpr const char* kRootSchema = "trueup_schema";
inline constexpr const char* kRootTable = "table/1";
inline constexpr const char* kRootUnit = "trueup_unit:";
inline constexpr const char* kRootCounter = "trueup_counter:";  // of a counter that is a column all the same

/// One number of a leaf: element k of its array, 0 where it is none.
struct RootColumn {
  std::string name;  ///< in the table, or in its group
  std::string full;  ///< as the tree has it: "Jet_pt", "Jet.PT", "Jet.Tau[2]"
  std::size_t leaf = 0;
  std::size_t element = 0;
};

struct RootGroup {
  std::string name;
  std::vector<RootColumn> columns;
};

struct RootLayout {
  std::vector<RootColumn> columns;
  std::vector<RootGroup> groups;
  std::vector<TableInfo::Unread> unread;
};

/// Reads the counts of vectors, to see which belong together; nothing else.
RootLayout root_layout(RootTree& tree);

/// The numbers of one column among those of its leaf.
std::vector<float> column_values(const RootValues& leaf, std::size_t width, std::size_t element);

}  // namespace trueup::io
