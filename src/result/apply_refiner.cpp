// Refining a table, whole or in blocks.
#include "result/apply_refiner.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <core/files.hpp>
#include <trueup/column_map.hpp>
#include <trueup/error.hpp>
#include <trueup/table_io.hpp>
#include <trueup/table_rewrite.hpp>

#include "result/stopwatch.hpp"

namespace trueup {
namespace {

constexpr const char* kMetadataKey = "refined";

void require_columns(const RefinerModel& model, const TableInfo& info, const std::string& table) {
  std::vector<std::string> known;
  // Members of groups: reading finds out.
  for (const auto& [name, source] : members_among(model.column_names())) known.push_back(name);
  for (const TableInfo::Entry& entry : info.columns) known.push_back(entry.name);
  for (const std::string& name : model.column_names()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw DataError(fmt::format("table '{}' has no column '{}', which the refiner reads{}", table, name,
                                did_you_mean(name, known)));
  }
}

std::size_t refine_in_blocks(const RefinerApplication& application, const std::string& out,
                             const std::string& note, ThreadPool& pool, Monitor& monitor) {
  const RefinerModel& model = application.model;
  RewriteOptions options{model.column_names(), model.refined_names()};
  options.metadata[kMetadataKey] = note;
  return rewrite_table(application.table, out, options, [&](const ColumnBlock& block) {
    check_interrupt(monitor, "apply");
    refine_columns(model, block.inputs, block.outputs, pool, block.first);
    monitor.progress("apply", block.first + block.inputs[0].size(), application.table_record.rows, "");
  });
}

std::size_t refine_whole(const RefinerApplication& application, const std::string& out,
                         const std::string& note, ThreadPool& pool) {
  Table table =
      refine_table(application.model,
                   read_table(application.table, {}, members_among(application.model.column_names())), pool);
  table.set_metadata(kMetadataKey, note);
  write_table(table, out);
  return table.rows();
}

}  // namespace

RefinerApplication load_refiner_application(const std::string& model, const std::string& table,
                                            const std::string& out) {
  check_readable(model);
  const std::filesystem::path file = parse_table_path(table).path;
  check_readable(file);
  const TableInfo info = read_table_info(table);
  RefinerApplication application{load_refiner(model),
                                 {model, sha256_of_file(model), 0},
                                 table,
                                 {table, "", info.rows},
                                 can_rewrite(table, out)};
  require_columns(application.model, info, table);
  application.table_record.sha256 = sha256_of_file(file);
  return application;
}

Result run_refiner_application(const RefinerApplication& application, const std::string& out,
                               ThreadPool& pool, Monitor& monitor) {
  const Stopwatch watch;
  Result result;
  result.command = "apply";
  result.threads = pool.threads();
  result.method = "refine";
  result.inputs = {application.model_record, application.table_record};
  const std::string note = fmt::format("by {}", application.model_record.path);
  const std::size_t rows = application.in_blocks ? refine_in_blocks(application, out, note, pool, monitor)
                                                 : refine_whole(application, out, note, pool);
  result.metrics["rows"] = static_cast<double>(rows);
  result.artifacts["table"] = out;
  result.wall_s = watch.seconds();
  result.metrics["rows_per_second"] = static_cast<double>(rows) / result.wall_s;
  result.peak_rss_bytes = peak_rss_bytes();
  return result;
}

}  // namespace trueup
