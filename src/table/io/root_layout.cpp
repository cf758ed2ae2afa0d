// Which leaves of a ROOT tree are columns, and which make groups.
#include <table/io/root_layout.hpp>

#include <algorithm>
#include <cctype>
#include <set>

#include <fmt/format.h>

namespace trueup::io {
namespace {

/// What ROOT keeps for itself in every TObject.
bool is_bookkeeping(const std::string& name) {
  return name.ends_with(".fUniqueID") || name.ends_with(".fBits") || name == "fUniqueID" || name == "fBits";
}

bool is_vector(const RootLeaf& leaf) {
  return !leaf.counter.empty() && leaf.counter == leaf.name;
}

/// The part of a name before its object's member: "jet" of "jet_pt", "event.jets" of "event.jets.pt"; "" without one.
std::string prefix_of(const std::string& name) {
  const auto dot = name.rfind('.');
  const auto end = dot != std::string::npos ? dot : name.find('_');
  return end == std::string::npos || end + 1 == name.size() ? "" : name.substr(0, end);
}

/// What a counter counts: "Jet" of "nJet", "jet" of "jet_n" and "jet_size".
std::vector<std::string> counted_by(const std::string& counter) {
  std::vector<std::string> names;
  if (counter.size() > 1 && counter.front() == 'n')
    names.push_back(counter.substr(counter[1] == '_' ? 2 : 1));
  for (const char* end : {"_n", "_size", "_"}) {
    if (counter.ends_with(end))
      names.push_back(counter.substr(0, counter.size() - std::string_view(end).size()));
  }
  return names;
}

struct Bundle {
  std::string wanted;               // name of the group, when all members' names begin with it
  std::vector<std::size_t> leaves;  // that are counted together
};

bool begins(const std::string& name, const std::string& prefix) {
  return !prefix.empty() && name.size() > prefix.size() + 1 && name.starts_with(prefix) &&
         (name[prefix.size()] == '_' || name[prefix.size()] == '.');
}

/// Which name the leaves of a bundle have in common; "" for none.
std::string common_prefix(const std::vector<RootLeaf>& leaves, const Bundle& bundle) {
  const RootLeaf& first = leaves[bundle.leaves.front()];
  std::vector<std::string> candidates;
  if (!first.collection.empty()) {
    candidates = {first.collection};
  } else if (!is_vector(first)) {
    candidates = counted_by(first.counter);
  }
  candidates.push_back(prefix_of(first.name));
  for (const std::string& candidate : candidates) {
    const auto named_so = [&](std::size_t l) { return begins(leaves[l].name, candidate); };
    if (std::all_of(bundle.leaves.begin(), bundle.leaves.end(), named_so)) return candidate;
  }
  return "";
}

class LayoutMaker {
 public:
  explicit LayoutMaker(RootTree& tree) : tree_(tree), leaves_(tree.leaves()) {}

  RootLayout make() {
    for (std::size_t l = 0; l < leaves_.size(); ++l) place(l);
    for (const Bundle& bundle : bundles_) {
      if (is_vector(leaves_[bundle.leaves.front()])) {
        for (const Bundle& same : split_by_counts(bundle)) add_group(same);
      } else {
        add_group(bundle);
      }
    }
    return std::move(layout_);
  }

 private:
  void place(std::size_t l) {
    const RootLeaf& leaf = leaves_[l];
    if (is_bookkeeping(leaf.name)) return;
    if (!leaf.obstacle.empty()) {
      layout_.unread.push_back({leaf.name, leaf.obstacle});
    } else if (leaf.counter.empty()) {
      add_columns(l, leaf.name, layout_.columns);
    } else {
      bundle_of(is_vector(leaf) ? "vector " + prefix_or_name(leaf.name)
                                : "counter " + leaf.counter + leaf.collection)
          .leaves.push_back(l);
    }
  }

  static std::string prefix_or_name(const std::string& name) {
    const std::string prefix = prefix_of(name);
    return prefix.empty() ? name : prefix;
  }

  Bundle& bundle_of(const std::string& key) {
    for (Bundle& bundle : bundles_) {
      if (bundle.wanted == key) return bundle;
    }
    return bundles_.emplace_back(Bundle{key, {}});
  }

  /// Vectors whose counts agree in all events, those of the first one first; the others each with their like.
  std::vector<Bundle> split_by_counts(const Bundle& bundle) {
    if (bundle.leaves.size() == 1) return {bundle};
    std::vector<Bundle> parts;
    std::vector<std::vector<std::uint64_t>> counts;
    for (const std::size_t l : bundle.leaves) {
      std::vector<std::uint64_t> own = tree_.counts(l);
      const auto same = std::find(counts.begin(), counts.end(), own);
      if (same == counts.end()) {
        counts.push_back(std::move(own));
        parts.push_back({bundle.wanted, {l}});
      } else {
        parts[static_cast<std::size_t>(same - counts.begin())].leaves.push_back(l);
      }
    }
    return parts;
  }

  void add_columns(std::size_t l, const std::string& name, std::vector<RootColumn>& columns) {
    const RootLeaf& leaf = leaves_[l];
    for (std::size_t k = 0; k < leaf.width; ++k) {
      const std::string index = leaf.width == 1 ? "" : fmt::format("[{}]", k);
      columns.push_back({name + index, leaf.name + index, l, k});
    }
  }

  void add_group(const Bundle& bundle) {
    const std::string prefix = common_prefix(leaves_, bundle);
    const bool stripped = !prefix.empty() && !is_taken(prefix);
    RootGroup group{stripped ? prefix : free_name(leaves_[bundle.leaves.front()].name), {}};
    for (const std::size_t l : bundle.leaves) {
      const std::string& name = leaves_[l].name;
      add_columns(l, stripped ? name.substr(prefix.size() + 1) : name, group.columns);
    }
    layout_.groups.push_back(std::move(group));
  }

  bool is_taken(const std::string& name) const {
    const auto named = [&](const auto& entry) { return entry.name == name; };
    return std::any_of(layout_.columns.begin(), layout_.columns.end(), named) ||
           std::any_of(layout_.groups.begin(), layout_.groups.end(), named);
  }

  std::string free_name(std::string name) const {
    while (is_taken(name)) name += "_";
    return name;
  }

  RootTree& tree_;
  const std::vector<RootLeaf>& leaves_;
  std::vector<Bundle> bundles_;
  RootLayout layout_;
};

}  // namespace

RootLayout root_layout(RootTree& tree) {
  RootLayout layout = LayoutMaker(tree).make();
  const std::map<std::string, std::string> texts = tree.texts();
  if (texts.contains(kRootSchema)) {
    std::erase_if(layout.columns, [&](const RootColumn& column) {
      if (texts.contains(kRootCounter + column.name)) return false;
      return std::any_of(tree.leaves().begin(), tree.leaves().end(),
                         [&](const RootLeaf& leaf) { return leaf.counter == column.name; });
    });
  }
  return layout;
}

std::vector<float> column_values(const RootValues& leaf, std::size_t width, std::size_t element) {
  if (width == 1) return leaf.values;
  std::vector<float> values;
  values.reserve(leaf.values.size() / width);
  for (std::size_t i = element; i < leaf.values.size(); i += width) values.push_back(leaf.values[i]);
  return values;
}

}  // namespace trueup::io
