// Rewriting columns of an HDF5 table block by block; all else is copied by HDF5 itself.
#include <trueup/table_rewrite.hpp>

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include <core/files.hpp>
#include <table/io/columns.hpp>
#include <table/io/formats.hpp>
#include <table/io/hdf5_layout.hpp>
#include <table/io/hdf5_make.hpp>
#include <trueup/error.hpp>
#include <trueup/table_io.hpp>

namespace trueup {
namespace io {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Part of a 1-D dataset of floats.
class ColumnSlice {
 public:
  ColumnSlice(hid_t dataset, std::size_t first, std::size_t count) : file_(H5Dget_space(dataset), H5Sclose) {
    const hsize_t start = first, size = count;
    H5Sselect_hyperslab(file_.get(), H5S_SELECT_SET, &start, nullptr, &size, nullptr);
    memory_ = Hdf5Handle(H5Screate_simple(1, &size, nullptr), H5Sclose);
  }
  hid_t file() const { return file_.get(); }
  hid_t memory() const { return memory_.get(); }

 private:
  Hdf5Handle file_, memory_;
};

class Rewriter {
 public:
  Rewriter(const Hdf5Source& source, hid_t to, const RewriteOptions& options)
      : source_(source), options_(options), from_(open_object(source.object.get(), "columns")) {
    write_text(to, kSchemaAttribute, kSchema);
    write_count(to, "rows", source.rows);
    make_columns(make_group(to, "columns"));
    for (const char* part : {"weights", "groups"}) {
      if (has_link(source.object.get(), part)) copy(source.object.get(), to, part);
    }
    write_metadata(to);
  }

  void run(const std::function<void(const ColumnBlock&)>& work) {
    std::vector<std::vector<float>> inputs(options_.read.size()), outputs(options_.written.size());
    for (std::size_t first = 0; first < source_.rows; first += options_.block_rows) {
      const std::size_t count = std::min(options_.block_rows, source_.rows - first);
      ColumnBlock block{first, {}, {}};
      for (std::size_t c = 0; c < inputs.size(); ++c) {
        inputs[c].resize(count);
        read(options_.read[c], first, inputs[c]);
        block.inputs.emplace_back(inputs[c]);
      }
      for (std::vector<float>& output : outputs) {
        output.resize(count);
        block.outputs.emplace_back(output);
      }
      work(block);
      for (std::size_t c = 0; c < outputs.size(); ++c)
        write(written_.at(options_.written[c]), first, outputs[c]);
    }
  }

 private:
  static void copy(hid_t from, hid_t to, const std::string& link) {
    require_written(H5Ocopy(from, link.c_str(), to, link.c_str(), H5P_DEFAULT, utf8_links().get()) >= 0,
                    fmt::format("the copy of '{}'", link));
  }

  void make_columns(const Hdf5Handle& group) {
    const hsize_t rows = source_.rows;
    for (const TableInfo::Entry& entry : source_.columns) {
      const std::string link = link_name(entry.name);
      check_dataset(open_object(from_.get(), link).get(), entry.name, source_.rows, source_.where);
      if (!contains(options_.written, entry.name)) {
        copy(from_.get(), group.get(), link);
        continue;
      }
      const Hdf5Handle space(H5Screate_simple(1, &rows, nullptr), H5Sclose);
      Hdf5Handle dataset(H5Dcreate2(group.get(), link.c_str(), H5T_IEEE_F32LE, space.get(),
                                    utf8_links().get(), H5P_DEFAULT, H5P_DEFAULT),
                         H5Dclose);
      require_written(static_cast<bool>(dataset), fmt::format("column '{}'", entry.name));
      write_text(dataset.get(), "unit", entry.unit);
      written_.emplace(entry.name, std::move(dataset));
    }
  }

  void write_metadata(hid_t to) const {
    std::map<std::string, std::string> entries = options_.metadata;
    if (const Hdf5Handle old = open_object(source_.object.get(), "metadata")) {
      for (const std::string& key : attribute_names(old.get()))
        entries.emplace(key, text_attribute(old.get(), key));
    }
    const Hdf5Handle group = make_group(to, "metadata");
    for (const auto& [key, value] : entries) write_text(group.get(), key, value);
  }

  void read(const std::string& name, std::size_t first, std::vector<float>& values) const {
    const Hdf5Handle dataset = open_object(from_.get(), link_name(name));
    const ColumnSlice slice(dataset.get(), first, values.size());
    if (H5Dread(dataset.get(), H5T_NATIVE_FLOAT, slice.memory(), slice.file(), H5P_DEFAULT, values.data()) <
        0)
      bad_file(source_.where,
               fmt::format("'{}' cannot be read, the file is damaged: {}", name, hdf5_reason()));
  }

  static void write(const Hdf5Handle& dataset, std::size_t first, const std::vector<float>& values) {
    const ColumnSlice slice(dataset.get(), first, values.size());
    require_written(H5Dwrite(dataset.get(), H5T_NATIVE_FLOAT, slice.memory(), slice.file(), H5P_DEFAULT,
                             values.data()) >= 0,
                    "a block of a column");
  }

  const Hdf5Source& source_;
  const RewriteOptions& options_;
  Hdf5Handle from_;
  std::map<std::string, Hdf5Handle> written_;
};

void require_columns(const Hdf5Source& source, const RewriteOptions& options) {
  std::vector<std::string> known;
  for (const TableInfo::Entry& entry : source.columns) known.push_back(entry.name);
  for (const std::vector<std::string>* names : {&options.read, &options.written})
    choose_columns(known, *names, source.where);
}

}  // namespace
}  // namespace io

bool can_rewrite(const std::string& from, const std::string& to) {
  const TablePath source = parse_table_path(from), target = parse_table_path(to);
  if (!target.name.empty() || io::format_of_suffix(target.path) != TableFormat::hdf5 ||
      io::detect_format(source.path) != TableFormat::hdf5)
    return false;
  const io::Hdf5Session session;
  const io::Hdf5Handle file = io::open_hdf5(source.path);
  return io::locate_table(file.get(), source).layout == io::Hdf5Layout::native;
}

std::size_t rewrite_table(const std::string& from, const std::string& to, const RewriteOptions& options,
                          const std::function<void(const ColumnBlock&)>& work) {
  if (!can_rewrite(from, to))
    throw ConfigError(
        fmt::format("'{}' cannot be rewritten to '{}' block by block; read it whole", from, to));
  const TablePath place = parse_table_path(from);
  const std::filesystem::path target = parse_table_path(to).path;
  std::size_t rows = 0;
  write_atomically(target, [&](const std::filesystem::path& temporary) {
    // Room for all of the source: no less is needed, and HDF5 does not survive a full disk.
    check_space(temporary, std::filesystem::file_size(place.path));
    const io::Hdf5Session session;
    const io::Hdf5Handle source_file = io::open_hdf5(place.path);
    const io::Hdf5Source source = io::locate_table(source_file.get(), place);
    io::require_columns(source, options);
    rows = source.rows;
    io::Hdf5Handle file = io::make_file(temporary, target);
    try {
      const io::Hdf5Handle root(H5Gopen2(file.get(), "/", H5P_DEFAULT), H5Gclose);
      io::Rewriter(source, root.get(), options).run(work);
      io::require_written(H5Fflush(file.get(), H5F_SCOPE_GLOBAL) >= 0, fmt::format("'{}'", target.string()));
    } catch (...) {
      io::divert_writes(file.get());
      throw;
    }
    io::require_written(file.close(), fmt::format("'{}'", target.string()));
  });
  return rows;
}

}  // namespace trueup
