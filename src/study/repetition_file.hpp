// A finished repetition on disk, so that an interrupted study goes on where it was.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <trueup/monitor.hpp>

#include "study/study.hpp"

namespace trueup {

/// Written atomically. `key` says what the repetition was made from.
void save_repetition(const Repetition& repetition, const std::string& key, const std::filesystem::path& file);

/// Nothing when there is no such file, or it has another key, or cannot be read; the monitor is told of the latter two.
std::optional<Repetition> load_repetition(const std::filesystem::path& file, const std::string& key,
                                          Monitor& monitor);

}  // namespace trueup
