// The border between trueup and its ROOT component, a library of its own that is loaded when a ROOT file is met.
//
// Standard types only, and C++17: the component is compiled as its ROOT was. What fails throws std::runtime_error with
// ROOT's reason; whoever calls knows the file and says what to do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace trueup::io {

/// What a tree holds under one name.
struct RootLeaf {
  std::string name;        ///< "met", "Jet_pt", "Jet.PT"; "branch.leaf" where a branch has several
  std::string type;        ///< as ROOT names it: "Float_t", "vector<float>"
  std::string counter;     ///< what says how many members an event has; "" for numbers that every event has
  std::string collection;  ///< the array of objects that it belongs to ("Jet"), or ""
  std::size_t width = 1;   ///< numbers of an event, or of a member where there is a counter
  std::string obstacle;    ///< why it cannot be read; "" when it can
};

/// N events' numbers of a leaf.
struct RootValues {
  std::vector<float> values;          ///< event by event (member by member), `width` each
  std::vector<std::uint64_t> counts;  ///< members of each event; empty without a counter
};

/// A tree open for reading.
class RootTree {
 public:
  virtual ~RootTree() = default;
  virtual std::uint64_t rows() const = 0;
  /// In the tree's order.
  virtual const std::vector<RootLeaf>& leaves() const = 0;
  /// Texts that travel with the tree.
  virtual std::map<std::string, std::string> texts() const = 0;
  virtual RootValues read(std::size_t leaf) = 0;
  /// Members of each event, of a leaf with a counter.
  virtual std::vector<std::uint64_t> counts(std::size_t leaf) = 0;
};

/// What to write; it points to the table's own numbers.
struct RootOutput {
  struct Column {
    std::string name;
    const float* values = nullptr;
  };
  struct Group {
    std::string counter;
    const std::uint64_t* offsets = nullptr;  ///< rows + 1
    std::vector<Column> columns;
  };
  std::uint64_t rows = 0;
  std::vector<Column> columns;
  std::vector<Group> groups;
  std::map<std::string, std::string> texts;
};

class RootComponent {
 public:
  virtual ~RootComponent() = default;
  /// Names of the trees in a file, those in folders as "folder/tree".
  virtual std::vector<std::string> trees(const std::string& path) = 0;
  virtual std::unique_ptr<RootTree> open(const std::string& path, const std::string& tree) = 0;
  /// A new file with one tree.
  virtual void write(const std::string& path, const std::string& tree, const RootOutput& table) = 0;
};

/// The component's only exported name, a function RootComponent&().
inline constexpr const char* kRootEntry = "trueup_root_component";

}  // namespace trueup::io
