// Analytic samples: sources whose generator-level density is known, seen through a detector response.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <trueup/random.hpp>
#include <trueup/simulate.hpp>

namespace trueup::sim {

/// One source at one set of settings.
class AnalyticSource {
 public:
  virtual ~AnalyticSource() = default;
  virtual std::unique_ptr<AnalyticSource> clone() const = 0;

  virtual std::string name() const = 0;
  virtual std::vector<std::string> settings() const = 0;
  /// Sets one of settings(); nothing else is asked for.
  virtual void set(const std::string& setting, double value) = 0;
  /// ConfigError when the settings make no sense.
  virtual void check() const = 0;

  virtual std::vector<SimulatedColumn> generator_columns() const = 0;
  virtual std::vector<SimulatedColumn> detector_columns() const = 0;
  /// One event: generator columns, then detector columns.
  virtual void draw(RandomStream& stream, std::span<float> values) const = 0;
  /// log of the density of one generator-level column, 0 ≤ column < generator_columns().size(), for sources whose columns
  /// are independent of one another (has_exact_density).
  virtual double log_density(std::size_t column, double x) const = 0;
};

/// log of the normal density with this mean and standard deviation.
double log_normal_density(double x, double mean, double sigma);

std::unique_ptr<AnalyticSource> gaussian_source(const GaussianCard& card);
std::unique_ptr<AnalyticSource> gaussian_pair_source(const GaussianPairCard& card);
std::unique_ptr<AnalyticSource> populations_source(const PopulationsCard& card);

/// Whether the card is one of an analytic source.
bool is_analytic(const SimulationCard& card);

/// The columns that the card asks for.
std::vector<SimulatedColumn> analytic_columns(const SimulationCard& card);
/// ConfigError for a fixed or scanned setting that the source does not have, or a value that makes no sense.
void check_analytic(const SimulationCard& card);
Table analytic_table(const SimulationCard& card, const SimulateOptions& options, Monitor& monitor);

}  // namespace trueup::sim
