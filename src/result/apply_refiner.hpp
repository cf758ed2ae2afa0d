// The work of `trueup apply` with a refiner.
#pragma once

#include <string>

#include <trueup/monitor.hpp>
#include <trueup/refiner_model.hpp>
#include <trueup/result.hpp>
#include <trueup/threads.hpp>

namespace trueup {

struct RefinerApplication {
  RefinerModel model;
  InputRecord model_record;
  std::string table;
  InputRecord table_record;
  bool in_blocks = false;  ///< from HDF5 to HDF5: memory does not grow with the table
};

/// Reads the model and looks at the table: its columns must be there.
RefinerApplication load_refiner_application(const std::string& model, const std::string& table,
                                            const std::string& out);

/// Writes the table with refined columns in the place of the original ones.
Result run_refiner_application(const RefinerApplication& application, const std::string& out,
                               ThreadPool& pool, Monitor& monitor);

}  // namespace trueup
