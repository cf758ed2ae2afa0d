// HDF5's C interface with handles that close themselves and failures that become errors.
#pragma once

#include <hdf5.h>

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace trueup::io {

/// Owns an HDF5 identifier; `closer` is the function of its kind (H5Gclose, …).
class Hdf5Handle {
 public:
  Hdf5Handle() = default;
  Hdf5Handle(hid_t id, herr_t (*closer)(hid_t)) : id_(id), close_(closer) {}
  Hdf5Handle(Hdf5Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~Hdf5Handle() {
    if (id_ >= 0) close_(id_);
  }

  hid_t get() const { return id_; }
  explicit operator bool() const { return id_ >= 0; }
  /// Closes now and tells whether it worked: what was buffered is written here.
  bool close() { return close_(std::exchange(id_, -1)) >= 0; }

 private:
  hid_t id_ = -1;
  herr_t (*close_)(hid_t) = nullptr;
};

/// While it lives, this thread alone uses HDF5 (the library need not be built for threads) and HDF5 prints nothing.
class Hdf5Session {
 public:
  Hdf5Session();
  ~Hdf5Session();
  Hdf5Session(const Hdf5Session&) = delete;
  Hdf5Session& operator=(const Hdf5Session&) = delete;

 private:
  H5E_auto2_t printer_ = nullptr;
  void* printer_data_ = nullptr;
};

/// HDF5's own innermost reason for the last failure, or "".
std::string hdf5_reason();

/// After a write that failed, so that closing the file works: HDF5 crashes at the end of the program when a file cannot
/// be closed. What it still writes goes nowhere.
void divert_writes(hid_t file);

Hdf5Handle open_hdf5(const std::filesystem::path& path);
/// Invalid handle when there is no such object.
Hdf5Handle open_object(hid_t parent, const std::string& name);
bool has_link(hid_t parent, const std::string& name);
bool is_hard_link(hid_t parent, const std::string& name);
/// Names of the members of a group, in the order of creation when the file recorded it, else by name.
std::vector<std::string> member_names(hid_t group);
bool is_group(hid_t object);
bool is_dataset(hid_t object);
/// Sizes of a dataset's dimensions.
std::vector<hsize_t> shape_of(hid_t dataset);
/// Integer, float or boolean.
bool is_numeric(hid_t type);

bool has_attribute(hid_t object, const std::string& name);
/// A text attribute (fixed or variable length); "" when it is missing or not a text.
std::string text_attribute(hid_t object, const std::string& name);
std::vector<std::string> attribute_names(hid_t object);

/// A column or group name as a link name: HDF5 reserves '/' and '.', written %2F and %2E.
std::string link_name(const std::string& name);
std::string name_of_link(const std::string& link);

}  // namespace trueup::io
