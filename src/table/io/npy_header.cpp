// Parsing and writing the header of a NumPy array: a small part of Python's literal syntax.
#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include <table/io/columns.hpp>
#include <table/io/npy.hpp>

namespace trueup::io {
namespace {

static_assert(std::endian::native == std::endian::little, "NumPy files are written as the memory is");

/// Reads the dictionary from left to right.
class Literal {
 public:
  Literal(std::string_view text, const std::filesystem::path& file) : text_(text), file_(file) {}

  [[noreturn]] void fail(const std::string& message) const {
    bad_file(file_, fmt::format("NumPy header: {}", message));
  }

  bool accept(char c) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void expect(char c) {
    if (!accept(c)) fail(fmt::format("expected '{}' at byte {}", c, at_));
  }

  bool at_string() {
    skip_space();
    return at_ < text_.size() && (text_[at_] == '\'' || text_[at_] == '"');
  }

  std::string string() {
    if (!at_string()) fail(fmt::format("expected a string at byte {}", at_));
    const char quote = text_[at_++];
    std::string value;
    while (at_ < text_.size() && text_[at_] != quote) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      value += text_[at_++];
    }
    if (at_++ >= text_.size()) fail("a string without end");
    return value;
  }

  bool boolean() {
    skip_space();
    for (const std::string_view word : {"True", "False"}) {
      if (!text_.substr(at_).starts_with(word)) continue;
      at_ += word.size();
      return word == "True";
    }
    fail("expected True or False");
  }

  std::uint64_t integer() {
    skip_space();
    std::uint64_t value = 0;
    const std::size_t first = at_;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      if (value > std::numeric_limits<std::uint64_t>::max() / 16) fail("a size beyond any file");
      value = 10 * value + static_cast<std::uint64_t>(text_[at_] - '0');
    }
    if (at_ == first) fail(fmt::format("expected a number at byte {}", at_));
    return value;
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
  }

  std::string_view text_;
  std::filesystem::path file_;
  std::size_t at_ = 0;
};

/// "<f4", "|b1", ">i8", "|V3".
NpyField parse_type(const std::string& type, const std::string& name, const Literal& where) {
  NpyField field;
  field.name = name;
  const auto refuse = [&] {
    where.fail(fmt::format("{} has the type '{}'; expected real numbers",
                           name.empty() ? "the array" : fmt::format("field '{}'", name), type));
  };
  if (type.size() < 3 || type.size() > 9 || std::strchr("<>|=", type[0]) == nullptr) refuse();
  field.swapped = type[0] == '>';
  field.kind = type[1];
  field.size = 0;
  for (const char c : type.substr(2)) {
    if (c < '0' || c > '9') refuse();
    field.size = 10 * field.size + static_cast<std::size_t>(c - '0');
  }
  const std::size_t size = field.size;
  const bool whole = size == 1 || size == 2 || size == 4 || size == 8;
  const bool known = (field.kind == 'f' && whole && size > 1) || (field.kind == 'b' && size == 1) ||
                     ((field.kind == 'i' || field.kind == 'u') && whole) ||
                     (field.kind == 'V' && name.empty());
  if (!known) refuse();
  return field;
}

void parse_fields(Literal& text, NpyHeader& header) {
  if (text.at_string()) {
    header.fields.push_back(parse_type(text.string(), "", text));
    if (header.fields.back().kind == 'V') text.fail("the array holds raw bytes; expected real numbers");
    header.record = header.fields.back().size;
    return;
  }
  text.expect('[');
  while (!text.accept(']')) {
    text.expect('(');
    const std::string name = text.string();
    text.expect(',');
    if (!text.at_string()) text.fail(fmt::format("field '{}' is itself a record; expected one number", name));
    NpyField field = parse_type(text.string(), name, text);
    if (text.accept(',')) text.fail(fmt::format("field '{}' holds several numbers; expected one", name));
    text.expect(')');
    text.accept(',');
    field.offset = header.record;
    header.record += field.size;
    if (field.kind != 'V') header.fields.push_back(field);
  }
}

void parse_shape(Literal& text, NpyHeader& header) {
  text.expect('(');
  while (!text.accept(')')) {
    header.shape.push_back(text.integer());
    text.accept(',');
  }
}

/// Before version 3 headers are Latin-1.
std::string utf8_of_latin1(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (u >= 0x80) out += static_cast<char>(0xC0 | u >> 6);
    out += static_cast<char>(u < 0x80 ? u : 0x80 | (u & 0x3F));
  }
  return out;
}

std::string quoted(const std::string& name) {
  std::string out = "'";
  for (const char c : name) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

}  // namespace

std::uint64_t NpyHeader::elements() const {
  std::uint64_t n = 1;
  for (const std::uint64_t d : shape) {
    // Saturates: a damaged shape must not wrap around to a small number.
    n = d != 0 && n > std::numeric_limits<std::uint32_t>::max() * 4096ULL / d ? ~0ULL >> 16 : n * d;
  }
  return n;
}

NpyHeader parse_npy_header(std::string_view bytes, const std::filesystem::path& file) {
  if (!bytes.starts_with("\x93NUMPY") || bytes.size() < 12) bad_file(file, "not a NumPy array, or cut short");
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i]));
  };
  const bool long_size = byte(6) >= 2;
  if (byte(6) < 1 || byte(6) > 3)
    bad_file(file, fmt::format("NumPy format version {} is not known", byte(6)));
  const std::size_t start = long_size ? 12 : 10;
  const std::size_t length = byte(8) | byte(9) << 8 | (long_size ? byte(10) << 16 | byte(11) << 24 : 0);
  if (bytes.size() < start + length) bad_file(file, "the NumPy header is cut short");
  const std::string raw(bytes.substr(start, length));
  const std::string header_text = byte(6) < 3 ? utf8_of_latin1(raw) : raw;
  Literal text(header_text, file);
  NpyHeader header;
  header.data_offset = start + length;
  bool has_shape = false;
  text.expect('{');
  while (!text.accept('}')) {
    const std::string key = text.string();
    text.expect(':');
    if (key == "descr")
      parse_fields(text, header);
    else if (key == "fortran_order")
      header.fortran_order = text.boolean();
    else if (key == "shape")
      parse_shape(text, header), has_shape = true;
    else
      text.fail(fmt::format("unknown key '{}'", key));
    text.accept(',');
  }
  if (header.fields.empty() || !has_shape) text.fail("no type or no shape");
  return header;
}

std::string npy_header(const std::vector<std::string>& names, std::size_t rows) {
  std::string type = "'<f4'";
  if (!names.empty()) {
    type = "[";
    for (const std::string& name : names) type += fmt::format("({}, '<f4'), ", quoted(name));
    type += "]";
  }
  std::string text = fmt::format("{{'descr': {}, 'fortran_order': False, 'shape': ({},), }}", type, rows);
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
  // Version 3 says UTF-8; version 1 has two bytes for the length.
  const char version = !ascii ? 3 : text.size() > 60000 ? 2 : 1;
  const std::size_t start = version == 1 ? 10 : 12;
  while ((start + text.size() + 1) % 64 != 0) text += ' ';
  text += '\n';
  std::string header = "\x93NUMPY";
  header += version;
  header += '\0';
  for (std::size_t i = 8; i < start; ++i) header += static_cast<char>(text.size() >> (8 * (i - 8)));
  return header + text;
}

}  // namespace trueup::io
