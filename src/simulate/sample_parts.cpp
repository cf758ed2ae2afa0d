// Parts of one sample: their ranges of events, and what they must have in common.
#include <trueup/sample_parts.hpp>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include <trueup/error.hpp>
#include <trueup/resumable.hpp>

namespace trueup {
namespace {

constexpr const char* kCard = "card";
constexpr const char* kFirst = "first_event";
constexpr const char* kEvents = "events";  // of samples with required columns, which have fewer rows
constexpr const char* kFailed = "pythia.failed_events";
constexpr const char* kGivenUp = "pythia.given_up_events";
/// What may differ: where a part lies, how many events it has, and the keys of its own call.
const std::vector<std::string> kOwn{kCard, kFirst, kEvents, kFailed, kGivenUp, kSampleKey};

std::string quoted(const SamplePart& part) {
  return "'" + part.name + "'";
}

const std::string* find(const SamplePart& part, const std::string& key) {
  const auto found = part.metadata.find(key);
  return found == part.metadata.end() ? nullptr : &found->second;
}

std::size_t count_of(const SamplePart& part, const std::string& key, std::size_t fallback) {
  const std::string* text = find(part, key);
  if (text == nullptr) return fallback;
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size())
    throw DataError(fmt::format("{}: its metadata have {} = '{}', which is no number of events", quoted(part),
                                key, *text));
  return value;
}

/// The card without its number of events, which each machine may set otherwise.
SimulationCard card_of(const SamplePart& part) {
  const std::string* text = find(part, kCard);
  if (text == nullptr || find(part, "seed") == nullptr)
    throw DataError(quoted(part) +
                    ": its metadata have no card and seed: it was not made by 'trueup simulate'");
  return parse_simulation_card(*text, "the card in " + part.name);
}

std::string without_events(const SamplePart& part) {
  return parse_simulation_card(*find(part, kCard), "the card in " + part.name, {"source.events=1"}).toml;
}

std::string shortened(const std::string* value) {
  constexpr std::size_t kMost = 60;
  if (value == nullptr) return "none";
  return value->size() <= kMost ? "'" + *value + "'" : "'" + value->substr(0, kMost) + "…'";
}

void require_same(const SamplePart& first, const SamplePart& other) {
  if (without_events(first) != without_events(other))
    throw DataError(fmt::format("{} and {} are from different cards: 'trueup info' shows them", quoted(first),
                                quoted(other)));
  std::map<std::string, std::string> keys = first.metadata;
  keys.insert(other.metadata.begin(), other.metadata.end());
  for (const auto& [key, value] : keys) {
    if (std::find(kOwn.begin(), kOwn.end(), key) != kOwn.end()) continue;
    const std::string *mine = find(first, key), *theirs = find(other, key);
    if (mine != nullptr && theirs != nullptr && *mine == *theirs) continue;
    throw DataError(
        fmt::format("{} and {} are no parts of one sample: {} is {} in the one and {} in the other",
                    quoted(first), quoted(other), key, shortened(mine), shortened(theirs)));
  }
}

/// Events [first, last) of the sample.
struct Range {
  std::size_t first = 0, last = 0;
};

/// "events 500 to 999 (trueup simulate with --first-event 500 --events 500)"
std::string missing_text(const Range& gap, std::size_t block_events) {
  const std::string events = fmt::format("events {} to {}", gap.first, gap.last - 1);
  if (gap.first % block_events != 0)
    return fmt::format("{} (the part before ends within a block of {}: make it again with more events)",
                       events, block_events);
  return fmt::format("{} (trueup simulate with --first-event {} --events {})", events, gap.first,
                     gap.last - gap.first);
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : "; ") + text;
  return all;
}

void require_all_events(const std::vector<SamplePart>& parts, const std::vector<Range>& ranges,
                        const std::vector<std::size_t>& order, std::size_t events, std::size_t block_events) {
  std::vector<std::string> missing;
  std::size_t reached = 0;
  std::optional<std::size_t> before;
  for (const std::size_t p : order) {
    if (ranges[p].first < reached) {
      throw DataError(fmt::format("{} and {} both have events {} to {}: each event must be in one part",
                                  quoted(parts[*before]), quoted(parts[p]), ranges[p].first,
                                  std::min(reached, ranges[p].last) - 1));
    }
    if (ranges[p].first > reached) missing.push_back(missing_text({reached, ranges[p].first}, block_events));
    reached = ranges[p].last;
    before = p;
  }
  if (events != 0 && reached > events)
    throw DataError(fmt::format("the parts have {} events, more than the {} asked for", reached, events));
  if (events > reached) missing.push_back(missing_text({reached, events}, block_events));
  if (!missing.empty()) throw DataError("the parts are not a whole sample; missing are " + joined(missing));
}

}  // namespace

SampleOfParts join_parts(const std::vector<SamplePart>& parts, std::size_t events) {
  if (parts.empty()) throw DataError("there is no part to join");
  const SimulationCard card = card_of(parts.front());
  std::vector<Range> ranges;
  for (const SamplePart& part : parts) {
    card_of(part);
    require_same(parts.front(), part);
    const std::size_t first = count_of(part, kFirst, 0), made = count_of(part, kEvents, part.rows);
    if (made == 0) throw DataError(quoted(part) + " has no events");
    ranges.push_back({first, first + made});
  }
  SampleOfParts whole;
  whole.order.resize(parts.size());
  std::iota(whole.order.begin(), whole.order.end(), std::size_t{0});
  std::stable_sort(whole.order.begin(), whole.order.end(),
                   [&](std::size_t a, std::size_t b) { return ranges[a].first < ranges[b].first; });
  require_all_events(parts, ranges, whole.order, events, card.block_events);
  whole.events = ranges[whole.order.back()].last;
  const SamplePart& first = parts[whole.order.front()];
  whole.metadata = first.metadata;
  if (whole.metadata.contains(kEvents)) whole.metadata[kEvents] = std::to_string(whole.events);
  for (const char* key : {kFailed, kGivenUp}) {
    if (!whole.metadata.contains(key)) continue;
    std::size_t sum = 0;
    for (const SamplePart& part : parts) sum += count_of(part, key, 0);
    whole.metadata[key] = std::to_string(sum);
  }
  whole.key = sample_key(card_of(first), {whole.events, count_of(first, "seed", 0)});
  return whole;
}

}  // namespace trueup
