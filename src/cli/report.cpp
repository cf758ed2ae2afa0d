// `trueup report RUN`: makes report.html (again).
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <core/files.hpp>
#include <trueup/error.hpp>

#include "cli/commands.hpp"
#include "cli/report_tool.hpp"

namespace trueup::cli {
namespace {

int run(Session& session, const std::filesystem::path& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) {
    throw DataError(
        fmt::format("run folder '{}' {}", folder.string(),
                    std::filesystem::exists(folder, error) ? "is not a folder" : "does not exist"));
  }
  Result result = result_from_json(read_text(folder / "result.json"), (folder / "result.json").string());
  if (session.options().dry_run) return session.print_plan({"write " + (folder / "report.html").string()});
  const auto path = make_report(folder);
  if (!result.artifacts.contains("report")) {
    result.artifacts["report"] = "report.html";
    write_text_atomically(folder / "result.json", to_json(result));
  }
  session.print(path.string());
  session.print_json(nlohmann::ordered_json{{"report", path.string()}}.dump(
      2, ' ', false, nlohmann::json::error_handler_t::replace));
  return kDone;
}

}  // namespace

Command add_report(CLI::App& app) {
  const auto folder = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("report", "make a run's report.html (again)");
  command->add_option("RUN", *folder, "run folder")->required();
  command->footer(
      "Needs Python with matplotlib and jinja2: $TRUEUP_PYTHON, else the source tree's environment, else\n"
      "python3.");
  return {command, [folder](Session& session) { return run(session, *folder); }};
}

}  // namespace trueup::cli
