// Judging a refinement on rows that trained nothing: fast, refined and full side by side, in numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <trueup/agreement.hpp>
#include <trueup/monitor.hpp>
#include <trueup/result.hpp>
#include <trueup/table.hpp>
#include <trueup/threads.hpp>
#include <trueup/two_sample.hpp>

namespace trueup {

/// Rows of each table that a judging classifier is shown at most.
inline constexpr std::size_t kMostJudged = 200'000;

/// AUC of a classifier that tells the sample from the full one by the columns, on events that it was not trained on. Of pairs,
/// even rows of one stand against odd rows of the other: no event is in both. At most `most` rows of each.
TwoSampleResult told_apart(const Table& sample, const Table& full, const std::vector<std::string>& columns,
                           bool pairs, std::uint64_t seed, ThreadPool& pool, Monitor& monitor,
                           std::size_t most = kMostJudged);

/// "mmd_b_refined" and so on: what `kind` ("fast", "refined") amounts to.
void add_metrics(const Agreement& agreement, const std::string& kind, std::map<std::string, double>& metrics);

/// The MMD fell to a tenth or to what equal samples give within 3 standard errors; a classifier cannot tell refined from full:
/// AUC within 0.02 or 5 null spreads of 0.5.
std::vector<Check> refinement_checks(const Agreement& fast, const Agreement& refined,
                                     const TwoSampleResult& apart);

/// The conditions of fast and full events are alike: AUC within 0.02 or 5 null spreads of 0.5. Where they are not, no refinement
/// can bring all events together, but weights can.
Check conditions_check(const TwoSampleResult& apart);

}  // namespace trueup
