// The end that every run shares.
#include "result/finish_run.hpp"

namespace trueup {

void finish_run(const RunFolder& run, const Plots& plots, const Stopwatch& watch, Result& result) {
  run.write("plots.json", to_json(plots));
  result.artifacts["plots"] = "plots.json";
  result.artifacts["log"] = "log.txt";
  result.wall_s = watch.seconds();
  result.peak_rss_bytes = peak_rss_bytes();
  run.write("result.json", to_json(result));
}

}  // namespace trueup
