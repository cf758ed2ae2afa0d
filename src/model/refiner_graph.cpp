// A refiner's graph, node by node.
#include <model/refiner_graph.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <model/column_transform.hpp>
#include <model/graph_network.hpp>
#include <model/graph_writer.hpp>

namespace trueup {
namespace {

bool has_bounds(const RefinerColumn& column) {
  return std::isfinite(column.low) || std::isfinite(column.high);
}

std::string texts_of(const std::vector<RefinerColumn>& columns) {
  std::string text;
  for (const RefinerColumn& column : columns) {
    text += fmt::format("{}{}{}", text.empty() ? "" : ", ", column.name,
                        column.unit.empty() ? "" : fmt::format(" [{}]", column.unit));
  }
  return text;
}

/// `op` of a value and a number.
std::string with_number(GraphWriter& writer, const std::string& op, const std::string& name,
                        const std::string& value, float number) {
  return writer.node(op, name, {value, writer.number(name + ".value", number)});
}

std::string write_transform(GraphWriter& writer, const RefinerColumn& column, const std::string& name,
                            const std::string& x) {
  if (column.transform == ColumnTransform::identity) return x;
  const std::string above = with_number(writer, "Sub", name + "_above", x, column.low);
  if (column.transform == ColumnTransform::log) return writer.node("Log", name + "_log", {above});
  const std::string part =
      with_number(writer, "Mul", name + "_part", above, 1.0f / (column.high - column.low));
  const std::string most =
      with_number(writer, "Min", name + "_most",
                  with_number(writer, "Max", name + "_least", part, kLogitEdge), 1.0f - kLogitEdge);
  const std::string rest = writer.node("Sub", name + "_rest", {writer.number(name + "_one", 1.0f), most});
  return writer.node(
      "Sub", name + "_logit",
      {writer.node("Log", name + "_log", {most}), writer.node("Log", name + "_log_rest", {rest})});
}

std::string write_inverse(GraphWriter& writer, const RefinerColumn& column, const std::string& name,
                          std::string t) {
  if (column.transform == ColumnTransform::log) {
    t = with_number(writer, "Add", name + "_back", writer.node("Exp", name + "_exp", {t}), column.low);
  } else if (column.transform == ColumnTransform::logit) {
    const std::string wide =
        with_number(writer, "Mul", name + "_wide", writer.node("Sigmoid", name + "_sigmoid", {t}),
                    column.high - column.low);
    t = with_number(writer, "Add", name + "_back", wide, column.low);
  }
  if (std::isfinite(column.low)) t = with_number(writer, "Max", name + "_from", t, column.low);
  if (std::isfinite(column.high)) t = with_number(writer, "Min", name + "_to", t, column.high);
  return column.integer ? writer.node("Round", name + "_round", {t}) : t;
}

using ColumnWriter =
    std::function<std::string(GraphWriter&, const RefinerColumn&, const std::string&, const std::string&)>;

/// Takes (N, columns) apart, writes each column on its own, and joins them again.
std::string column_by_column(GraphWriter& writer, const std::vector<RefinerColumn>& columns,
                             const std::string& prefix, const std::string& value, const ColumnWriter& write) {
  std::vector<std::string> written;
  for (std::size_t k = 0; k < columns.size(); ++k) {
    const std::string name = fmt::format("{}_{}", prefix, k + 1);
    written.push_back(write(writer, columns[k], name, write_columns(writer, name, value, k, k + 1)));
  }
  return writer.node("Concat", prefix + "_joined", written, {{"axis", std::int64_t{1}}});
}

std::string write_scaling_back(GraphWriter& writer, const std::vector<RefinerColumn>& refined,
                               const std::string& z) {
  std::vector<float> width, centre;
  for (const RefinerColumn& column : refined) {
    width.push_back(1.0f / column.scale);
    centre.push_back(column.shift);
  }
  const std::string wide = writer.node("Mul", "wide", {z, writer.floats("width", {width.size()}, width)});
  return writer.node("Add", "placed", {wide, writer.floats("centre", {centre.size()}, centre)});
}

std::string write_standardised(GraphWriter& writer, const std::vector<RefinerColumn>& columns,
                               const std::string& t) {
  std::vector<float> shift, scale;
  for (const RefinerColumn& column : columns) {
    shift.push_back(column.shift);
    scale.push_back(column.scale);
  }
  const std::string centred =
      writer.node("Sub", "centred", {t, writer.floats("shift", {shift.size()}, shift)});
  return writer.node("Mul", "standardised", {centred, writer.floats("scale", {scale.size()}, scale)});
}

}  // namespace

onnx::GraphProto refiner_graph(const RefinerModel& model) {
  onnx::GraphProto graph;
  GraphWriter writer(graph);
  std::vector<RefinerColumn> all = model.refined;
  all.insert(all.end(), model.conditions.begin(), model.conditions.end());
  graph.set_name(kRefinedOutput);
  describe_value(*graph.add_input(), "x", {"N"}, all.size(), texts_of(all));
  describe_value(*graph.add_output(), kRefinedOutput, {"N"}, model.refined.size(), texts_of(model.refined));

  const auto is_plain = [](const RefinerColumn& c) { return c.transform == ColumnTransform::identity; };
  const bool plain_in = std::all_of(all.begin(), all.end(), is_plain);
  const std::string t = plain_in ? "x" : column_by_column(writer, all, "column", "x", write_transform);
  write_tensors(writer, model.network);
  const std::string z = write_chain(writer, model.network, "", write_standardised(writer, all, t));
  const std::string placed = write_scaling_back(writer, model.refined, z);
  const bool plain_out = std::all_of(model.refined.begin(), model.refined.end(), [&](const RefinerColumn& c) {
    return is_plain(c) && !has_bounds(c) && !c.integer;
  });
  if (!plain_out) column_by_column(writer, model.refined, "refined", placed, write_inverse);
  writer.rename_last_output(kRefinedOutput);
  return graph;
}

}  // namespace trueup
