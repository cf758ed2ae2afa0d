// Tables and models of Python by name.
#include "python/memory_inputs.hpp"

#include <utility>

namespace trueup::python {

void MemoryInputs::add_function(const std::string& name, nb::object function,
                                std::vector<std::string> columns, Caller& caller) {
  functions_[name] = {std::move(function), std::move(columns), &caller};
}

InputTable MemoryInputs::table(const std::string& name, const std::vector<std::string>& columns,
                               const ColumnMap&) const {
  const TableSource& source = *tables_.at(name);
  InputTable input{source.take(columns), {}};
  input.record = record_of(input.table, source.label());
  return input;
}

std::vector<std::string> MemoryInputs::column_names(const std::string& name) const {
  return tables_.at(name)->column_names();
}

InputModel MemoryInputs::model(const std::string& name) const {
  return *models_.at(name);
}

EventFunction MemoryInputs::events(const std::string& name) const {
  const auto found = functions_.find(name);
  if (found == functions_.end()) return {};
  // By reference: copies of a Python object are for threads that hold the GIL.
  return [&function = found->second](std::span<const double> theta) { return function(theta); };
}

Table MemoryInputs::Function::operator()(std::span<const double> theta) const {
  Table events;
  caller->ask([&] {
    nb::list values;
    for (const double value : theta) values.append(value);
    const nb::object made = python(values);
    events = nb::cast<const TableSource&>(made).take(columns);
  });
  events.require_finite(columns, "generator events");
  events.require_finite_weights("generator events");
  return events;
}

}  // namespace trueup::python
