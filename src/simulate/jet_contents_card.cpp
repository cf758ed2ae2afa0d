// Reading what a card says about the inside of jets.
#include <algorithm>

#include <trueup/error.hpp>

#include "simulate/card_sections.hpp"
#include "simulate/constituents.hpp"

namespace trueup {
namespace {

constexpr int kMostAxes = 8;
constexpr int kMostPoints = 4;

double positive(ConfigTable& table, const std::string& key, double fallback) {
  const double value = table.number(key, fallback);
  if (!(value > 0.0)) table.fail(key, "must be positive");
  return value;
}

/// The list "n": whole numbers from `least` to `most`, none twice.
std::vector<int> read_orders(ConfigTable& table, const std::vector<std::int64_t>& fallback, int least,
                             int most) {
  std::vector<int> orders;
  for (const std::int64_t n : table.integers("n", fallback)) {
    if (n < least || n > most) {
      table.fail("n", "has " + std::to_string(n) + "; it takes numbers from " + std::to_string(least) +
                          " to " + std::to_string(most));
    }
    if (std::find(orders.begin(), orders.end(), n) != orders.end()) table.fail("n", "has a number twice");
    orders.push_back(static_cast<int>(n));
  }
  return orders;
}

/// What the card has already, for a further detector; else the default.
std::vector<std::int64_t> orders_or(const std::vector<int>& given,
                                    const std::vector<std::int64_t>& fallback) {
  return given.empty() ? fallback : std::vector<std::int64_t>(given.begin(), given.end());
}

void read_nsubjettiness(ConfigTable& parent, NsubjettinessCard& card) {
  if (!parent.has("nsubjettiness")) return;
  ConfigTable table = parent.table("nsubjettiness");
  card.n = read_orders(table, orders_or(card.n, {1, 2, 3, 4}), 1, kMostAxes);
  card.beta = positive(table, "beta", card.beta);
  card.axes = table.choice("axes", {"kt", "wta_kt", "cambridge", "onepass_kt", "onepass_wta_kt"}, card.axes);
}

void read_correlators(ConfigTable& parent, CorrelatorCard& card) {
  if (!parent.has("correlators")) return;
  ConfigTable table = parent.table("correlators");
  card.n = read_orders(table, orders_or(card.n, {2, 3}), 2, kMostPoints);
  card.beta = positive(table, "beta", card.beta);
}

void read_soft_drop(ConfigTable& parent, SoftDropCard& card) {
  if (!parent.has("soft_drop")) return;
  ConfigTable table = parent.table("soft_drop");
  card.wanted = true;
  card.beta = table.number("beta", card.beta);
  card.zcut = table.number("zcut", card.zcut);
  if (!(card.zcut > 0.0 && card.zcut < 0.5)) table.fail("zcut", "must lie between 0 and 0.5");
}

}  // namespace

void read_constituents(ConfigTable table, ConstituentCard& card) {
  card.columns = table.strings("columns", card.columns);
  const std::vector<std::string>& known = sim::constituent_columns();
  if (card.columns.empty()) table.fail("columns", "names no column; known are " + quoted_list(known));
  for (auto at = card.columns.begin(); at != card.columns.end(); ++at) {
    if (std::find(known.begin(), known.end(), *at) == known.end()) {
      table.fail("columns", "unknown column '" + *at + "'" + did_you_mean(*at, known) + "; known are " +
                                quoted_list(known));
    }
    if (std::find(card.columns.begin(), at, *at) != at) table.fail("columns", "names '" + *at + "' twice");
  }
}

void read_substructure(ConfigTable table, SubstructureCard& card) {
  card.wanted = true;
  card.algorithm = table.choice("algorithm", {"antikt", "kt", "cambridge"}, card.algorithm);
  card.radius = positive(table, "radius", card.radius);
  card.min_pt = positive(table, "min_pt", card.min_pt);
  card.neighbour_min_pt = positive(table, "neighbour_min_pt", card.neighbour_min_pt);
  const std::int64_t jets = table.integer("jets", static_cast<std::int64_t>(card.jets));
  if (jets < 1 || jets > 10) table.fail("jets", "must be 1 to 10");
  card.jets = static_cast<std::size_t>(jets);
  read_nsubjettiness(table, card.nsubjettiness);
  read_correlators(table, card.correlators);
  read_soft_drop(table, card.soft_drop);
}

}  // namespace trueup
