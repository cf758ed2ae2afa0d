// How the numbers of a leaf come out of its branch, event by event.
#pragma once

#include <cstdint>
#include <memory>

#include <TBranchElement.h>
#include <TLeaf.h>

#include <table/io/root_component.hpp>

namespace trueup::io {

/// Where the numbers of one leaf come from.
class RootSource {
 public:
  virtual ~RootSource() = default;
  /// Reads the event; returns its members (1 without a counter).
  virtual std::uint64_t load(Long64_t event) = 0;
  /// The same, where nothing but the number of members is asked for.
  virtual std::uint64_t count(Long64_t event) { return load(event); }
  /// Number k of the event that was read.
  virtual double value(std::uint64_t k) const = 0;
};

/// What of a tree holds a leaf's numbers: one of the two.
struct RootPlace {
  TLeaf* leaf = nullptr;             // of a plain branch
  TBranchElement* branch = nullptr;  // of a class
};

/// Whether the class is a vector of numbers.
bool is_number_vector(const std::string& type);

std::unique_ptr<RootSource> make_source(const RootLeaf& leaf, const RootPlace& place);

}  // namespace trueup::io
