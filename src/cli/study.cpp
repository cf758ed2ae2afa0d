// `trueup study list` and `trueup study run NAME --scale SCALE --out DIR`: papers' experiments, with their numbers beside
// ours.
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <trueup/study.hpp>

#include "cli/commands.hpp"
#include "cli/places.hpp"
#include "cli/print_result.hpp"
#include "study/run_study.hpp"

namespace trueup::cli {
namespace {

constexpr const char* kStudies = "studies";

struct Options {
  bool list = false;
  std::string name;
  std::string scale = "desk";
  std::string out;
};

int list(const Session& session) {
  nlohmann::ordered_json json{{"schema", "trueup.studies/1"}, {"studies", nlohmann::ordered_json::array()}};
  for (const StudyInfo& study : list_studies(shared_file(kStudies))) {
    session.print(fmt::format("{:<20} {}\n{:<20} {}", study.name, study.title, "", study.source));
    json["studies"].push_back({{"name", study.name}, {"title", study.title}, {"source", study.source}});
  }
  session.print_json(json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  return kDone;
}

int run(Session& session, const Options& options) {
  const StudyInfo info = find_study(shared_file(kStudies), options.name);
  const auto study = load_study(info, options.scale, session.options().set);
  RunFolder::check(options.out, session.command(), session.options().force);
  if (session.options().dry_run) {
    std::vector<std::string> lines = study->plan();
    lines.push_back("write to " + options.out);
    return session.print_plan(lines);
  }
  const RunFolder folder =
      session.open_run(options.out, "# " + session.signature() + "\n" + study->config().toml);
  return finish_run(session, folder,
                    run_study(*study, session.settings(), folder, session.pool(), session.monitor()));
}

}  // namespace

Command add_study(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("study", "a paper's experiment, its published numbers beside ours");
  command->require_subcommand(1);
  command->footer("trueup study list\ntrueup study run NAME --scale quick|desk|paper --out RUN");
  command->add_subcommand("list", "the studies that there are")->fallthrough()->callback([options] {
    options->list = true;
  });
  CLI::App* runs = command->add_subcommand("run", "run one of them")->fallthrough();
  runs->add_option("NAME", options->name, "the study, see 'trueup study list'")->required();
  runs->add_option("--scale", options->scale, "quick: a minute; desk: minutes; paper: as published [desk]")
      ->check(CLI::IsMember(kStudyScales));
  runs->add_option("--out", options->out, "run folder")->required()->type_name("RUN");
  runs->footer(
      "With --resume, repetitions that an earlier run with the same configuration and seed has finished are\n"
      "taken from RUN; --set repetitions=5 runs fewer, and later --resume more.");
  return {command,
          [options](Session& session) { return options->list ? list(session) : run(session, *options); }};
}

}  // namespace trueup::cli
