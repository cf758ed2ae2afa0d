// Making files, groups and attributes in HDF5.
#include <table/io/hdf5_make.hpp>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace trueup::io {

void require_written(bool worked, const std::string& what) {
  if (!worked) throw EnvironmentError(fmt::format("HDF5 cannot write {}: {}", what, hdf5_reason()));
}

void write_text(hid_t object, const std::string& name, const std::string& text) {
  if (name.empty() || name.find('\0') != std::string::npos || text.find('\0') != std::string::npos) {
    throw DataError(
        fmt::format("HDF5 cannot hold the entry '{}': its name is empty or it has zero bytes", name));
  }
  const Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  // Of fixed length: those of variable length stand where HDF5 has no checksums, and damage there crashes it.
  H5Tset_size(type.get(), text.size() + 1);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  const Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Hdf5Handle options(H5Pcreate(H5P_ATTRIBUTE_CREATE), H5Pclose);
  H5Pset_char_encoding(options.get(), H5T_CSET_UTF8);
  const Hdf5Handle attribute(
      H5Acreate2(object, name.c_str(), type.get(), space.get(), options.get(), H5P_DEFAULT), H5Aclose);
  require_written(attribute && H5Awrite(attribute.get(), type.get(), text.c_str()) >= 0,
                  fmt::format("attribute '{}'", name));
}

void write_count(hid_t object, const char* name, std::uint64_t count) {
  const Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Hdf5Handle attribute(H5Acreate2(object, name, H5T_STD_U64LE, space.get(), H5P_DEFAULT, H5P_DEFAULT),
                             H5Aclose);
  require_written(attribute && H5Awrite(attribute.get(), H5T_NATIVE_UINT64, &count) >= 0, name);
}

Hdf5Handle utf8_links() {
  Hdf5Handle options(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  H5Pset_char_encoding(options.get(), H5T_CSET_UTF8);
  return options;
}

Hdf5Handle make_group(hid_t parent, const std::string& link) {
  const Hdf5Handle options(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
  H5Pset_link_creation_order(options.get(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  Hdf5Handle group(H5Gcreate2(parent, link.c_str(), utf8_links().get(), options.get(), H5P_DEFAULT),
                   H5Gclose);
  require_written(static_cast<bool>(group), fmt::format("group '{}'", link));
  return group;
}

Hdf5Handle make_file(const std::filesystem::path& to, const std::filesystem::path& named) {
  const Hdf5Handle options(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  H5Pset_link_creation_order(options.get(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  // The format of HDF5 1.8 puts checksums on its structures: damage is found there instead of being followed.
  H5Pset_libver_bounds(access.get(), H5F_LIBVER_V18, H5F_LIBVER_LATEST);
  H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG);
  Hdf5Handle file(H5Fcreate(to.c_str(), H5F_ACC_TRUNC, options.get(), access.get()), H5Fclose);
  require_written(static_cast<bool>(file), fmt::format("'{}'", named.string()));
  return file;
}

}  // namespace trueup::io
