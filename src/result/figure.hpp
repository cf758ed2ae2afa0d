// A figure as numbers: panels one below the other with a common x, each with lines, points, steps, or a surface.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace trueup {

/// One sample or curve. `errors` are empty, or one standard deviation for each y.
struct FigureSeries {
  std::string label;
  std::string role;   ///< decides the colour: "nominal", "target", "reweighted", "fit", "truth", "other"
  std::string style;  ///< "line", "dashed", "points", "cross"; "steps": x are the edges, one more than y
  std::vector<double> x;
  std::vector<double> y;
  std::vector<double> errors = {};
};

/// A straight line across the panel.
struct FigureMark {
  std::string label;
  std::string role;
  double at = 0.0;
  bool vertical = true;
};

/// Values over a grid of two parameters, drawn as contours: z[j][i] belongs to (x[i], y[j]).
struct FigureSurface {
  std::string label;
  std::vector<double> x;
  std::vector<double> y;
  std::vector<std::vector<double>> z;
  std::vector<double> levels;
};

struct FigurePanel {
  std::string y_label;
  double height = 1.0;  ///< relative to the other panels
  std::vector<FigureSeries> series;
  std::vector<FigureMark> marks = {};
  std::optional<FigureSurface> surface = std::nullopt;
  std::vector<double> y_range = {};  ///< empty: from the numbers
};

struct Figure {
  std::string source;  ///< what it stands beside: "SRGN, Fig. 3, top"
  std::string title;
  std::string caption;  ///< what one sees, in sentences
  std::string x_label;
  std::vector<FigurePanel> panels;
};

/// Points whose coordinates are not finite are left out, of steps the value is null.
nlohmann::ordered_json figure_json(const Figure& figure);
/// Reads what figure_json wrote; throws nlohmann::json::exception for anything else.
Figure figure_from_json(const nlohmann::ordered_json& json);

}  // namespace trueup
