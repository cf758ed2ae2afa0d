// Finding studies by their files.
#include <trueup/study.hpp>

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include <core/config.hpp>
#include <trueup/error.hpp>

namespace fs = std::filesystem;

namespace trueup {
namespace {

StudyInfo read_info(const fs::path& file) {
  ConfigTable root = ConfigTable::from_file(file);
  return {file.stem().string(), root.string("title"), root.string("source"), file};
}

std::vector<fs::path> study_files(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  for (const fs::directory_entry& paper : fs::directory_iterator(folder, error)) {
    if (!paper.is_directory()) continue;
    for (const fs::directory_entry& entry : fs::directory_iterator(paper.path())) {
      if (entry.is_regular_file() && entry.path().extension() == ".toml") files.push_back(entry.path());
    }
  }
  if (error) {
    throw EnvironmentError(
        fmt::format("cannot read the folder of studies '{}': {}", folder.string(), error.message()));
  }
  std::sort(files.begin(), files.end(),
            [](const fs::path& a, const fs::path& b) { return a.filename() < b.filename(); });
  return files;
}

}  // namespace

std::vector<StudyInfo> list_studies(const fs::path& folder) {
  std::vector<StudyInfo> studies;
  for (const fs::path& file : study_files(folder)) studies.push_back(read_info(file));
  return studies;
}

StudyInfo find_study(const fs::path& folder, const std::string& name) {
  std::vector<std::string> names;
  for (const StudyInfo& study : list_studies(folder)) {
    if (study.name == name) return study;
    names.push_back(study.name);
  }
  throw ConfigError(fmt::format("there is no study '{}'{}; there are {}", name, did_you_mean(name, names),
                                quoted_list(names)));
}

}  // namespace trueup
