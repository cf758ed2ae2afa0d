// ROOT files, as ROOT itself wrote them (tests/oracles/make_root_files.py says what is in them).
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include <core/files.hpp>
#include <core/small_files.hpp>
#include <core/temp_dir.hpp>
#include <table/io/root_library.hpp>
#include <table/sample_tables.hpp>
#include <trueup/column_map.hpp>
#include <trueup/error.hpp>
#include <trueup/table_io.hpp>

namespace trueup {
namespace {

using nlohmann::json;
using testing_support::expect_same_table;
using testing_support::expect_same_values;
using testing_support::message_of;
using testing_support::message_on_full_disk;
using testing_support::random_table;
using testing_support::TempDir;

const std::string kData = TRUEUP_TEST_DATA;
const std::string kTrees = kData + "/trees.root";
const std::string kEvents = kTrees + ":events";
const std::string kDelphes = kData + "/delphes.root";

json stated(const std::string& name) {
  std::ifstream in(kData + "/" + name);
  return json::parse(in);
}

float number(const json& value) {
  return value.is_string() ? std::stof(value.get<std::string>()) : value.get<float>();
}

/// All numbers of a list, and of the lists in it.
std::vector<float> flattened(const json& list) {
  std::vector<float> values;
  for (const json& item : list) {
    if (!item.is_array()) {
      values.push_back(number(item));
      continue;
    }
    const std::vector<float> below = flattened(item);
    values.insert(values.end(), below.begin(), below.end());
  }
  return values;
}

std::vector<std::uint64_t> offsets_of(const json& events) {
  std::vector<std::uint64_t> offsets{0};
  for (const json& event : events) offsets.push_back(offsets.back() + event.size());
  return offsets;
}

const json& first_object(const json& events) {
  for (const json& event : events) {
    if (!event.empty()) return event.front();
  }
  throw std::runtime_error("no event has an object");
}

const Column& member(const JaggedGroup& group, const std::string& name) {
  for (const Column& column : group.columns) {
    if (column.name == name) return column;
  }
  throw std::runtime_error("no member " + name);
}

class RootFiles : public testing::Test {
 protected:
  void SetUp() override {
    if (!io::has_root()) GTEST_SKIP() << "built without ROOT";
  }
  TempDir dir_;
};

TEST(RootFilesWithoutRoot, SayThatTheBuildHasNone) {
  if (io::has_root()) GTEST_SKIP() << "built with ROOT";
  const std::string message = message_of<EnvironmentError>([] { read_table(kTrees); });
  EXPECT_NE(message.find("this build has no ROOT"), std::string::npos) << message;
  EXPECT_NE(message.find("TRUEUP_WITH_ROOT=ON"), std::string::npos) << message;
}

TEST_F(RootFiles, NumbersOfEveryTypeAreColumns) {
  const Table table = read_table(kEvents);
  const json columns = stated("trees.json").at("columns");
  for (const auto& [name, values] : columns.items()) {
    const bool weights = name == "weight";
    expect_same_values(weights ? table.weights() : table.values(name), flattened(values), name);
  }
  // The weights are no column; nJet is one more.
  EXPECT_EQ(table.columns().size(), columns.size());
  EXPECT_TRUE(table.has("nJet"));
}

TEST_F(RootFiles, ArraysAndVectorsAreGroups) {
  const Table table = read_table(kEvents);
  const json groups = stated("trees.json").at("groups");
  EXPECT_EQ(table.groups().size(), groups.size());
  for (const auto& [name, members] : groups.items()) {
    const JaggedGroup& group = table.group(name);
    EXPECT_EQ(group.columns.size(), members.size()) << name;
    for (const auto& [column, events] : members.items()) {
      EXPECT_EQ(group.offsets, offsets_of(events)) << name;
      expect_same_values(member(group, column).values, flattened(events), name + "." + column);
    }
  }
}

TEST_F(RootFiles, JustWhatIsAskedForIsRead) {
  const Table table = read_table(kEvents, {"p4[2]", "mu", "flat_D", "mu"});
  EXPECT_EQ(table.column_names(), (std::vector<std::string>{"p4[2]", "flat_D"}));
  ASSERT_EQ(table.groups().size(), 1U);
  EXPECT_EQ(table.groups()[0].name, "mu");
  EXPECT_TRUE(table.has_weights());
  EXPECT_TRUE(read_table(kEvents, {"mu"}).has_weights());
}

TEST_F(RootFiles, TheirContentsAreListed) {
  const TableInfo info = read_table_info(kEvents);
  EXPECT_EQ(info.format, TableFormat::root);
  EXPECT_EQ(info.rows, 12U);
  EXPECT_TRUE(info.has_weights);
  const json groups = stated("trees.json").at("groups");
  ASSERT_EQ(info.groups.size(), groups.size());
  for (const TableInfo::Group& group : info.groups) {
    EXPECT_EQ(group.members, flattened(groups.at(group.name).begin().value()).size()) << group.name;
    EXPECT_EQ(group.columns.size(), groups.at(group.name).size()) << group.name;
  }
  ASSERT_EQ(info.unread.size(), 2U);
  EXPECT_EQ(info.unread[0].name, "nested");
  EXPECT_NE(info.unread[0].reason.find("vector<vector<float> >"), std::string::npos) << info.unread[0].reason;
  EXPECT_EQ(info.unread[1].name, "text");
}

TEST_F(RootFiles, TreesAreFoundByName) {
  EXPECT_EQ(read_table(kTrees + ":folder/small").rows(), 1U);
  const auto message = [](const std::string& path) {
    return message_of<DataError>([&] { read_table(path); });
  };
  EXPECT_NE(message(kTrees).find("say which tree is meant, as PATH:NAME; there are 'events', 'folder/small'"),
            std::string::npos)
      << message(kTrees);
  EXPECT_NE(message(kTrees + ":event").find("did you mean 'events'?"), std::string::npos);
  EXPECT_EQ(read_table(kDelphes, {"Jet_size"}).rows(), 30U) << "the only tree needs no name";
}

TEST_F(RootFiles, WhatCannotBeReadIsSaid) {
  const auto message = [](const std::string& column) {
    return message_of<DataError>([&] { read_table(kEvents, {column}); });
  };
  EXPECT_NE(message("nested").find("'nested' cannot be read: it is of type vector<vector<float> >"),
            std::string::npos)
      << message("nested");
  EXPECT_NE(message("text").find("cannot be read"), std::string::npos) << message("text");
  EXPECT_NE(message("flat_DD").find("did you mean 'flat_D'?"), std::string::npos) << message("flat_DD");
}

TEST_F(RootFiles, DamageIsAnError) {
  const std::string whole = read_text(kTrees);
  const std::string path = dir_ / "damaged.root";
  const auto message = [&](const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
    return message_of<DataError>([&] { read_table(path + ":events"); });
  };
  for (const double part : {0.01, 0.3, 0.6, 0.95}) {
    EXPECT_FALSE(
        message(whole.substr(0, static_cast<std::size_t>(part * static_cast<double>(whole.size())))).empty())
        << part;
  }
  EXPECT_FALSE(message(std::string("root\0\0\xf3\xc0", 8)).empty());
  EXPECT_TRUE(message(whole).empty());
}

TEST_F(RootFiles, DelphesObjectsAreGroups) {
  const json file = stated("delphes.json");
  const Table table = read_table(kDelphes);
  EXPECT_EQ(table.rows(), file.at("events").get<std::size_t>());
  for (const auto& [name, events] : file.at("numbers").items()) {
    const auto dot = name.find('.');
    const JaggedGroup& group = table.group(name.substr(0, dot));
    EXPECT_EQ(group.offsets, offsets_of(events)) << name;
    const std::string own = name.substr(dot + 1);
    const json& object = first_object(events);
    if (!object.is_array()) {
      expect_same_values(member(group, own).values, flattened(events), name);
      continue;
    }
    const std::vector<float> all = flattened(events);
    const std::size_t width = object.size();
    for (std::size_t k = 0; k < width; ++k) {
      const Column& column = member(group, own + "[" + std::to_string(k) + "]");
      ASSERT_EQ(column.values.size() * width, all.size()) << name;
      for (std::size_t i = 0; i < column.values.size(); ++i)
        ASSERT_EQ(column.values[i], all[i * width + k]) << name;
    }
  }
  const Column& sizes = table.column("Jet_size");
  const std::vector<std::uint64_t>& offsets = table.group("Jet").offsets;
  for (std::size_t e = 0; e < table.rows(); ++e) {
    EXPECT_EQ(sizes.values[e], static_cast<float>(offsets[e + 1] - offsets[e]));
  }
}

TEST_F(RootFiles, DelphesReferencesAndFourVectorsAreNotRead) {
  std::vector<std::string> unread;
  for (const TableInfo::Unread& entry : read_table_info(kDelphes).unread) unread.push_back(entry.name);
  for (const char* name : {"Jet.Constituents", "Jet.Particles", "Muon.Particle", "Tower.Particles"}) {
    EXPECT_NE(std::find(unread.begin(), unread.end(), name), unread.end()) << name;
  }
}

TEST_F(RootFiles, MembersOfDelphesObjectsAreColumns) {
  const json numbers = stated("delphes.json").at("numbers");
  const std::vector<std::string> names{"MissingET.MET[0]", "Event.Weight", "Jet.PT[0]", "Jet.Tau[1][3]",
                                       "Jet_size"};
  const ColumnMap map{{"Jet.PT[0]", {"Jet.PT[0]", -1.0F}}, {"Jet.Tau[1][3]", {"Jet.Tau[1][3]", -2.0F}}};
  const Table table = read_table(kDelphes, names, map);
  EXPECT_EQ(table.column_names(), names);
  EXPECT_TRUE(table.groups().empty());
  for (std::size_t e = 0; e < table.rows(); ++e) {
    const json &jets = numbers.at("Jet.PT").at(e), &tau = numbers.at("Jet.Tau").at(e);
    EXPECT_EQ(table.values("MissingET.MET[0]")[e], numbers.at("MissingET.MET").at(e).at(0).get<float>());
    EXPECT_EQ(table.values("Event.Weight")[e], numbers.at("Event.Weight").at(e).at(0).get<float>());
    EXPECT_EQ(table.values("Jet.PT[0]")[e], jets.empty() ? -1.0F : jets.at(0).get<float>());
    EXPECT_EQ(table.values("Jet.Tau[1][3]")[e], tau.size() < 2 ? -2.0F : tau.at(1).at(3).get<float>());
    EXPECT_EQ(table.values("Jet_size")[e], static_cast<float>(jets.size()));
  }
}

TEST_F(RootFiles, MembersHaveTheNamesOfTheirBranchesToo) {
  const json jets = stated("trees.json").at("groups").at("Jet");
  const Table table =
      read_table(kEvents, {"pt", "cov"}, {{"pt", {"Jet_pt[0]", 0.0F}}, {"cov", {"Jet_cov[0][1]", 0.0F}}});
  for (std::size_t e = 0; e < table.rows(); ++e) {
    EXPECT_EQ(table.values("pt")[e],
              jets.at("pt").at(e).empty() ? 0.0F : jets.at("pt").at(e).at(0).get<float>());
    EXPECT_EQ(table.values("cov")[e],
              jets.at("cov[1]").at(e).empty() ? 0.0F : jets.at("cov[1]").at(e).at(0).get<float>());
  }
}

TEST_F(RootFiles, MistakenMembersAreNamed) {
  const auto message = [](const std::string& column) {
    return message_of<DataError>([&] { read_table(kDelphes, {column}); });
  };
  EXPECT_NE(message("Jet.PTT[0]").find("did you mean 'Jet.PT'?"), std::string::npos) << message("Jet.PTT[0]");
  EXPECT_NE(message("Jet.PT[0]").find("rows have no 'Jet.PT[0]'"), std::string::npos) << message("Jet.PT[0]");
  EXPECT_NE(message("Muon.Particle").find("it is of type TRef"), std::string::npos)
      << message("Muon.Particle");
}

TEST_F(RootFiles, TablesComeBackAsTheyWere) {
  const std::string path = dir_ / "t.root";
  std::uint64_t seed = 0;
  for (const std::size_t rows : {0U, 1U, 17U, 3000U}) {
    for (const std::size_t columns : {0U, 1U, 20U}) {
      for (const bool weights : {false, true}) {
        for (const std::size_t groups : {0U, 3U}) {
          if (columns + groups == 0) continue;
          Table table = random_table(rows, columns, weights, groups, ++seed);
          table.set_metadata("card", "a = 1\n\"b\" = 2");
          write_table(table, path);
          expect_same_table(read_table(path), table);
          EXPECT_EQ(read_table(path).metadata(), table.metadata());
          const TableInfo info = read_table_info(path);
          EXPECT_EQ(info.rows, rows);
          EXPECT_EQ(info.columns.size(), columns);
          EXPECT_EQ(info.groups.size(), groups);
        }
      }
    }
  }
  EXPECT_EQ(dir_.entries(), 1U) << "no temporary left";
}

TEST_F(RootFiles, AwkwardNamesComeBack) {
  Table table;
  for (const char* name :
       {"pt (gen)", "jets/0.pt", "it's", "τ21", "say \"x\"", "MissingET.MET[0]", "a[3]", "x:y", "x_y"}) {
    table.add_column(name, {1, 2}, "GeV");
  }
  table.add_group({"odd [group]", {0, 1, 3}, {{"a.b", "", {1, 2, 3}}, {"c[0]", "mm", {4, 5, 6}}}});
  write_table(table, dir_ / "t.root");
  expect_same_table(read_table(dir_ / "t.root"), table);
}

TEST_F(RootFiles, ATreeIsWrittenAsItWasRead) {
  const Table table = read_table(kEvents);
  write_table(table, dir_ / "t.root");
  const Table again = read_table(dir_ / "t.root");
  for (const Column& column : table.columns())
    expect_same_values(again.values(column.name), column.values, column.name);
  EXPECT_EQ(again.columns().size(), table.columns().size());
  EXPECT_EQ(again.groups().size(), table.groups().size());
  for (const JaggedGroup& group : table.groups()) EXPECT_EQ(again.group(group.name).offsets, group.offsets);
}

TEST_F(RootFiles, WhatATreeCannotHoldIsSaid) {
  const auto message = [&](const Table& table) {
    return message_of<DataError>([&] { write_table(table, dir_ / "t.root"); });
  };
  Table table;
  table.add_column("nJet", {7, 7});
  table.add_group({"Jet", {0, 1, 3}, {{"pt", "", {1, 2, 3}}}});
  EXPECT_NE(message(table).find("counts the members of group 'Jet' by 'nJet'"), std::string::npos)
      << message(table);
  Table weight;
  weight.add_column("weight", {1});
  EXPECT_NE(message(weight).find("event weights"), std::string::npos);
  EXPECT_THROW(write_table(weight, (dir_ / "t.root") + ":other"), ConfigError);
  EXPECT_EQ(dir_.entries(), 0U);
}

TEST_F(RootFiles, AFullDiskIsAnErrorAndLeavesNothing) {
  const Table table = random_table(50000, 2, false, 0, 10);
  const std::string message =
      message_on_full_disk<EnvironmentError>([&] { write_table(table, dir_ / "t.root"); });
  EXPECT_NE(message, "");
  EXPECT_EQ(dir_.entries(), 0U);
}

}  // namespace
}  // namespace trueup
