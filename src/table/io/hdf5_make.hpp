// Making files, groups and attributes in HDF5; failures are EnvironmentErrors with HDF5's reason.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <table/io/hdf5_handle.hpp>

namespace trueup::io {

/// Throws with HDF5's reason unless the call worked.
void require_written(bool worked, const std::string& what);

void write_text(hid_t object, const std::string& name, const std::string& text);
void write_count(hid_t object, const char* name, std::uint64_t count);
Hdf5Handle utf8_links();
/// Records the order in which members are made, so that columns come back in theirs.
Hdf5Handle make_group(hid_t parent, const std::string& link);
/// A new file at `to`; `named`: what messages call it.
Hdf5Handle make_file(const std::filesystem::path& to, const std::filesystem::path& named);

}  // namespace trueup::io
