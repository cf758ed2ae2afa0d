// What the bindings of jobs have in common.
#pragma once

#include <cstdint>
#include <string>

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <trueup/result.hpp>

#include "result/plots.hpp"
#include "result/stopwatch.hpp"

namespace trueup::python {

namespace nb = nanobind;

/// How a job runs, beside its configuration.
struct JobSettings {
  std::uint64_t seed = 1;
  int threads = 0;  ///< 0: all
};

/// What a run's folder would hold as text: "result", "plots", "config".
inline nb::dict documents(Result result, const Plots& plots, const std::string& config,
                          const Stopwatch& watch) {
  result.artifacts.clear();
  result.wall_s = watch.seconds();
  result.peak_rss_bytes = peak_rss_bytes();
  nb::dict texts;
  texts["result"] = to_json(result);
  texts["plots"] = to_json(plots);
  texts["config"] = config;
  return texts;
}

}  // namespace trueup::python
