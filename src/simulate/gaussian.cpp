// The analytic sample: one Gaussian, seen through Gaussian noise.
#include "simulate/gaussian.hpp"

#include <algorithm>
#include <mutex>

#include <trueup/error.hpp>
#include <trueup/random.hpp>
#include <trueup/threads.hpp>

#include "simulate/scan.hpp"

namespace trueup::sim {
namespace {

constexpr std::size_t kPieceEvents = 4096;

/// The number that a setting's name stands for.
double& setting_of(GaussianCard& card, const std::string& name) {
  if (name == "mean") return card.mean;
  if (name == "sigma") return card.sigma;
  if (name == "noise") return card.noise;
  throw ConfigError("the gaussian source has no setting '" + name + "'; it has 'mean', 'sigma', 'noise'");
}

/// Applies the fixed parameters and checks that all values make sense.
GaussianCard resolved(const SimulationCard& card) {
  GaussianCard gaussian = card.gaussian;
  for (const FixedParameter& p : card.fixed) setting_of(gaussian, p.setting) = p.value;
  for (const ScannedParameter& p : card.scan) setting_of(gaussian, p.setting) = p.low;
  if (!(gaussian.sigma > 0.0) || !(gaussian.noise >= 0.0)) {
    throw ConfigError("the gaussian source needs sigma > 0 and noise >= 0, over the whole range of a scan");
  }
  return gaussian;
}

struct Columns {
  std::vector<float> gen, det;
  std::vector<std::vector<float>> scanned;
};

void fill_piece(const SimulationCard& card, const GaussianCard& base, std::uint64_t seed, std::size_t piece,
                Columns& out) {
  const std::size_t first = piece * kPieceEvents, last = std::min(first + kPieceEvents, card.events);
  for (std::size_t i = first; i < last; ++i) {
    GaussianCard now = base;
    const std::vector<double> values = scan_point(card.scan, seed, i);
    for (std::size_t p = 0; p < values.size(); ++p) {
      setting_of(now, card.scan[p].setting) = values[p];
      out.scanned[p][i] = static_cast<float>(values[p]);
    }
    RandomStream stream(seed, "gaussian", i);
    const double x = now.mean + now.sigma * stream.normal();
    out.gen[i] = static_cast<float>(x);
    out.det[i] = static_cast<float>(x + now.noise * stream.normal());
  }
}

bool wanted(const SimulationCard& card, const std::string& column) {
  for (const SimulatedColumn& c : gaussian_columns(card)) {
    if (c.name == column) return true;
  }
  return false;
}

}  // namespace

std::vector<SimulatedColumn> gaussian_columns(const SimulationCard& card) {
  if (!card.output.groups.empty()) throw ConfigError("output.groups: the gaussian source has no groups");
  std::vector<SimulatedColumn> available;
  for (const std::string& level : card.output.levels) {
    if (level == "generator") available.push_back({"gen_x", "", "value at generator level"});
    if (level == "detector") available.push_back({"det_x", "", "value with the detector's noise"});
  }
  if (card.output.columns.empty()) return available;
  std::vector<SimulatedColumn> chosen;
  for (const std::string& name : card.output.columns) {
    const auto at =
        std::find_if(available.begin(), available.end(), [&](const auto& c) { return c.name == name; });
    if (at == available.end()) {
      throw ConfigError("output.columns: this card gives no column '" + name + "'" +
                        did_you_mean(name, {"gen_x", "det_x"}));
    }
    chosen.push_back(*at);
  }
  return chosen;
}

void check_gaussian(const SimulationCard& card) {
  resolved(card);
}

Table gaussian_table(const SimulationCard& card, const SimulateOptions& options, Monitor& monitor) {
  const GaussianCard base = resolved(card);
  Columns columns;
  columns.gen.resize(card.events);
  columns.det.resize(card.events);
  columns.scanned.assign(card.scan.size(), std::vector<float>(card.events));
  ThreadPool pool(options.threads);
  std::mutex mutex;
  std::size_t done = 0;
  pool.run((card.events + kPieceEvents - 1) / kPieceEvents, [&](std::size_t piece, int) {
    check_interrupt(monitor, "simulate");
    fill_piece(card, base, options.seed, piece, columns);
    const std::lock_guard lock(mutex);
    done += std::min(kPieceEvents, card.events - piece * kPieceEvents);
    monitor.progress("simulate", done, card.events, "");
  });
  Table table;
  if (wanted(card, "gen_x")) table.add_column("gen_x", std::move(columns.gen));
  if (wanted(card, "det_x")) table.add_column("det_x", std::move(columns.det));
  for (std::size_t p = 0; p < card.scan.size(); ++p) {
    table.add_column(card.scan[p].name, std::move(columns.scanned[p]), card.scan[p].unit);
  }
  describe(table, card, options.seed);
  return table;
}

}  // namespace trueup::sim
