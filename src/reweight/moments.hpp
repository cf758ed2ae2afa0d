// The correction of a trained weight that makes its moments right.
#pragma once

#include <cstddef>

#include <trueup/model.hpp>
#include <trueup/monitor.hpp>
#include <trueup/threads.hpp>
#include <trueup/training_rows.hpp>

namespace trueup {

/// Sets model.moments: the maximum of the likelihood of the rows' labels (logistic regression on MomentBasis, the network's
/// outputs added). There the sums of every statistic times every monomial agree between weighted nominal and scanned rows, each counted
/// by how unsure the classifier is of it, but for a prior of one event. `rows` are those that the network learnt from, in the model's
/// standardised inputs. Products, then powers of θ, are left out where there would be more coefficients than are worth their
/// time. A fit that has no maximum (events of negative weight can do that) leaves the model as it is, with a warning. Throws
/// Interrupted.
void correct_moments(Model& model, const TrainingRows& rows, std::size_t order, std::size_t degree,
                     ThreadPool& pool, Monitor& monitor);

}  // namespace trueup
