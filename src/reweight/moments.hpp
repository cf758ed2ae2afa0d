// The correction of a trained weight that makes its moments right.
#pragma once

#include <cstddef>
#include <span>

#include <trueup/model.hpp>
#include <trueup/monitor.hpp>
#include <trueup/threads.hpp>
#include <trueup/training_rows.hpp>

namespace trueup {

/// Order of moments that a correction for this model can have, at most `wanted`: products are left out where they would make
/// more coefficients than are worth their time.
std::size_t affordable_order(const Model& model, std::size_t wanted, std::size_t degree);

/// Sets model.moments: the maximum of the likelihood of the rows' labels (logistic regression on MomentBasis, the network's
/// outputs added), so that its score equations hold: at every θ, weighted nominal events have the scanned events' moments. `rows` are
/// those that the network learnt from and those that it was judged on, in the model's standardised inputs. A fit that has no
/// maximum (events of negative weight can do that) leaves the model as it is, with a warning.
void correct_moments(Model& model, std::span<const TrainingRows* const> rows, std::size_t order,
                     std::size_t degree, ThreadPool& pool, Monitor& monitor);

}  // namespace trueup
