// Reading tables from ROOT trees: only the branches asked for leave the disk.
#include <algorithm>
#include <map>
#include <numeric>
#include <stdexcept>

#include <fmt/format.h>

#include <table/io/columns.hpp>
#include <table/io/formats.hpp>
#include <table/io/root_layout.hpp>
#include <table/io/root_library.hpp>
#include <trueup/error.hpp>

namespace trueup::io {
namespace {

/// Runs `call`; what ROOT says of a failure becomes an error about the file.
template <typename Call>
auto asking_root(const std::string& where, const Call& call) {
  try {
    return call();
  } catch (const Error&) {
    throw;
  } catch (const std::runtime_error& error) {
    bad_file(where,
             fmt::format("ROOT cannot read it, the file is damaged or not finished: {}", error.what()));
  }
}

std::string where_of(const TablePath& from) {
  return from.path.string() + (from.name.empty() ? "" : ":" + from.name);
}

std::string choose_tree(const TablePath& from, const std::vector<std::string>& trees) {
  if (trees.empty()) bad_file(from.path, "there is no tree in this ROOT file");
  if (from.name.empty()) {
    if (trees.size() == 1) return trees.front();
    bad_file(from.path,
             fmt::format("say which tree is meant, as PATH:NAME; there are {}", quoted_list(trees)));
  }
  if (std::find(trees.begin(), trees.end(), from.name) != trees.end()) return from.name;
  bad_file(from.path, fmt::format("there is no tree '{}' in it; there are {}{}", from.name,
                                  quoted_list(trees), did_you_mean(from.name, trees)));
}

/// An open tree, its layout, and the leaves that were read.
class RootReader {
 public:
  explicit RootReader(const TablePath& from) : where_(where_of(from)) {
    RootComponent& root = root_component(from.path.string());
    asking_root(where_, [&] {
      tree_ = root.open(from.path.string(), choose_tree(from, root.trees(from.path.string())));
      layout_ = root_layout(*tree_);
      texts_ = tree_->texts();
    });
  }

  const RootLayout& layout() const { return layout_; }
  std::size_t rows() const { return tree_->rows(); }

  /// Without what we wrote there for ourselves.
  std::map<std::string, std::string> metadata() const {
    std::map<std::string, std::string> texts = texts_;
    std::erase_if(texts, [](const auto& text) {
      const std::string& key = text.first;
      return key == kRootSchema || key.starts_with(kRootUnit) || key.starts_with(kRootCounter);
    });
    return texts;
  }

  std::string unit(const RootColumn& column) const {
    const auto found = texts_.find(kRootUnit + column.full);
    return found == texts_.end() ? "" : found->second;
  }

  std::vector<std::string> column_names() const {
    std::vector<std::string> names;
    for (const RootColumn& column : layout_.columns) names.push_back(column.name);
    return names;
  }

  const RootGroup* group(const std::string& name) const {
    const auto found = std::find_if(layout_.groups.begin(), layout_.groups.end(),
                                    [&](const RootGroup& group) { return group.name == name; });
    return found == layout_.groups.end() ? nullptr : &*found;
  }

  std::vector<float> values(const RootColumn& column) {
    return column_values(leaf(column.leaf), tree_->leaves()[column.leaf].width, column.element);
  }

  /// The members named, or all.
  JaggedGroup read(const RootGroup& group, const std::vector<std::string>& members = {}) {
    JaggedGroup read{group.name, {}, {}};
    for (const RootColumn& column : group.columns) {
      if (!members.empty() && std::find(members.begin(), members.end(), column.name) == members.end())
        continue;
      const std::vector<std::uint64_t> offsets = offsets_of(leaf(column.leaf).counts);
      if (read.offsets.empty()) read.offsets = offsets;
      if (offsets != read.offsets) {
        bad_file(where_, fmt::format("'{}' and '{}' have different numbers of members",
                                     group.columns.front().full, column.full));
      }
      read.columns.push_back({column.name, unit(column), values(column)});
    }
    return read;
  }

  std::size_t members(const RootGroup& group) {
    return asking_root(where_, [&] {
      const std::vector<std::uint64_t> counts = tree_->counts(group.columns.front().leaf);
      return std::accumulate(counts.begin(), counts.end(), std::size_t{0});
    });
  }

  /// Throws unless the name is that of a column or group.
  void require(const std::string& name) const {
    for (const TableInfo::Unread& unread : layout_.unread) {
      if (unread.name != name) continue;
      bad_file(where_,
               fmt::format("'{}' cannot be read: {}; numbers, arrays of numbers and vectors of numbers can",
                           name, unread.reason));
    }
    std::vector<std::string> known = column_names();
    for (const RootGroup& group : layout_.groups) known.push_back(group.name);
    if (std::find(known.begin(), known.end(), name) != known.end()) return;
    for (const RootGroup& group : layout_.groups) {
      for (const RootColumn& column : group.columns) known.push_back(group.name + "." + column.name);
    }
    std::string hint = did_you_mean(name.substr(0, name.find('[')), known);
    if (hint.empty()) hint = fmt::format("; it has {}", quoted_list(known));
    bad_file(where_, fmt::format("there is no column '{}' in it{}", name, hint));
  }

  const std::string& where() const { return where_; }

 private:
  const RootValues& leaf(std::size_t index) {
    // The last one only: an array's columns follow one another.
    if (!last_ || last_->first != index)
      last_.emplace(index, asking_root(where_, [&] { return tree_->read(index); }));
    return last_->second;
  }

  static std::vector<std::uint64_t> offsets_of(const std::vector<std::uint64_t>& counts) {
    std::vector<std::uint64_t> offsets{0};
    offsets.reserve(counts.size() + 1);
    for (const std::uint64_t n : counts) offsets.push_back(offsets.back() + n);
    return offsets;
  }

  std::string where_;
  std::unique_ptr<RootTree> tree_;
  std::map<std::string, std::string> texts_;
  RootLayout layout_;
  std::optional<std::pair<std::size_t, RootValues>> last_;
};

/// Sets the number of rows also where no column follows.
void set_rows(Table& table, std::size_t rows) {
  table.set_weights(std::vector<float>(rows));
  table.clear_weights();
}

/// What to read: columns of the layout, and groups with the members wanted of them, none for all.
struct Selection {
  std::vector<std::size_t> columns;
  std::vector<std::pair<const RootGroup*, std::vector<std::string>>> groups;
};

Selection select_all(const RootReader& reader) {
  Selection selection{choose_columns(reader.column_names(), {}, reader.where()), {}};
  for (const RootGroup& group : reader.layout().groups) selection.groups.push_back({&group, {}});
  return selection;
}

Selection select(const RootReader& reader, const std::vector<std::string>& wanted,
                 const std::vector<MemberColumn>& members) {
  if (wanted.empty() && members.empty()) return select_all(reader);
  Selection selection;
  const auto selected = [&](const RootGroup* group) {
    return std::find_if(selection.groups.begin(), selection.groups.end(),
                        [&](const auto& chosen) { return chosen.first == group; });
  };
  std::vector<std::string> columns;
  for (const std::string& name : wanted) {
    reader.require(name);
    const RootGroup* group = reader.group(name);
    if (group == nullptr) {
      columns.push_back(name);
    } else if (selected(group) == selection.groups.end()) {
      selection.groups.push_back({group, {}});
    }
  }
  const std::size_t whole = selection.groups.size();
  for (const MemberColumn& member : members) {
    const RootGroup* group = reader.group(member.group);
    const auto found = selected(group);
    if (found == selection.groups.end()) {
      selection.groups.push_back({group, {member.member}});
    } else if (static_cast<std::size_t>(found - selection.groups.begin()) >= whole) {
      found->second.push_back(member.member);
    }
  }
  const std::vector<std::string> present = reader.column_names();
  const bool weighted = std::find(present.begin(), present.end(), kWeightColumn) != present.end();
  if (columns.empty() && weighted) columns = {kWeightColumn};
  if (!columns.empty()) selection.columns = choose_columns(present, columns, reader.where());
  return selection;
}

}  // namespace

Table read_root(const TablePath& from, const std::vector<std::string>& wanted,
                const std::vector<MemberColumn>& members) {
  RootReader reader(from);
  const Selection selection = select(reader, wanted, members);
  Table table;
  set_rows(table, reader.rows());
  for (const std::size_t c : selection.columns) {
    const RootColumn& column = reader.layout().columns[c];
    add_column_or_weights(table, {column.name, reader.unit(column), reader.values(column)});
  }
  for (const auto& [group, columns] : selection.groups) table.add_group(reader.read(*group, columns));
  for (const auto& [key, text] : reader.metadata()) table.set_metadata(key, text);
  return table;
}

TableNames names_root(const TablePath& from) {
  const RootReader reader(from);
  TableNames names{reader.column_names(), {}};
  for (const RootGroup& group : reader.layout().groups) {
    names.columns.push_back(group.name);
    names.groups.push_back({group.name, {}});
    for (const RootColumn& column : group.columns)
      names.groups.back().members.push_back({column.name, column.full});
  }
  return names;
}

TableInfo info_root(const TablePath& from) {
  RootReader reader(from);
  TableInfo info{TableFormat::root, reader.rows(), {}, false, {}, reader.metadata()};
  choose_columns(reader.column_names(), {}, reader.where());
  for (const RootColumn& column : reader.layout().columns)
    add_entry_or_weights(info, column.name, reader.unit(column));
  for (const RootGroup& group : reader.layout().groups) {
    TableInfo::Group entry{group.name, reader.members(group), {}};
    for (const RootColumn& column : group.columns)
      entry.columns.push_back({column.name, reader.unit(column)});
    info.groups.push_back(std::move(entry));
  }
  info.unread = reader.layout().unread;
  return info;
}

}  // namespace trueup::io
