// What a tree holds: its leaves, with how each is read.
#pragma once

#include <vector>

#include <TTree.h>

#include <table/root/sources.hpp>

namespace trueup::io {

struct RootLeaves {
  std::vector<RootLeaf> leaves;
  std::vector<RootPlace> places;  // of each leaf; empty where it cannot be read
};

RootLeaves find_leaves(TTree& tree);

}  // namespace trueup::io
