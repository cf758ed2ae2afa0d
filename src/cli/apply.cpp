// `trueup apply MODEL IN OUT`: adds weights to a table, or refines its columns.
#include <map>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <core/files.hpp>
#include <table/io/formats.hpp>
#include <trueup/error.hpp>
#include <trueup/table_io.hpp>

#include "cli/commands.hpp"
#include "result/apply_refiner.hpp"
#include "result/apply_run.hpp"

namespace trueup::cli {
namespace {

struct Options {
  std::string model;
  std::string in;
  std::string out;
  std::vector<std::string> theta;
};

std::map<std::string, double> parse_theta(const std::vector<std::string>& texts) {
  std::map<std::string, double> theta;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    double value = 0.0;
    if (equals == 0 || equals == std::string::npos ||
        !CLI::detail::lexical_cast(text.substr(equals + 1), value)) {
      throw ConfigError(fmt::format("--theta '{}': expected name=number", text));
    }
    if (!theta.emplace(text.substr(0, equals), value).second) {
      throw ConfigError(fmt::format("--theta: '{}' is given twice", text.substr(0, equals)));
    }
  }
  return theta;
}

int run_refiner(Session& session, const Options& options) {
  if (!options.theta.empty())
    throw ConfigError("--theta: the model is a refiner, which depends on no parameter; leave it out");
  const RefinerApplication application = load_refiner_application(options.model, options.in, options.out);
  if (session.options().dry_run) {
    return session.print_plan(
        {fmt::format("refine {} of {} rows of {}", fmt::join(application.model.refined_names(), ", "),
                     application.table_record.rows, options.in),
         "write to " + options.out});
  }
  Result result = run_refiner_application(application, options.out, session.pool(), session.monitor());
  result.seed = session.options().seed;
  session.print(fmt::format("{}: {:.0f} rows refined, {:.3g} rows/s, {:.0f} MB at most", options.out,
                            result.metrics["rows"], result.metrics["rows_per_second"],
                            static_cast<double>(result.peak_rss_bytes) / 1e6));
  session.print_json(to_json(result));
  return kDone;
}

int run(Session& session, const Options& options) {
  const std::map<std::string, double> theta = parse_theta(options.theta);
  const TablePath place = parse_table_path(options.out);
  io::format_of_suffix(place.path);
  require_writable(place.path);
  check_readable(options.model);
  if (is_refiner(options.model)) return run_refiner(session, options);
  ApplyInputs inputs = load_apply_inputs(options.model, options.in, theta);
  if (session.options().dry_run) {
    return session.print_plan({fmt::format("weight {} rows of {}", inputs.table.table.rows(), options.in),
                               "write to " + options.out});
  }
  Result result = run_apply(std::move(inputs), options.out, session.pool());
  result.seed = session.options().seed;
  session.print(fmt::format("{}: {:.0f} rows, mean weight {:.4f}, effective sample size {:.0f}", options.out,
                            result.metrics["rows"], result.metrics["mean_weight"],
                            result.metrics["effective_sample_size"]));
  session.print_json(to_json(result));
  return kDone;
}

}  // namespace

Command add_apply(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("apply", "add weights to a table, or refine its columns");
  command->add_option("MODEL", options->model, "model.onnx of a run")->required();
  command->add_option("IN", options->in, "table with the model's columns")->required();
  command->add_option("OUT", options->out, "table to write: .h5 .csv .npy .npz .root")->required();
  command->add_option("--theta", options->theta, "a parameter's value; once for each parameter")
      ->type_name("NAME=VALUE")
      ->delimiter(',')
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->footer(
      "OUT has all columns of IN. With a model of weights, its event weights are those of IN times "
      "w(x,theta); with a\n"
      "refiner, the refined columns have other values. From HDF5 to HDF5 a refiner needs little memory for "
      "any table.");
  return {command, [options](Session& session) { return run(session, *options); }};
}

}  // namespace trueup::cli
