// Checking a Les Houches event file from its first line to its last, before Pythia sees it.
#pragma once

#include <cstddef>
#include <filesystem>

namespace trueup::sim {

struct LheFile {
  std::size_t events = 0;
};

/// Reads all of it, compressed (gzip) or not. Throws DataError, with the event's number (from 1) where there is one: not
/// such a file; no <init> block; a strategy of weights by which a shower program throws events away (IDWTUP ±1, ±2), so that
/// events and rows would not correspond; an event that is not whole, or has something that is no finite number; a file that
/// ends early.
LheFile check_lhe(const std::filesystem::path& path);

}  // namespace trueup::sim
