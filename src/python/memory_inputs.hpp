// What a job reads when its tables and models are objects of Python.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "python/caller.hpp"
#include "python/table_source.hpp"
#include "result/inputs.hpp"

namespace trueup::python {

/// Names are those that the job's configuration has. What it points to must outlive it.
class MemoryInputs final : public InputSource {
 public:
  void add(const std::string& name, const TableSource& table) { tables_[name] = &table; }
  void add(const std::string& name, const InputModel& model) { models_[name] = &model; }
  /// A Python function of a list of θ that returns a TableSource; it is called by the caller's thread. Of its table the
  /// columns named are taken.
  void add_function(const std::string& name, nb::object function, std::vector<std::string> columns,
                    Caller& caller);

  /// There is no map: Python names its columns itself.
  InputTable table(const std::string& name, const std::vector<std::string>& columns,
                   const ColumnMap& map) const override;
  std::vector<std::string> column_names(const std::string& name) const override;
  InputModel model(const std::string& name) const override;
  EventFunction events(const std::string& name) const override;

 private:
  struct Function {
    nb::object python;
    std::vector<std::string> columns;
    Caller* caller = nullptr;

    Table operator()(std::span<const double> theta) const;
  };

  std::map<std::string, const TableSource*> tables_;
  std::map<std::string, const InputModel*> models_;
  std::map<std::string, Function> functions_;
};

}  // namespace trueup::python
