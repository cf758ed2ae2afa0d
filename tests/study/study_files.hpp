// A small study in a folder of its own, whose parts tests spoil.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <core/temp_dir.hpp>
#include <trueup/study.hpp>

namespace trueup::study_tests {

inline const std::string kCard = "[source]\ntype = \"gaussian\"\n";

inline const std::string kStudy = R"(
title = "a small study"
source = "nowhere"
kind = "fit"
card = "cards/gaussian.toml"
methods = ["auc"]
repetitions = 2
[parameters.mu]
setting = "mean"
nominal = 0.0
range = [-1.0, 1.0]
truth = 0.4
[events]
data = 15000
simulation = 15000
scanned = 20000
[levels]
generator = ["gen_x"]
detector = ["det_x"]
[reweight]
features = ["gen_x"]
[reweight.network]
hidden = [16]
[reweight.training]
batch_size = 250
max_epochs = 8
learning_rate = 5e-3
schedule = "cosine"
[fit]
coarse_points = 5
fine_points = 7
fine_window = 0.6
[fit.network]
hidden = [16]
[fit.training]
batch_size = 250
max_epochs = 6
learning_rate = 5e-3
[published."mu, detector level"]
value = 0.4
error = 0.1
[limits]
bias = 0.5
spread = 0.5
[scales.quick]
[scales.desk]
repetitions = 3
"fit.network.hidden" = "[9]"
[scales.paper]
)";

/// A folder with one paper's folder "p", a card, and the study "small".
class StudyFolder {
 public:
  explicit StudyFolder(const std::string& study = kStudy) {
    std::filesystem::create_directories(path() / "p" / "cards");
    std::ofstream(path() / "p" / "cards" / "gaussian.toml") << kCard;
    std::ofstream(path() / "p" / "small.toml") << study;
  }

  const std::filesystem::path& path() const { return folder_.path(); }
  StudyInfo small() const { return find_study(path(), "small"); }

 private:
  testing_support::TempDir folder_;
};

}  // namespace trueup::study_tests
