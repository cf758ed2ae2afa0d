// Long tasks that do not depend on one another, side by side on one pool and reported as one.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include <trueup/monitor.hpp>
#include <trueup/threads.hpp>

namespace trueup {

enum class Turns {
  side_by_side,  ///< as many tasks at once as there are threads; threads left over help with the tasks' own runs
  one_after_another,  ///< every task has all threads
};

/// Calls work(task, monitor) for each task in [0, tasks), which must not depend on the order; work may use `pool` as if it
/// were alone with it. The progress of all tasks goes to `monitor` under one name: units done of units in all, where tasks
/// that have not begun count as much as the largest known and ended ones are done. Messages are passed on. `monitor` is
/// never called from two threads at once. When a task fails the others are interrupted, and the error of the first failed
/// task is rethrown.
void run_tasks(const std::string& name, std::size_t tasks, Turns turns, ThreadPool& pool, Monitor& monitor,
               const std::function<void(std::size_t task, Monitor& monitor)>& work);

}  // namespace trueup
