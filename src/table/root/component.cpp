// The ROOT component: trees read through ROOT itself. Its folder alone includes ROOT's headers.
#include <table/io/root_component.hpp>

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <stdexcept>

#include <TDirectory.h>
#include <TKey.h>
#include <TList.h>
#include <TROOT.h>

#include <table/root/leaves.hpp>
#include <table/root/session.hpp>
#include <table/root/writer.hpp>

namespace trueup::io {
namespace {

bool is_one_of(const char* name, std::initializer_list<const char*> names) {
  return std::any_of(names.begin(), names.end(), [&](const char* n) { return std::strcmp(name, n) == 0; });
}

/// Names of the trees in a folder of a file and below. A tree that was saved several times is named once.
void collect_trees(TDirectory& folder, const std::string& prefix, std::vector<std::string>& names) {
  for (TObject* object : *folder.GetListOfKeys()) {
    auto& key = static_cast<TKey&>(*object);
    const std::string name = prefix + key.GetName();
    if (is_one_of(key.GetClassName(), {"TTree", "TNtuple", "TNtupleD"})) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    } else if (is_one_of(key.GetClassName(), {"TDirectory", "TDirectoryFile"})) {
      if (TDirectory* below = folder.GetDirectory(key.GetName())) collect_trees(*below, name + "/", names);
    }
  }
}

class OpenTree final : public RootTree {
 public:
  OpenTree(const std::string& path, const std::string& name) : file_(open_root_file(path)) {
    tree_ = dynamic_cast<TTree*>(file_->Get(name.c_str()));
    if (tree_ == nullptr) throw std::runtime_error(RootSession::reason("the tree cannot be read"));
    tree_->SetMakeClass(1);
    found_ = find_leaves(*tree_);
  }
  ~OpenTree() override {
    const RootSession session;
    file_.reset();
  }

  std::uint64_t rows() const override { return static_cast<std::uint64_t>(tree_->GetEntries()); }
  const std::vector<RootLeaf>& leaves() const override { return found_.leaves; }

  std::map<std::string, std::string> texts() const override {
    const RootSession session;
    std::map<std::string, std::string> texts;
    for (TObject* object : *tree_->GetUserInfo()) {
      if (object->IsA() == TNamed::Class()) texts[object->GetName()] = object->GetTitle();
    }
    return texts;
  }

  RootValues read(std::size_t leaf) override {
    const RootSession session;
    require_entries(leaf);
    const std::unique_ptr<RootSource> source = make_source(found_.leaves[leaf], found_.places[leaf]);
    const bool counted = !found_.leaves[leaf].counter.empty();
    const std::size_t width = found_.leaves[leaf].width;
    RootValues read;
    if (!counted) read.values.reserve(rows() * width);
    for (std::uint64_t event = 0; event < rows(); ++event) {
      const std::uint64_t members = source->load(static_cast<Long64_t>(event));
      for (std::uint64_t k = 0; k < members * width; ++k)
        read.values.push_back(static_cast<float>(source->value(k)));
      if (counted) read.counts.push_back(members);
    }
    return read;
  }

  std::vector<std::uint64_t> counts(std::size_t leaf) override {
    const RootSession session;
    require_entries(leaf);
    const std::unique_ptr<RootSource> source = make_source(found_.leaves[leaf], found_.places[leaf]);
    std::vector<std::uint64_t> counts;
    counts.reserve(rows());
    for (std::uint64_t event = 0; event < rows(); ++event)
      counts.push_back(source->count(static_cast<Long64_t>(event)));
    return counts;
  }

 private:
  /// ROOT trusts these numbers when it reads.
  void require_entries(std::size_t leaf) const {
    const RootPlace& place = found_.places[leaf];
    const TBranch& branch = place.leaf != nullptr ? *place.leaf->GetBranch() : *place.branch;
    if (branch.GetEntries() == tree_->GetEntries()) return;
    throw std::runtime_error("'" + found_.leaves[leaf].name + "' has " + std::to_string(branch.GetEntries()) +
                             " events and the tree " + std::to_string(tree_->GetEntries()));
  }

  std::unique_ptr<TFile> file_;
  TTree* tree_ = nullptr;  // the file owns it
  RootLeaves found_;
};

class Component final : public RootComponent {
 public:
  Component() { ROOT::GetROOT(); }

  std::vector<std::string> trees(const std::string& path) override {
    const RootSession session;
    const std::unique_ptr<TFile> file = open_root_file(path);
    std::vector<std::string> names;
    collect_trees(*file, "", names);
    return names;
  }

  std::unique_ptr<RootTree> open(const std::string& path, const std::string& tree) override {
    const RootSession session;
    return std::make_unique<OpenTree>(path, tree);
  }

  void write(const std::string& path, const std::string& tree, const RootOutput& table) override {
    const RootSession session;
    write_tree(path, tree, table);
  }
};

}  // namespace
}  // namespace trueup::io

extern "C" __attribute__((visibility("default"))) trueup::io::RootComponent& trueup_root_component() {
  static trueup::io::Component component;
  return component;
}
