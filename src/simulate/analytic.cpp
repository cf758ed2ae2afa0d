// Tables and exact densities of analytic samples.
#include "simulate/analytic.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>

#include <trueup/error.hpp>
#include <trueup/threads.hpp>

#include "simulate/scan.hpp"

namespace trueup {
namespace sim {
namespace {

constexpr std::size_t kPieceEvents = 4096;

std::unique_ptr<AnalyticSource> source_of(const SimulationCard& card) {
  if (card.source == "gaussian") return gaussian_source(card.gaussian);
  if (card.source == "gaussian_pair") return gaussian_pair_source(card.gaussian_pair);
  return populations_source(card.populations);
}

void require_setting(const AnalyticSource& source, const std::string& setting) {
  const std::vector<std::string> known = source.settings();
  if (std::find(known.begin(), known.end(), setting) != known.end()) return;
  throw ConfigError("the " + source.name() + " source has no setting '" + setting + "'; it has " +
                    quoted_list(known));
}

/// With the fixed parameters set, and the scanned ones at the lower end of their ranges; all values make sense at both
/// ends.
std::unique_ptr<AnalyticSource> resolved(const SimulationCard& card) {
  std::unique_ptr<AnalyticSource> source = source_of(card);
  for (const FixedParameter& p : card.fixed) {
    require_setting(*source, p.setting);
    source->set(p.setting, p.value);
  }
  for (const ScannedParameter& p : card.scan) {
    require_setting(*source, p.setting);
    source->set(p.setting, p.high);
  }
  source->check();
  for (const ScannedParameter& p : card.scan) source->set(p.setting, p.low);
  source->check();
  return source;
}

/// Every column that the source can give, in the order of draw().
std::vector<SimulatedColumn> all_columns(const AnalyticSource& source) {
  std::vector<SimulatedColumn> columns = source.generator_columns();
  for (SimulatedColumn& column : source.detector_columns()) columns.push_back(std::move(column));
  return columns;
}

using Columns = std::vector<std::vector<float>>;

void fill_piece(const SimulationCard& card, AnalyticSource& source, std::uint64_t seed, std::size_t piece,
                Columns& values, Columns& scanned) {
  const std::size_t first = piece * kPieceEvents, last = std::min(first + kPieceEvents, card.events);
  std::vector<float> event(values.size());
  for (std::size_t i = first; i < last; ++i) {
    const std::vector<double> theta = scan_point(card.scan, seed, i);
    for (std::size_t p = 0; p < theta.size(); ++p) {
      source.set(card.scan[p].setting, theta[p]);
      scanned[p][i] = static_cast<float>(theta[p]);
    }
    RandomStream stream(seed, "gaussian", i);
    source.draw(stream, event);
    for (std::size_t c = 0; c < event.size(); ++c) values[c][i] = event[c];
  }
}

}  // namespace

bool is_analytic(const SimulationCard& card) {
  return card.source != "pythia" && card.source != "hepmc3" && card.source != "lhe";
}

std::vector<SimulatedColumn> analytic_columns(const SimulationCard& card) {
  const std::unique_ptr<AnalyticSource> source = source_of(card);
  if (!card.output.groups.empty())
    throw ConfigError("output.groups: the " + source->name() + " source has no groups");
  std::vector<SimulatedColumn> available;
  std::vector<std::string> names;
  for (const std::string& level : card.output.levels) {
    const auto columns = level == "generator" ? source->generator_columns() : source->detector_columns();
    for (const SimulatedColumn& column : columns) {
      available.push_back(column);
      names.push_back(column.name);
    }
  }
  if (card.output.columns.empty()) return available;
  std::vector<SimulatedColumn> chosen;
  for (const std::string& name : card.output.columns) {
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end()) {
      throw ConfigError("output.columns: this card gives no column '" + name + "'" +
                        did_you_mean(name, names));
    }
    chosen.push_back(available[static_cast<std::size_t>(at - names.begin())]);
  }
  return chosen;
}

void check_analytic(const SimulationCard& card) {
  resolved(card);
}

Table analytic_table(const SimulationCard& card, const SimulateOptions& options, Monitor& monitor) {
  const std::unique_ptr<AnalyticSource> base = resolved(card);
  const std::vector<SimulatedColumn> all = all_columns(*base);
  Columns values(all.size(), std::vector<float>(card.events));
  Columns scanned(card.scan.size(), std::vector<float>(card.events));
  ThreadPool pool(options.threads);
  std::mutex mutex;
  std::size_t done = 0;
  pool.run((card.events + kPieceEvents - 1) / kPieceEvents, [&](std::size_t piece, int) {
    check_interrupt(monitor, "simulate");
    const std::unique_ptr<AnalyticSource> own = base->clone();
    fill_piece(card, *own, options.seed, piece, values, scanned);
    const std::lock_guard lock(mutex);
    done += std::min(kPieceEvents, card.events - piece * kPieceEvents);
    monitor.progress("simulate", done, card.events, "");
  });
  Table table;
  for (const SimulatedColumn& wanted : analytic_columns(card)) {
    const auto at =
        std::find_if(all.begin(), all.end(), [&](const auto& c) { return c.name == wanted.name; });
    table.add_column(wanted.name, std::move(values[static_cast<std::size_t>(at - all.begin())]), wanted.unit);
  }
  for (std::size_t p = 0; p < card.scan.size(); ++p) {
    table.add_column(card.scan[p].name, std::move(scanned[p]), card.scan[p].unit);
  }
  describe(table, card, options.seed);
  return table;
}

}  // namespace sim

bool has_exact_density(const SimulationCard& card) {
  return card.source == "gaussian" || card.source == "gaussian_pair";
}

std::vector<double> log_density(const SimulationCard& card, const Table& events,
                                const std::vector<std::string>& columns) {
  if (!has_exact_density(card))
    throw ConfigError("the density of the source '" + card.source + "' is not known");
  if (!card.scan.empty()) throw ConfigError("the density needs fixed values of all parameters, not a scan");
  const std::unique_ptr<sim::AnalyticSource> source = sim::resolved(card);
  const std::vector<SimulatedColumn> known = source->generator_columns();
  std::vector<std::string> names;
  for (const SimulatedColumn& column : known) names.push_back(column.name);
  std::vector<double> sum(events.rows(), 0.0);
  for (const std::string& name : columns.empty() ? names : columns) {
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end()) {
      throw ConfigError("the density of '" + name + "' is not known" + did_you_mean(name, names) +
                        "; known are " + quoted_list(names));
    }
    const auto column = static_cast<std::size_t>(at - names.begin());
    const std::span<const float> values = events.values(name);
    for (std::size_t i = 0; i < sum.size(); ++i)
      sum[i] += source->log_density(column, static_cast<double>(values[i]));
  }
  return sum;
}

std::vector<float> exact_weights(const SimulationCard& target, const SimulationCard& nominal,
                                 const Table& events, const std::vector<std::string>& columns) {
  const std::vector<double> numerator = log_density(target, events, columns);
  const std::vector<double> denominator = log_density(nominal, events, columns);
  std::vector<float> weights(events.rows());
  for (std::size_t i = 0; i < weights.size(); ++i)
    weights[i] = static_cast<float>(std::exp(numerator[i] - denominator[i]));
  return weights;
}

}  // namespace trueup
