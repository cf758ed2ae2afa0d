// The small part of HDF5 that tables need.
#include <table/io/hdf5_handle.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>

#include <table/io/columns.hpp>

namespace trueup::io {
namespace {

std::recursive_mutex& library_mutex() {
  static std::recursive_mutex mutex;
  return mutex;
}

}  // namespace

Hdf5Session::Hdf5Session() {
  library_mutex().lock();
  H5Eget_auto2(H5E_DEFAULT, &printer_, &printer_data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Hdf5Session::~Hdf5Session() {
  H5Eset_auto2(H5E_DEFAULT, printer_, printer_data_);
  library_mutex().unlock();
}

std::string hdf5_reason() {
  std::string reason;
  const auto keep_first = [](unsigned n, const H5E_error2_t* error, void* text) -> herr_t {
    if (n == 0 && error->desc != nullptr) *static_cast<std::string*>(text) = error->desc;
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, &reason);
  // After the reason itself come the time, file descriptors and addresses.
  return reason.substr(0, std::min(reason.find(": time ="), reason.find('\n')));
}

void divert_writes([[maybe_unused]] hid_t file) {
#ifdef __linux__
  void* descriptor = nullptr;
  if (H5Fget_vfd_handle(file, H5P_DEFAULT, &descriptor) < 0 || descriptor == nullptr) return;
  const int nowhere = ::memfd_create("trueup", MFD_CLOEXEC);
  if (nowhere < 0) return;
  ::dup3(nowhere, *static_cast<int*>(descriptor), O_CLOEXEC);
  ::close(nowhere);
#endif
}

Hdf5Handle open_hdf5(const std::filesystem::path& path) {
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG);
#if H5_VERSION_GE(1, 10, 7)
  // Some network file systems have no locks; reading needs none.
  H5Pset_file_locking(access.get(), true, true);
#endif
  Hdf5Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose);
  if (!file) bad_file(path, "HDF5 cannot open it, it is cut short or damaged: " + hdf5_reason());
  return file;
}

bool has_link(hid_t parent, const std::string& name) {
  return H5Lexists(parent, name.c_str(), H5P_DEFAULT) > 0;
}

bool is_hard_link(hid_t parent, const std::string& name) {
  H5L_info_t info{};
  return H5Lget_info(parent, name.c_str(), &info, H5P_DEFAULT) >= 0 && info.type == H5L_TYPE_HARD;
}

Hdf5Handle open_object(hid_t parent, const std::string& name) {
  return {H5Oopen(parent, name.c_str(), H5P_DEFAULT), H5Oclose};
}

std::vector<std::string> member_names(hid_t group) {
  std::vector<std::string> names;
  const auto add = [](hid_t, const char* name, const H5L_info_t*, void* list) -> herr_t {
    static_cast<std::vector<std::string>*>(list)->emplace_back(name);
    return 0;
  };
  const Hdf5Handle plist(H5Gget_create_plist(group), H5Pclose);
  unsigned order = 0;
  H5Pget_link_creation_order(plist.get(), &order);
  const H5_index_t index = (order & H5P_CRT_ORDER_TRACKED) != 0 ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME;
  H5Literate(group, index, H5_ITER_INC, nullptr, add, &names);
  return names;
}

bool is_group(hid_t object) {
  return H5Iget_type(object) == H5I_GROUP;
}
bool is_dataset(hid_t object) {
  return H5Iget_type(object) == H5I_DATASET;
}

std::vector<hsize_t> shape_of(hid_t dataset) {
  const Hdf5Handle space(H5Dget_space(dataset), H5Sclose);
  const int rank = H5Sget_simple_extent_ndims(space.get());
  std::vector<hsize_t> shape(rank < 0 ? 0 : static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space.get(), shape.data(), nullptr);
  return shape;
}

bool is_numeric(hid_t type) {
  const H5T_class_t kind = H5Tget_class(type);
  // Booleans of other programs are enumerations.
  return kind == H5T_INTEGER || kind == H5T_FLOAT || kind == H5T_ENUM;
}

bool has_attribute(hid_t object, const std::string& name) {
  return H5Aexists(object, name.c_str()) > 0;
}

std::string text_attribute(hid_t object, const std::string& name) {
  if (!has_attribute(object, name)) return "";
  const Hdf5Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
  const Hdf5Handle type(H5Aget_type(attribute.get()), H5Tclose);
  const Hdf5Handle space(H5Aget_space(attribute.get()), H5Sclose);
  if (H5Tget_class(type.get()) != H5T_STRING || H5Sget_simple_extent_npoints(space.get()) != 1) return "";
  if (H5Tis_variable_str(type.get()) <= 0) {
    std::string text(H5Tget_size(type.get()), '\0');
    if (H5Aread(attribute.get(), type.get(), text.data()) < 0) return "";
    return text.substr(0, text.find('\0'));
  }
  char* text = nullptr;
  const Hdf5Handle memory(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(memory.get(), H5T_VARIABLE);
  H5Tset_cset(memory.get(), H5Tget_cset(type.get()));
  if (H5Aread(attribute.get(), memory.get(), &text) < 0 || text == nullptr) return "";
  std::string copy = text;
  H5free_memory(text);
  return copy;
}

std::vector<std::string> attribute_names(hid_t object) {
  std::vector<std::string> names;
  const auto add = [](hid_t, const char* name, const H5A_info_t*, void* list) -> herr_t {
    static_cast<std::vector<std::string>*>(list)->emplace_back(name);
    return 0;
  };
  H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, add, &names);
  return names;
}

std::string link_name(const std::string& name) {
  std::string link;
  for (const char c : name) {
    if (c == '/')
      link += "%2F";
    else if (c == '.')
      link += "%2E";
    else if (c == '%')
      link += "%25";
    else
      link += c;
  }
  return link;
}

std::string name_of_link(const std::string& link) {
  std::string name;
  for (std::size_t i = 0; i < link.size(); ++i) {
    const std::string code = link.substr(i, 3);
    if (code == "%2F")
      name += '/', i += 2;
    else if (code == "%2E")
      name += '.', i += 2;
    else if (code == "%25")
      name += '%', i += 2;
    else
      name += link[i];
  }
  return name;
}

}  // namespace trueup::io
