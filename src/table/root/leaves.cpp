// What a tree holds.
#include <table/root/leaves.hpp>

#include <algorithm>
#include <utility>

#include <TLeafC.h>
#include <TLeafObject.h>
#include <TVirtualStreamerInfo.h>

namespace trueup::io {
namespace {

using Info = TVirtualStreamerInfo;

/// "jets." is a way to ask for full names, and "Jet.Tau[5]" says the length of an array: neither is part of the name.
std::string plain_name(const TBranch& branch) {
  std::string name = branch.GetName();
  if (!branch.InheritsFrom(TBranchElement::Class())) return name;
  name.resize(std::min(name.size(), name.find('[')));
  while (!name.empty() && name.back() == '.') name.pop_back();
  return name;
}

bool is_number(int streamer_type) {
  switch (streamer_type) {
    case Info::kChar:
    case Info::kShort:
    case Info::kInt:
    case Info::kLong:
    case Info::kFloat:
    case Info::kCounter:
    case Info::kDouble:
    case Info::kDouble32:
    case Info::kUChar:
    case Info::kUShort:
    case Info::kUInt:
    case Info::kULong:
    case Info::kBits:
    case Info::kLong64:
    case Info::kULong64:
    case Info::kBool:
    case Info::kFloat16:
      return true;
    default:
      return false;
  }
}

std::string counter_name(const TLeaf& counter) {
  TBranch& branch = *counter.GetBranch();
  return branch.GetListOfLeaves()->GetEntriesFast() > 1 ? counter.GetName() : branch.GetName();
}

/// A number or an array of fixed length, as a member of a class.
bool is_number_or_array(int streamer_type) {
  return is_number(streamer_type) || (streamer_type > Info::kOffsetL && streamer_type < Info::kOffsetP &&
                                      is_number(streamer_type - Info::kOffsetL));
}

std::string type_of(TBranch& branch) {
  if (const char* name = branch.GetClassName(); name != nullptr && *name != '\0') return name;
  return "unknown";
}

class LeafFinder {
 public:
  void add_branches(TObjArray& branches) {
    for (TObject* object : branches) {
      auto& branch = static_cast<TBranch&>(*object);
      if (auto* element = dynamic_cast<TBranchElement*>(&branch)) {
        add_element(*element);
      } else if (branch.IsA() == TBranch::Class()) {
        add_plain(branch);
      } else {
        add_obstacle(plain_name(branch), type_of(branch));
      }
    }
  }

  RootLeaves found;

 private:
  void add(RootLeaf leaf, RootPlace place) {
    found.leaves.push_back(std::move(leaf));
    found.places.push_back(place);
  }
  void add_obstacle(const std::string& name, const std::string& type) {
    add({name, type, "", "", 1, "it is of type " + type}, {});
  }

  void add_plain(TBranch& branch) {
    const bool several = branch.GetListOfLeaves()->GetEntriesFast() > 1;
    for (TObject* object : *branch.GetListOfLeaves()) {
      auto& leaf = static_cast<TLeaf&>(*object);
      const std::string name = plain_name(branch) + (several ? std::string(".") + leaf.GetName() : "");
      if (leaf.InheritsFrom(TLeafC::Class()) || leaf.InheritsFrom(TLeafObject::Class()) ||
          leaf.GetLenStatic() < 1) {
        add_obstacle(name, leaf.GetTypeName());
        continue;
      }
      const TLeaf* counter = leaf.GetLeafCount();
      add({name, leaf.GetTypeName(), counter != nullptr ? counter_name(*counter) : "", "",
           static_cast<std::size_t>(leaf.GetLenStatic()), ""},
          {&leaf, nullptr});
    }
  }

  void add_element(TBranchElement& branch) {
    const std::string name = plain_name(branch);
    if (branch.GetListOfBranches()->GetEntriesFast() > 0) {
      add_branches(*branch.GetListOfBranches());
      return;
    }
    const int kind = branch.GetType();
    const bool in_collection = kind == 31 || kind == 41;
    TBranchElement* counter = branch.GetBranchCount();
    if (!in_collection && is_number_vector(branch.GetClassName()) && branch.GetID() < 0) {
      add({name, branch.GetClassName(), name, "", 1, ""}, {nullptr, &branch});
    } else if (is_number_or_array(branch.GetStreamerType()) && branch.GetBranchCount2() == nullptr &&
               in_collection == (counter != nullptr) && (in_collection || kind == 0)) {
      const auto* leaf = static_cast<TLeaf*>(branch.GetListOfLeaves()->At(0));
      add({name, branch.GetTypeName(), in_collection ? counter->GetName() : "",
           in_collection ? plain_name(*counter) : "",
           static_cast<std::size_t>(std::max(1, leaf->GetLenStatic())), ""},
          {nullptr, &branch});
    } else {
      add_obstacle(name, branch.GetTypeName());
    }
  }
};

}  // namespace

RootLeaves find_leaves(TTree& tree) {
  LeafFinder finder;
  finder.add_branches(*tree.GetListOfBranches());
  return std::move(finder.found);
}

}  // namespace trueup::io
