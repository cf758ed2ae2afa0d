// Figures as JSON, both ways.
#include "result/figure.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

#include "result/json_number.hpp"

namespace trueup {
namespace {

using Json = nlohmann::ordered_json;

Json list(const std::vector<double>& values) {
  Json json = Json::array();
  for (const double v : values) json.push_back(json_number(v));
  return json;
}

std::vector<double> list_of(const Json& json) {
  std::vector<double> values;
  for (const Json& v : json) values.push_back(number_from_json(v));
  return values;
}

Json json_of(const FigureSeries& s) {
  FigureSeries kept = s;
  if (s.style != "steps") {
    kept.x.clear();
    kept.y.clear();
    kept.errors.clear();
    for (std::size_t i = 0; i < s.x.size(); ++i) {
      if (!std::isfinite(s.x[i]) || !std::isfinite(s.y[i])) continue;
      kept.x.push_back(s.x[i]);
      kept.y.push_back(s.y[i]);
      if (!s.errors.empty()) kept.errors.push_back(s.errors[i]);
    }
  }
  return {{"label", kept.label}, {"role", kept.role}, {"style", kept.style},
          {"x", list(kept.x)},   {"y", list(kept.y)}, {"errors", list(kept.errors)}};
}

FigureSeries series_of(const Json& json) {
  return {json.at("label").get<std::string>(),
          json.at("role").get<std::string>(),
          json.at("style").get<std::string>(),
          list_of(json.at("x")),
          list_of(json.at("y")),
          list_of(json.at("errors"))};
}

Json json_of(const FigureMark& m) {
  return {{"label", m.label}, {"role", m.role}, {"at", json_number(m.at)}, {"vertical", m.vertical}};
}

FigureMark mark_of(const Json& json) {
  return {json.at("label").get<std::string>(), json.at("role").get<std::string>(),
          number_from_json(json.at("at")), json.at("vertical").get<bool>()};
}

Json json_of(const FigureSurface& s) {
  Json rows = Json::array();
  for (const std::vector<double>& row : s.z) rows.push_back(list(row));
  return {{"label", s.label}, {"x", list(s.x)}, {"y", list(s.y)}, {"z", rows}, {"levels", list(s.levels)}};
}

FigureSurface surface_of(const Json& json) {
  FigureSurface surface{json.at("label").get<std::string>(),
                        list_of(json.at("x")),
                        list_of(json.at("y")),
                        {},
                        list_of(json.at("levels"))};
  for (const Json& row : json.at("z")) surface.z.push_back(list_of(row));
  return surface;
}

Json json_of(const FigurePanel& panel) {
  Json json{{"y_label", panel.y_label}, {"height", panel.height}, {"y_range", list(panel.y_range)}};
  json["series"] = Json::array();
  for (const FigureSeries& s : panel.series) json["series"].push_back(json_of(s));
  json["marks"] = Json::array();
  for (const FigureMark& m : panel.marks) json["marks"].push_back(json_of(m));
  if (panel.surface) json["surface"] = json_of(*panel.surface);
  return json;
}

FigurePanel panel_of(const Json& json) {
  FigurePanel panel;
  panel.y_label = json.at("y_label").get<std::string>();
  panel.height = number_from_json(json.at("height"));
  panel.y_range = list_of(json.at("y_range"));
  for (const Json& s : json.at("series")) panel.series.push_back(series_of(s));
  for (const Json& m : json.at("marks")) panel.marks.push_back(mark_of(m));
  if (json.contains("surface")) panel.surface = surface_of(json.at("surface"));
  return panel;
}

}  // namespace

Json figure_json(const Figure& figure) {
  Json json{{"source", figure.source},
            {"title", figure.title},
            {"caption", figure.caption},
            {"x_label", figure.x_label}};
  json["panels"] = Json::array();
  for (const FigurePanel& panel : figure.panels) json["panels"].push_back(json_of(panel));
  return json;
}

Figure figure_from_json(const Json& json) {
  Figure figure{json.at("source").get<std::string>(),
                json.at("title").get<std::string>(),
                json.at("caption").get<std::string>(),
                json.at("x_label").get<std::string>(),
                {}};
  for (const Json& panel : json.at("panels")) figure.panels.push_back(panel_of(panel));
  return figure;
}

}  // namespace trueup
