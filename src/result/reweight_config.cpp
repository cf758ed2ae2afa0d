// Reading and writing the configuration of `trueup reweight`.
#include "result/reweight_config.hpp"

namespace trueup {

ReweightJob read_reweight_job(ConfigTable& root) {
  ReweightJob job;
  ConfigTable nominal = root.table("nominal");
  job.nominal_table = nominal.string("table");
  job.nominal_theta = read_theta(nominal, "theta");
  ConfigTable scanned = root.table("scanned");
  job.scanned_table = scanned.string("table");
  job.reweight = read_reweight_section(root.table("reweight"));
  root.finish();
  return job;
}

std::string to_toml(const ReweightJob& job, const std::string& first_comment) {
  TomlText toml(first_comment);
  toml.section("nominal");
  toml.add("table", job.nominal_table);
  if (!job.nominal_theta.empty()) toml.add("theta", job.nominal_theta);
  toml.section("scanned");
  toml.add("table", job.scanned_table);
  add_reweight_section(toml, job.reweight);
  return toml.text();
}

}  // namespace trueup
