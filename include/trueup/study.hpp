// Studies: a paper's experiments as configurations, run with the published numbers beside ours.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace trueup {

/// What a study's file says of itself.
struct StudyInfo {
  std::string name;    ///< the file's, without ".toml"
  std::string title;   ///< one line
  std::string source;  ///< paper, sections, tables and figures
  std::filesystem::path file;
};

/// How much work: quick is for tests (a minute), desk for an answer today, paper has the paper's sample sizes and
/// repetitions.
inline const std::vector<std::string> kStudyScales{"quick", "desk", "paper"};

/// The studies in `folder`/*/*.toml, by name. EnvironmentError when there is no such folder; ConfigError for a file that is
/// no study's.
std::vector<StudyInfo> list_studies(const std::filesystem::path& folder);

/// The study of that name; ConfigError that suggests the nearest.
StudyInfo find_study(const std::filesystem::path& folder, const std::string& name);

}  // namespace trueup
