// Who may write into a run's folder, and what stays of an older run.
#include <gtest/gtest.h>

#include <fstream>

#include <core/files.hpp>
#include <core/temp_dir.hpp>
#include <result/run_folder.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

namespace fs = std::filesystem;
using testing_support::message_of;
using testing_support::TempDir;

std::string config_of(const std::string& command) {
  return "# " + RunFolder::signature(command) + "\n";
}

RunFolder open(const fs::path& path, const std::string& command, bool force = false,
               RunFolder::Keep keep = RunFolder::Keep::nothing) {
  return RunFolder(path, command, force, keep, config_of(command));
}

TEST(RunFolder, CreatesTheFolderAndItsParents) {
  TempDir dir;
  const RunFolder run = open(dir.path() / "a" / "b", "fit");
  EXPECT_EQ(read_text(run.file("config.toml")), config_of("fit"));
}

TEST(RunFolder, CheckLeavesNothing) {
  TempDir dir;
  RunFolder::check(dir.path() / "a" / "b", "fit", false);
  EXPECT_EQ(dir.entries(), 0U);
}

TEST(RunFolder, ReplacesARunOfTheSameCommand) {
  TempDir dir;
  const RunFolder first = open(dir.path() / "run", "fit");
  for (const char* name : {"result.json", "model.onnx", "model_2.onnx", "report.html", "mine.txt",
                           "my_model.onnx", "model_.onnx", "model_a.onnx"}) {
    first.write(name, "old");
  }
  const RunFolder kept = open(dir.path() / "run", "fit", false, RunFolder::Keep::finished);
  EXPECT_FALSE(fs::exists(kept.file("result.json")));
  EXPECT_FALSE(fs::exists(kept.file("report.html")));
  EXPECT_TRUE(fs::exists(kept.file("model_2.onnx")));
  const RunFolder replaced = open(dir.path() / "run", "fit");
  EXPECT_FALSE(fs::exists(replaced.file("model_2.onnx")));
  EXPECT_TRUE(fs::exists(replaced.file("mine.txt")));
  for (const char* name : {"my_model.onnx", "model_.onnx", "model_a.onnx"})
    EXPECT_TRUE(fs::exists(replaced.file(name))) << name;
}

TEST(RunFolder, RefusesWhatIsNotItsOwnUnlessForced) {
  TempDir dir;
  open(dir.path() / "run", "reweight").write("result.json", "{}");
  const std::string message = message_of<ConfigError>([&] { open(dir.path() / "run", "fit"); });
  EXPECT_NE(message.find("trueup reweight"), std::string::npos);
  EXPECT_NE(message.find("--force"), std::string::npos);
  EXPECT_NO_THROW(open(dir.path() / "run", "fit", true));

  std::ofstream(dir / "config.toml") << "[mine]\n";
  EXPECT_THROW(open(dir.path(), "fit"), ConfigError);
  EXPECT_EQ(read_text(dir / "config.toml"), "[mine]\n");
}

TEST(RunFolder, RefusesAFileAndAnUnwritableParent) {
  TempDir dir;
  std::ofstream(dir / "file") << "x";
  EXPECT_THROW(open(dir / "file", "fit"), EnvironmentError);
  EXPECT_THROW(open(dir / "file/run", "fit"), EnvironmentError);
  EXPECT_THROW(open("/proc/trueup-run", "fit"), EnvironmentError);
}

TEST(RunFolder, NamesModels) {
  EXPECT_EQ(RunFolder::model_name(0), "model.onnx");
  EXPECT_EQ(RunFolder::model_name(1), "model_2.onnx");
}

}  // namespace
}  // namespace trueup
