// Parts of a sample: which fit, and what is wrong with those that do not.
#include <trueup/sample_parts.hpp>

#include <gtest/gtest.h>

#include <trueup/error.hpp>
#include <trueup/resumable.hpp>

#include "pythia_card.hpp"
#include "same_tables.hpp"

namespace trueup {
namespace {

using testing_support::expect_same_tables;

SamplePart part(const std::string& name, std::size_t first, std::size_t events,
                std::map<std::string, std::string> more = {}) {
  SamplePart p{name, events, {{"card", pythia_card().toml}, {"seed", "4"}, {"generator", "Pythia 8.3"}}};
  if (first > 0) p.metadata["first_event"] = std::to_string(first);
  more.merge(p.metadata);
  p.metadata = std::move(more);
  return p;
}

/// The DataError of parts that do not fit.
std::string complaint(const std::vector<SamplePart>& parts, std::size_t events = 0) {
  try {
    join_parts(parts, events);
  } catch (const DataError& error) {
    return error.what();
  }
  ADD_FAILURE() << "no complaint";
  return "";
}

void expect_words(const std::string& text, const std::vector<std::string>& words) {
  for (const std::string& word : words)
    EXPECT_NE(text.find(word), std::string::npos) << word << " in: " << text;
}

TEST(SampleParts, InTheOrderOfTheirEvents) {
  const SampleOfParts whole = join_parts({part("b", 300, 200), part("c", 500, 50), part("a", 0, 300)}, 550);
  EXPECT_EQ(whole.order, (std::vector<std::size_t>{2, 0, 1}));
  EXPECT_EQ(whole.events, 550u);
  EXPECT_FALSE(whole.metadata.contains("first_event"));
  EXPECT_EQ(whole.metadata.at("seed"), "4");
  EXPECT_EQ(whole.key, sample_key(pythia_card(), {550, 4}));
}

TEST(SampleParts, EventsThatGaveNoRowCount) {
  // Required columns: rows are fewer than events, which the metadata say.
  SamplePart a = part("a", 0, 7,
                      {{"events", "100"}, {"pythia.failed_events", "1"}, {"pythia.given_up_events", "93"}}),
             b = part("b", 100, 5,
                      {{"events", "200"}, {"pythia.failed_events", "2"}, {"pythia.given_up_events", "195"}});
  const SampleOfParts whole = join_parts({a, b});
  EXPECT_EQ(whole.metadata.at("events"), "300");
  EXPECT_EQ(whole.metadata.at("pythia.failed_events"), "3");
  EXPECT_EQ(whole.metadata.at("pythia.given_up_events"), "288");
  b.metadata["events"] = "many";
  expect_words(complaint({a, b}), {"'b'", "events", "'many'"});
}

TEST(SampleParts, WhatIsMissingIsNamed) {
  expect_words(complaint({part("a", 100, 200), part("b", 500, 100)}, 900),
               {"missing", "events 0 to 99 (trueup simulate with --first-event 0 --events 100)",
                "events 300 to 499 (trueup simulate with --first-event 300 --events 200)",
                "events 600 to 899 (trueup simulate with --first-event 600 --events 300)"});
  // A block that is not whole cannot be gone on with.
  expect_words(complaint({part("a", 0, 250), part("b", 300, 100)}),
               {"events 250 to 299", "within a block of 100"});
  expect_words(complaint({part("a", 0, 300)}, 200), {"300", "more than the 200"});
  EXPECT_THROW(join_parts({}), DataError);
  expect_words(complaint({part("a", 0, 0)}), {"'a'", "no events"});
}

TEST(SampleParts, NoEventTwice) {
  expect_words(complaint({part("a", 0, 300), part("b", 200, 300)}),
               {"'a'", "'b'", "both", "events 200 to 299"});
  expect_words(complaint({part("a", 0, 300), part("a", 0, 300)}), {"both", "events 0 to 299"});
}

TEST(SampleParts, OfOneSampleOnly) {
  const SamplePart a = part("a", 0, 100);
  expect_words(complaint({a, part("b", 100, 100, {{"seed", "5"}})}), {"'a'", "'b'", "seed", "'4'", "'5'"});
  expect_words(complaint({a, part("b", 100, 100, {{"generator", "Pythia 8.2"}})}),
               {"generator", "Pythia 8.2"});
  expect_words(complaint({a, part("b", 100, 100, {{"simulation_version", "2"}})}),
               {"simulation_version", "none"});
  expect_words(complaint({a, part("b", 100, 100, {{"card", pythia_card({"jets.radius=0.5"}).toml}})}),
               {"different cards"});
  // The card's own number of events may differ.
  EXPECT_EQ(join_parts({a, part("b", 100, 100, {{"card", pythia_card({"source.events=100"}).toml}})}).events,
            200u);
  SamplePart foreign{"x", 5, {}};
  expect_words(complaint({foreign}), {"'x'", "not made by 'trueup simulate'"});
}

TEST(SampleParts, TogetherTheyAreTheWhole) {
  const SimulationCard card = pythia_card({"source.block_events=20", "output.require=[\"det_njets\"]"});
  const Table whole = simulate(card, {100, 3, 2}, silent_monitor());
  std::vector<Table> tables{simulate(card, {40, 3, 1, 60}, silent_monitor()),
                            simulate(card, {60, 3, 1, 0}, silent_monitor())};
  std::vector<SamplePart> parts;
  for (const Table& table : tables) parts.push_back({"part", table.rows(), table.metadata()});
  const SampleOfParts found = join_parts(parts, 100);
  Table joined;
  for (const std::size_t p : found.order) joined.append(tables[p]);
  for (const auto& [key, value] : found.metadata) joined.set_metadata(key, value);
  expect_same_tables(whole, joined);
  EXPECT_EQ(found.key, sample_key(card, {100, 3}));
}

}  // namespace
}  // namespace trueup
