// One NumPy array: its header and its bytes, apart from the file they stand in (.npy, or a member of .npz).
//
// A .npy file is the magic "\x93NUMPY", a version (two bytes), the length of the header, and the header: a Python
// dictionary literal with 'descr' (type), 'fortran_order' and 'shape'. The values follow without gaps.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace trueup::io {

struct NpyField {
  std::string name;  // "" when the array is not structured
  char kind = 'f';   // f i u b (boolean), V for bytes that are skipped
  std::size_t size = 4;
  bool swapped = false;  // big-endian
  std::size_t offset = 0;
};

struct NpyHeader {
  std::vector<NpyField> fields;
  std::size_t record = 0;  // bytes of one element
  bool fortran_order = false;
  std::vector<std::uint64_t> shape;
  std::size_t data_offset = 0;

  std::uint64_t elements() const;
};

/// `bytes`: at least the whole header. Throws DataError about `file`.
NpyHeader parse_npy_header(std::string_view bytes, const std::filesystem::path& file);
/// Names and float values: `count` elements, `stride` bytes apart.
std::vector<float> decode_npy(const char* bytes, std::size_t count, std::size_t stride,
                              const NpyField& field);
/// Header of a 1-D array; `names` empty: plain floats; else a structured array of float fields.
std::string npy_header(const std::vector<std::string>& names, std::size_t rows);

}  // namespace trueup::io
