// Writing a table as a tree: columns as numbers, groups as arrays with a counter (Jet_pt[nJet]), texts in its user info.
#include <table/root/writer.hpp>

#include <algorithm>
#include <cctype>
#include <limits>
#include <set>
#include <stdexcept>

#include <TFile.h>
#include <TList.h>
#include <TNamed.h>
#include <TTree.h>

#include <table/root/session.hpp>

namespace trueup::io {
namespace {

/// Leaves' names must be plain, for ROOT takes "x[n]/F" apart; branches keep the names as they are.
class LeafNames {
 public:
  std::string next(std::string name) {
    for (char& c : name) {
      if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
    }
    while (!used_.insert(name).second) name += "_";
    return name;
  }

 private:
  std::set<std::string> used_;
};

/// A group's branches, and the room that they are filled from.
class GroupBranches {
 public:
  GroupBranches(TTree& tree, const RootOutput::Group& group, std::uint64_t rows, LeafNames& names)
      : group_(group) {
    std::uint64_t most = 1;
    for (std::uint64_t r = 0; r < rows; ++r) most = std::max(most, group.offsets[r + 1] - group.offsets[r]);
    if (most > static_cast<std::uint64_t>(std::numeric_limits<Int_t>::max()))
      throw std::runtime_error("a row has more members than ROOT can count");
    const std::string counter = names.next(group.counter);
    tree.Branch(group.counter.c_str(), &count_, (counter + "/I").c_str());
    for (const RootOutput::Column& column : group.columns) {
      room_.emplace_back(most);
      tree.Branch(column.name.c_str(), room_.back().data(),
                  (names.next(column.name) + "[" + counter + "]/F").c_str());
    }
  }
  GroupBranches(const GroupBranches&) = delete;
  GroupBranches& operator=(const GroupBranches&) = delete;

  void load(std::uint64_t row) {
    const std::uint64_t first = group_.offsets[row];
    count_ = static_cast<Int_t>(group_.offsets[row + 1] - first);
    for (std::size_t c = 0; c < room_.size(); ++c)
      std::copy_n(group_.columns[c].values + first, count_, room_[c].begin());
  }

 private:
  const RootOutput::Group& group_;
  Int_t count_ = 0;
  std::vector<std::vector<float>> room_;
};

}  // namespace

void write_tree(const std::string& path, const std::string& name, const RootOutput& table) {
  TFile file(path.c_str(), "RECREATE");
  if (file.IsZombie()) throw std::runtime_error(RootSession::reason("the file cannot be made"));
  auto* tree = new TTree(name.c_str(), name.c_str());  // the file owns it
  LeafNames names;
  std::vector<float> row(table.columns.size());
  for (std::size_t c = 0; c < row.size(); ++c) {
    const std::string& column = table.columns[c].name;
    tree->Branch(column.c_str(), &row[c], (names.next(column) + "/F").c_str());
  }
  std::vector<std::unique_ptr<GroupBranches>> groups;
  for (const RootOutput::Group& group : table.groups)
    groups.push_back(std::make_unique<GroupBranches>(*tree, group, table.rows, names));
  for (const auto& [key, text] : table.texts) tree->GetUserInfo()->Add(new TNamed(key.c_str(), text.c_str()));
  for (std::uint64_t r = 0; r < table.rows; ++r) {
    for (std::size_t c = 0; c < row.size(); ++c) row[c] = table.columns[c].values[r];
    for (const auto& group : groups) group->load(r);
    if (tree->Fill() < 0) throw std::runtime_error(RootSession::reason("writing failed"));
    RootSession::check();
  }
  if (tree->GetListOfBranches()->GetEntriesFast() == 0) tree->SetEntries(static_cast<Long64_t>(table.rows));
  file.Write();
  file.Close();
  RootSession::check();
}

}  // namespace trueup::io
