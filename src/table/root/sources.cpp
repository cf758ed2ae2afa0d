// How the numbers of a leaf come out of its branch.
//
// Objects in trees (TClonesArray, vectors of structures) are read member by member, as TTree::MakeClass's code does it:
// this needs no dictionary of their classes, only what the file says of them.
#include <table/root/sources.hpp>

#include <algorithm>
#include <map>
#include <stdexcept>

#include <table/root/session.hpp>

namespace trueup::io {
namespace {

void get_entry(TBranch& branch, Long64_t event) {
  if (branch.GetEntry(event) < 0) throw std::runtime_error(RootSession::reason("reading failed"));
  RootSession::check();
}

/// Numbers, arrays of them, and arrays whose length is another leaf's number.
class LeafSource final : public RootSource {
 public:
  explicit LeafSource(TLeaf& leaf) : leaf_(leaf), width_(static_cast<std::uint64_t>(leaf.GetLenStatic())) {}

  std::uint64_t load(Long64_t event) override {
    get_entry(*leaf_.GetBranch(), event);
    if (leaf_.GetLeafCount() == nullptr) return 1;
    return static_cast<std::uint64_t>(std::max(0, leaf_.GetLen())) / width_;  // counters of -1 mean none
  }
  std::uint64_t count(Long64_t event) override {
    TLeaf& counter = *leaf_.GetLeafCount();
    get_entry(*counter.GetBranch(), event);
    return static_cast<std::uint64_t>(std::max(0.0, counter.GetValue()));
  }
  double value(std::uint64_t k) const override { return leaf_.GetValue(static_cast<int>(k)); }

 private:
  TLeaf& leaf_;
  std::uint64_t width_;
};

/// A member of an object that an event has one of.
class MemberSource final : public RootSource {
 public:
  MemberSource(TBranchElement& branch, std::size_t width) : branch_(branch), buffer_(width) {
    branch.SetMakeClass(true);
    branch.SetAddress(buffer_.data());
  }
  ~MemberSource() override { branch_.ResetAddress(); }
  std::uint64_t load(Long64_t event) override {
    get_entry(branch_, event);
    return 1;
  }
  double value(std::uint64_t k) const override { return branch_.GetValue(static_cast<int>(k), 1); }

 private:
  TBranchElement& branch_;
  std::vector<double> buffer_;  // room for any number, eight bytes each
};

/// A member of the objects in an array.
class CollectionSource final : public RootSource {
 public:
  CollectionSource(TBranchElement& branch, std::size_t width)
      : branch_(branch), counter_(*branch.GetBranchCount()) {
    // ROOT refuses events with more members than the file's maximum.
    buffer_.resize(width * (1 + static_cast<std::size_t>(std::max(0, counter_.GetMaximum()))));
    counter_.SetMakeClass(true);
    counter_.SetAddress(&count_);
    branch_.SetMakeClass(true);
    branch_.SetAddress(buffer_.data());
  }
  ~CollectionSource() override {
    branch_.ResetAddress();
    counter_.ResetAddress();
  }
  std::uint64_t load(Long64_t event) override {
    get_entry(branch_, event);
    return members();
  }
  std::uint64_t count(Long64_t event) override {
    // Its own numbers alone: GetEntry of the class would read all members.
    if (counter_.TBranch::GetEntry(event) < 0)
      throw std::runtime_error(RootSession::reason("reading failed"));
    RootSession::check();
    return members();
  }
  double value(std::uint64_t k) const override { return branch_.GetValue(static_cast<int>(k), 1); }

 private:
  std::uint64_t members() const { return static_cast<std::uint64_t>(counter_.GetNdata()); }

  TBranchElement& branch_;
  TBranchElement& counter_;
  Int_t count_ = 0;
  std::vector<double> buffer_;
};

template <typename T>
class VectorSource final : public RootSource {
 public:
  explicit VectorSource(TBranchElement& branch) : branch_(branch) { branch.SetAddress(&values_); }
  ~VectorSource() override {
    branch_.ResetAddress();
    delete values_;
  }
  std::uint64_t load(Long64_t event) override {
    get_entry(branch_, event);
    return values_->size();
  }
  double value(std::uint64_t k) const override { return static_cast<double>((*values_)[k]); }

 private:
  TBranchElement& branch_;
  std::vector<T>* values_ = new std::vector<T>;
};

using MakeSource = std::unique_ptr<RootSource> (*)(TBranchElement&);

template <typename T>
std::unique_ptr<RootSource> make_vector(TBranchElement& branch) {
  return std::make_unique<VectorSource<T>>(branch);
}

/// How a vector<T> branch is read, or nullptr for another class.
MakeSource vector_source(const std::string& type) {
  static const std::map<std::string, MakeSource> kinds{{"float", make_vector<float>},
                                                       {"Float_t", make_vector<float>},
                                                       {"double", make_vector<double>},
                                                       {"Double_t", make_vector<double>},
                                                       {"char", make_vector<char>},
                                                       {"signed char", make_vector<signed char>},
                                                       {"unsigned char", make_vector<unsigned char>},
                                                       {"short", make_vector<short>},
                                                       {"unsigned short", make_vector<unsigned short>},
                                                       {"int", make_vector<int>},
                                                       {"Int_t", make_vector<int>},
                                                       {"unsigned int", make_vector<unsigned int>},
                                                       {"UInt_t", make_vector<unsigned int>},
                                                       {"long", make_vector<long>},
                                                       {"unsigned long", make_vector<unsigned long>},
                                                       {"Long64_t", make_vector<long long>},
                                                       {"ULong64_t", make_vector<unsigned long long>},
                                                       {"bool", make_vector<bool>},
                                                       {"Bool_t", make_vector<bool>}};
  const std::string open = "vector<";
  if (type.compare(0, open.size(), open) != 0 || type.back() != '>') return nullptr;
  const auto found = kinds.find(type.substr(open.size(), type.size() - open.size() - 1));
  return found == kinds.end() ? nullptr : found->second;
}

}  // namespace

bool is_number_vector(const std::string& type) {
  return vector_source(type) != nullptr;
}

std::unique_ptr<RootSource> make_source(const RootLeaf& leaf, const RootPlace& place) {
  if (place.leaf != nullptr) return std::make_unique<LeafSource>(*place.leaf);
  TBranchElement& branch = *place.branch;
  if (MakeSource make = vector_source(leaf.type); make != nullptr) return make(branch);
  if (!leaf.counter.empty()) return std::make_unique<CollectionSource>(branch, leaf.width);
  return std::make_unique<MemberSource>(branch, leaf.width);
}

}  // namespace trueup::io
