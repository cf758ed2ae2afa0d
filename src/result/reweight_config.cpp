// Reading and writing the configuration of `trueup reweight`.
#include "result/reweight_config.hpp"

#include "result/column_map_config.hpp"

namespace trueup {

ReweightJob read_reweight_job(ConfigTable& root) {
  ReweightJob job;
  const bool parametrised = !root.has("target");
  if (!parametrised && root.has("scanned")) {
    root.fail("target",
              "stands beside [scanned]: weights are learnt toward one target, or as a function of "
              "the parameters that [scanned] scans");
  }
  ConfigTable nominal = root.table("nominal");
  job.nominal_table = nominal.string("table");
  if (parametrised) job.nominal_theta = read_theta(nominal, "theta");
  job.nominal_columns = read_column_map(nominal);
  ConfigTable scanned = root.table(parametrised ? "scanned" : "target");
  job.scanned_table = scanned.string("table");
  job.scanned_columns = read_column_map(scanned);
  job.reweight = read_reweight_section(root.table("reweight"), parametrised);
  root.finish();
  return job;
}

std::string to_toml(const ReweightJob& job, const std::string& first_comment) {
  TomlText toml(first_comment);
  toml.section("nominal");
  toml.add("table", job.nominal_table);
  if (!job.nominal_theta.empty()) toml.add("theta", job.nominal_theta);
  add_column_map(toml, job.nominal_columns);
  toml.section(job.reweight.options.parameters.empty() ? "target" : "scanned");
  toml.add("table", job.scanned_table);
  add_column_map(toml, job.scanned_columns);
  add_reweight_section(toml, job.reweight);
  return toml.text();
}

}  // namespace trueup
