// The configuration reader: values, errors with file, line and key, overrides, unknown keys.
#include <gtest/gtest.h>

#include <core/config.hpp>
#include <core/files.hpp>
#include <core/temp_dir.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

using testing_support::message_of;
using testing_support::TempDir;

constexpr const char* kText = R"(
seed = 7
name = "run"
rate = 1e-3
flags = [1, 2.5]
sizes = [50, 50]
features = ["pt", "eta"]
quiet = true

[fit]
method = "auc"
events = 1e6

[fit.scan]
points = 21

[pythia]
"TimeShower:alphaSvalue" = 0.1365
"Beams:idA" = 11
"HadronLevel:all" = true
"Main:spareWord1" = "text"
)";

ConfigTable sample(const std::vector<std::string>& overrides = {}) {
  return ConfigTable::from_string(kText, "card.toml", overrides);
}

template <typename Action>
std::string config_error(const Action& action) {
  return message_of<ConfigError>(action);
}

TEST(Config, ReadsEveryType) {
  ConfigTable config = sample();
  EXPECT_EQ(config.integer("seed"), 7);
  EXPECT_EQ(config.number("seed"), 7.0);
  EXPECT_EQ(config.string("name"), "run");
  EXPECT_EQ(config.number("rate"), 1e-3);
  EXPECT_EQ(config.numbers("flags"), (std::vector<double>{1, 2.5}));
  EXPECT_EQ(config.integers("sizes", {}), (std::vector<std::int64_t>{50, 50}));
  EXPECT_EQ(config.strings("features"), (std::vector<std::string>{"pt", "eta"}));
  EXPECT_TRUE(config.boolean("quiet", false));
  EXPECT_EQ(config.table("fit").integer("events"), 1000000) << "a float without fraction is an integer";
  EXPECT_EQ(config.table("fit").table("scan").integer("points"), 21);
}

TEST(Config, FallsBack) {
  ConfigTable config = sample();
  EXPECT_EQ(config.integer("none", 3), 3);
  EXPECT_EQ(config.number("none", 0.5), 0.5);
  EXPECT_EQ(config.string("none", "x"), "x");
  EXPECT_EQ(config.strings("none", {"x"}), (std::vector<std::string>{"x"}));
  EXPECT_EQ(config.numbers("none", {1.0}), (std::vector<double>{1.0}));
  EXPECT_FALSE(config.boolean("none", false));
  EXPECT_EQ(config.choice("none", {"a", "b"}, "b"), "b");
  ConfigTable empty = config.table_or_empty("nothing");
  EXPECT_EQ(empty.integer("x", 4), 4);
  EXPECT_TRUE(empty.keys().empty());
  EXPECT_FALSE(config.has("none"));
  EXPECT_TRUE(config.has("seed"));
}

TEST(Config, NamesFileLineKeyAndExpectation) {
  ConfigTable config = sample();
  EXPECT_EQ(config_error([&] { config.integer("name"); }),
            "card.toml:3: 'name' must be an integer, not a string ('run')");
  EXPECT_EQ(config_error([&] { config.integer("rate"); }).substr(0, 50),
            "card.toml:4: 'rate' must be an integer, not a numb");
  EXPECT_EQ(config_error([&] { config.table("fit").table("scan").string("points"); }).substr(0, 48),
            "card.toml:15: 'fit.scan.points' must be a string");
  EXPECT_NE(config_error([&] { config.strings("flags"); }).find("entry 1"), std::string::npos);
  EXPECT_NE(config_error([&] { config.numbers("seed"); }).find("a list of finite numbers"),
            std::string::npos);
  EXPECT_NE(config_error([&] { config.table("seed"); }).find("must be a table"), std::string::npos);
  EXPECT_NE(config_error([&] { config.boolean("seed", true); }).find("true or false"), std::string::npos);
}

TEST(Config, MissingKeysNameTheNearest) {
  ConfigTable config = sample();
  EXPECT_NE(config_error([&] {
              config.string("nme");
            }).find("'nme' is missing; expected a string; did you mean 'name'"),
            std::string::npos);
  EXPECT_NE(config_error([&] { config.table("fti"); }).find("did you mean 'fit'"), std::string::npos);
}

TEST(Config, ChoicesAreListed) {
  ConfigTable config = sample({"fit.method=acu"});
  ConfigTable fit = config.table("fit");
  EXPECT_EQ(
      config_error([&] {
        fit.choice("method", {"auc", "score"}, "auc");
      }),
      "--set fit.method=acu: 'fit.method' must be one of 'auc', 'score', not 'acu'; did you mean 'auc'?");
}

TEST(Config, RefusesNumbersThatAreNotFinite) {
  for (const char* text : {"x = nan", "x = inf", "x = -inf"}) {
    ConfigTable config = ConfigTable::from_string(text, "c");
    EXPECT_NE(config_error([&] { config.number("x"); }), "");
    EXPECT_NE(config_error([&] { config.integer("x", 1); }), "");
  }
  ConfigTable list = ConfigTable::from_string("x = [1.0, nan]", "c");
  EXPECT_NE(config_error([&] { list.numbers("x"); }).find("entry 2"), std::string::npos);
}

TEST(Config, UnknownKeysAreErrorsWithASuggestion) {
  ConfigTable config = ConfigTable::from_string("[fit]\nmetod = \"auc\"\n", "card.toml");
  ConfigTable fit = config.table("fit");
  fit.string("method", "auc");
  EXPECT_EQ(config_error([&] { config.finish(); }),
            "card.toml:2: unknown key 'fit.metod'; did you mean 'fit.method'?");
  EXPECT_NE(config_error([&] { fit.finish(); }), "");
}

TEST(Config, UnknownTablesAreErrors) {
  ConfigTable config = ConfigTable::from_string("a = 1\n[extra]\nb = 2\n", "card.toml");
  config.integer("a");
  EXPECT_NE(config_error([&] { config.finish(); }).find("card.toml:2: unknown key 'extra'"),
            std::string::npos);
}

TEST(Config, FinishPassesWhenAllWasRead) {
  ConfigTable config = ConfigTable::from_string("a = 1\n[t]\nb = 2\n", "c");
  config.integer("a");
  config.table("t").integer("b");
  EXPECT_NO_THROW(config.finish());
}

TEST(Config, OverridesReplaceAndCreate) {
  ConfigTable config =
      sample({"seed=9", "name=other", "fit.scan.points = 5", "new.deep.key=[1,2]",
              "pythia.\"TimeShower:alphaSvalue\"=0.12", "pythia.Beams:idB=-11", "flag=true"});
  EXPECT_EQ(config.integer("seed"), 9);
  EXPECT_EQ(config.string("name"), "other");
  EXPECT_EQ(config.table("fit").table("scan").integer("points"), 5);
  EXPECT_EQ(config.table("new").table("deep").numbers("key"), (std::vector<double>{1, 2}));
  EXPECT_EQ(config.table("pythia").number("TimeShower:alphaSvalue"), 0.12);
  EXPECT_EQ(config.table("pythia").scalar_text("Beams:idB"), "-11");
  EXPECT_TRUE(config.boolean("flag", false));
}

TEST(Config, OverridesThatCannotBe) {
  EXPECT_NE(config_error([] { sample({"seed"}); }).find("no '='"), std::string::npos);
  EXPECT_NE(config_error([] { sample({"a..b=1"}); }).find("empty"), std::string::npos);
  EXPECT_NE(config_error([] { sample({"=1"}); }).find("empty"), std::string::npos);
  EXPECT_NE(config_error([] { sample({"seed.x=1"}); }).find("'seed' is a value, not a table"),
            std::string::npos);
  ConfigTable typed = sample({"seed=many"});
  EXPECT_EQ(config_error([&] { typed.integer("seed"); }).substr(0, 37),
            "--set seed=many: 'seed' must be an in");
  ConfigTable unknown = ConfigTable::from_string("", "c", {"sed=1"});
  unknown.integer("seed", 1);
  EXPECT_EQ(config_error([&] { unknown.finish(); }), "--set sed=1: unknown key 'sed'; did you mean 'seed'?");
}

TEST(Config, AnOverrideCannotSmuggleInASecondKey) {
  ConfigTable config = sample({"name=1\nseed = 8"});
  EXPECT_EQ(config.integer("seed"), 7);
  EXPECT_EQ(config.string("name"), "1\nseed = 8");
}

TEST(Config, ScalarsAsText) {
  ConfigTable pythia = sample().table("pythia");
  EXPECT_EQ(pythia.keys(), (std::vector<std::string>{"TimeShower:alphaSvalue", "Beams:idA", "HadronLevel:all",
                                                     "Main:spareWord1"}));
  EXPECT_EQ(pythia.scalar_text("TimeShower:alphaSvalue"), "0.1365");
  EXPECT_EQ(pythia.scalar_text("Beams:idA"), "11");
  EXPECT_EQ(pythia.scalar_text("HadronLevel:all"), "true");
  EXPECT_EQ(pythia.scalar_text("Main:spareWord1"), "text");
}

TEST(Config, UnknownKeysOfSubTablesAreFoundThere) {
  ConfigTable config = ConfigTable::from_string("[fit]\nmax_epochs = 3\n", "card.toml");
  ConfigTable fit = config.table("fit");
  fit.table_or_empty("training").integer("max_epochs", 10);
  EXPECT_EQ(config_error([&] { config.finish(); }),
            "card.toml:2: unknown key 'fit.max_epochs'; did you mean 'fit.training.max_epochs'?");
}

TEST(Config, ArgumentsHaveNoLines) {
  ConfigTable config =
      ConfigTable::from_arguments("[fit]\nmethd = \"auc\"\nevents = \"many\"\n", "trueup.fit");
  ConfigTable fit = config.table("fit");
  EXPECT_EQ(config_error([&] { fit.integer("events"); }),
            "trueup.fit: 'fit.events' must be an integer, not a string ('many')");
  fit.string("method", "auc");
  EXPECT_EQ(config_error([&] { config.finish(); }),
            "trueup.fit: unknown key 'fit.methd'; did you mean 'fit.method'?");
}

TEST(Config, BadTomlNamesThePlace) {
  const std::string message = config_error([] { ConfigTable::from_string("a = 1\nb = = 2\n", "card.toml"); });
  EXPECT_EQ(message.substr(0, 12), "card.toml:2:");
  EXPECT_NE(config_error([] { ConfigTable::from_string("a = 1\na = 2\n", "c"); }), "");
}

TEST(Config, ReadsFiles) {
  TempDir dir;
  write_text_atomically(dir / "c.toml", "x = 1\n");
  EXPECT_EQ(ConfigTable::from_file(dir / "c.toml").integer("x"), 1);
  EXPECT_NE(config_error([&] { ConfigTable::from_file(dir / "none.toml"); }).find("does not exist"),
            std::string::npos);
  EXPECT_NE(config_error([&] { ConfigTable::from_file(dir.path()); }).find("directory"), std::string::npos);
}

TEST(Config, WritesWhatItHolds) {
  ConfigTable again = ConfigTable::from_string(sample({"fit.scan.points=5"}).to_toml(), "again.toml");
  EXPECT_EQ(again.table("fit").table("scan").integer("points"), 5);
  EXPECT_EQ(again.table("pythia").scalar_text("TimeShower:alphaSvalue"), "0.1365");
  EXPECT_EQ(again.number("rate"), 1e-3);
}

TEST(Config, FailNamesThePlace) {
  ConfigTable config = sample();
  EXPECT_EQ(config_error([&] { config.table("fit").fail("events", "must be positive"); }),
            "card.toml:12: 'fit.events' must be positive");
}

TEST(Config, IncludesAddWhatATableLacks) {
  const TempDir dir;
  write_text_atomically(dir / "base.toml", "size = 3\nname = \"base\"\n[deep]\na = 1\nb = 2\n");
  write_text_atomically(dir / "main.toml",
                        "[part]\ninclude = \"base.toml\"\nname = \"mine\"\n[part.deep]\nb = 7\n");
  ConfigTable root = ConfigTable::from_file(dir / "main.toml", {"part.deep.a=9"});
  EXPECT_EQ(root.to_toml().find("include"), std::string::npos);
  ConfigTable part = root.table("part");
  EXPECT_EQ(part.integer("size"), 3);
  EXPECT_EQ(part.string("name"), "mine");
  EXPECT_EQ(part.table("deep").integer("a"), 9);
  EXPECT_EQ(part.table("deep").integer("b"), 7);
  root.finish();
}

TEST(Config, IncludesInIncludedFilesAreRelativeToThem) {
  const TempDir dir;
  std::filesystem::create_directories(dir.path() / "sub");
  write_text_atomically(dir / "sub/inner.toml", "a = 1\n");
  write_text_atomically(dir / "sub/outer.toml", "[t]\ninclude = \"inner.toml\"\n");
  write_text_atomically(dir / "main.toml", "include = \"sub/outer.toml\"\n");
  EXPECT_EQ(ConfigTable::from_file(dir / "main.toml").table("t").integer("a"), 1);
}

TEST(Config, ErrorsInIncludedFilesNameThem) {
  const TempDir dir;
  write_text_atomically(dir / "base.toml", "\nsize = \"three\"\nextra = 1\n");
  write_text_atomically(dir / "main.toml", "include = \"base.toml\"\n");
  ConfigTable root = ConfigTable::from_file(dir / "main.toml");
  EXPECT_NE(message_of<ConfigError>([&] { root.integer("size"); }).find("base.toml:2"), std::string::npos);
  EXPECT_NE(message_of<ConfigError>([&] { root.finish(); }).find("base.toml:3: unknown key 'extra'"),
            std::string::npos);
}

TEST(Config, IncludesThatCannotBe) {
  const TempDir dir;
  const auto says = [&](const std::string& text, const std::string& word) {
    write_text_atomically(dir / "main.toml", text);
    const std::string message = message_of<ConfigError>([&] { ConfigTable::from_file(dir / "main.toml"); });
    EXPECT_NE(message.find(word), std::string::npos) << text << ": " << message;
  };
  write_text_atomically(dir / "bad.toml", "a = = 1\n");
  write_text_atomically(dir / "back.toml", "include = \"main.toml\"\n");
  says("\ninclude = \"nowhere.toml\"\n", "main.toml:2");
  says("include = \"nowhere.toml\"\n", "nowhere.toml");
  says("include = 3\n", "name of a file");
  says("include = \"main.toml\"\n", "includes itself");
  says("include = \"back.toml\"\n", "includes itself");
  says("include = \"bad.toml\"\n", "bad.toml:1");
}

}  // namespace
}  // namespace trueup
