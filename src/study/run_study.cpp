// Running a study's repetitions and putting their results together.
#include "study/run_study.hpp"

#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include <core/files.hpp>
#include <trueup/error.hpp>
#include <trueup/random.hpp>

#include "result/finish_run.hpp"
#include "study/repetition_file.hpp"
#include "study/rows.hpp"

namespace trueup {
namespace {

/// Passes everything on, with the repetition's number in front of the task.
class RepetitionMonitor : public Monitor {
 public:
  RepetitionMonitor(Monitor& monitor, std::string name) : monitor_(monitor), name_(std::move(name)) {}
  void message(LogLevel level, std::string_view text) override { monitor_.message(level, text); }
  void progress(std::string_view task, std::size_t done, std::size_t total,
                std::string_view detail) override {
    monitor_.progress(fmt::format("{}: {}", name_, task), done, total, detail);
  }
  bool stop_requested() const override { return monitor_.stop_requested(); }

 private:
  Monitor& monitor_;
  std::string name_;
};

std::string words_of(const Repetition& repetition) {
  std::string text;
  for (const Estimate& e : repetition.estimates)
    text += fmt::format("{}{} = {:.4f}", text.empty() ? "" : "; ", e.row, e.value);
  return text;
}

std::vector<Repetition> repetitions_of(const Study& study, const RunSettings& settings, const RunFolder& run,
                                       ThreadPool& pool, Monitor& monitor) {
  const std::size_t count = study.config().repetitions;
  std::vector<Repetition> repetitions;
  for (std::size_t r = 0; r < count; ++r) {
    check_interrupt(monitor, "study");
    const std::string key =
        sha256_of_bytes(fmt::format("{} {} {}\n{}", version(), settings.seed, r, study.config().deciding));
    const std::filesystem::path file = run.repetition(r);
    std::optional<Repetition> found;
    if (settings.resume) found = load_repetition(file, key, monitor);
    const bool reused = found.has_value();
    if (!reused) {
      RepetitionMonitor own(monitor, fmt::format("repetition {} of {}", r + 1, count));
      found = study.repeat({r, derive_seed(settings.seed, "study repetition", r), pool, own, settings.seed});
      save_repetition(*found, key, file);
    }
    monitor.message(LogLevel::info, fmt::format("repetition {} of {}{}: {}", r + 1, count,
                                                reused ? ", made earlier, reused" : "", words_of(*found)));
    repetitions.push_back(std::move(*found));
  }
  return repetitions;
}

void add_rows(const StudyConfig& config, const std::vector<Repetition>& repetitions, Result& result) {
  for (const RowValues& row : rows_of(repetitions)) result.rows.push_back(result_row(row, config.published));
}

/// Means over the repetitions.
void add_metrics(const std::vector<Repetition>& repetitions, Result& result) {
  for (const Repetition& repetition : repetitions) {
    for (const auto& [name, value] : repetition.metrics)
      result.metrics[name] += value / static_cast<double>(repetitions.size());
  }
  result.metrics["repetitions"] = static_cast<double>(repetitions.size());
}

}  // namespace

Result run_study(const Study& study, const RunSettings& settings, const RunFolder& run, ThreadPool& pool,
                 Monitor& monitor) {
  const Stopwatch watch;
  const StudyConfig& config = study.config();
  Result result;
  result.command = settings.command;
  result.seed = settings.seed;
  result.threads = pool.threads();
  result.method = config.info.name;
  result.inputs.push_back({config.info.file.string(), sha256_of_file(config.info.file), 0});
  const std::vector<Repetition> repetitions = repetitions_of(study, settings, run, pool, monitor);
  add_rows(config, repetitions, result);
  add_metrics(repetitions, result);
  StudySummary summary = study.summarise(repetitions);
  for (ResultRow& row : summary.rows) result.rows.push_back(std::move(row));
  result.checks = std::move(summary.checks);
  result.notes.push_back(
      fmt::format("{}, at scale {}. Published: {}.", config.info.title, config.scale, config.info.source));
  for (std::string& note : summary.notes) result.notes.push_back(std::move(note));
  Plots plots;
  plots.figures = repetitions.front().figures;
  plots.figures.insert(plots.figures.end(), summary.figures.begin(), summary.figures.end());
  check_interrupt(monitor, settings.command);
  finish_run(run, plots, watch, result);
  return result;
}

}  // namespace trueup
