// The lines of a Les Houches event file (hep-ph/0609017).
#include "simulate/lhe_file.hpp"

#include <cmath>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <zlib.h>

#include <core/files.hpp>
#include <trueup/error.hpp>

namespace trueup::sim {
namespace {

constexpr std::size_t kInitNumbers = 10;      // IDBMUP(2) EBMUP(2) PDFGUP(2) PDFSUP(2) IDWTUP NPRUP
constexpr std::size_t kStrategy = 8;          // of these: IDWTUP
constexpr std::size_t kEventNumbers = 6;      // NUP IDPRUP XWGTUP SCALUP AQEDUP AQCDUP
constexpr std::size_t kParticleNumbers = 13;  // IDUP ISTUP MOTHUP(2) ICOLUP(2) PUP(5) VTIMUP SPINUP
constexpr double kMostParticles = 10'000.0;

class Lines {
 public:
  explicit Lines(const std::filesystem::path& path) : file_(gzopen(path.c_str(), "rb"), gzclose) {
    check_readable(path);
    if (file_ == nullptr) throw DataError("cannot open '" + path.string() + "'");
  }

  bool next(std::string& line) {
    line.clear();
    char buffer[4096];
    while (gzgets(file_.get(), buffer, sizeof buffer) != nullptr) {
      line += buffer;
      if (line.back() != '\n') continue;
      line.pop_back();
      return true;
    }
    return !line.empty();
  }

 private:
  std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
};

bool holds(const std::string& line, const char* tag) {
  return line.find(tag) != std::string::npos;
}

class Checker {
 public:
  explicit Checker(const std::filesystem::path& path) : path_(path), lines_(path) {}

  LheFile run() {
    if (!find("<LesHouchesEvents")) {
      fail("is not a Les Houches event file: it has no line '<LesHouchesEvents …>'");
    }
    if (!find("<init")) fail("has no <init> block: it is damaged or truncated");
    check_init();
    while (next()) {
      if (holds(line_, "</LesHouchesEvents>")) return {events_};
      // "<event>" or with attributes; not "<eventgroup>" and the like.
      if (holds(line_, "<event>") || holds(line_, "<event ")) check_event();
    }
    fail("ends after event " + std::to_string(events_) + " without '</LesHouchesEvents>': it is truncated");
  }

 private:
  [[noreturn]] void fail(const std::string& message) const {
    throw DataError("'" + path_.string() + "' " + message);
  }
  [[noreturn]] void fail_event(const std::string& message) const {
    throw DataError("'" + path_.string() + "', event " + std::to_string(events_) + ": " + message);
  }

  bool next() { return lines_.next(line_); }

  bool find(const char* tag) {
    while (next()) {
      if (holds(line_, tag)) return true;
    }
    return false;
  }

  /// The line's first `count` numbers; fewer when it has fewer, or something else. Fortran's exponent D is a number, too.
  std::vector<double> numbers(std::size_t count) {
    for (char& c : line_) c = c == 'D' || c == 'd' ? 'e' : c;
    std::vector<double> found;
    const char* at = line_.c_str();
    while (found.size() < count) {
      char* end = nullptr;
      const double value = std::strtod(at, &end);
      if (end == at || !std::isfinite(value)) break;
      found.push_back(value);
      at = end;
    }
    return found;
  }

  void check_init() {
    const std::vector<double> init = next() ? numbers(kInitNumbers) : std::vector<double>{};
    if (init.size() != kInitNumbers) fail("has a damaged <init> block: its first line needs 10 numbers");
    if (std::fabs(init[kStrategy]) < 2.5) {
      fail("has weights of strategy IDWTUP = " + std::to_string(static_cast<int>(init[kStrategy])) +
           ", by which events are thrown away when they are showered; write it with IDWTUP = 3 or 4");
    }
  }

  void check_event() {
    ++events_;
    const std::vector<double> head = next() ? numbers(kEventNumbers) : std::vector<double>{};
    if (head.size() != kEventNumbers)
      fail_event("its first line needs 6 numbers; the file is damaged or truncated");
    if (!(head[0] >= 1.0 && head[0] <= kMostParticles))
      fail_event("it has an impossible number of particles");
    const auto particles = static_cast<std::size_t>(head[0]);
    for (std::size_t p = 1; p <= particles; ++p) {
      const bool there = next() && !holds(line_, "</event>");
      if (!there || numbers(kParticleNumbers).size() != kParticleNumbers) {
        fail_event("particle " + std::to_string(p) + " of " + std::to_string(particles) +
                   " needs a line of 13 numbers; the file is damaged or truncated");
      }
    }
    while (next()) {
      if (holds(line_, "</event>")) return;
      if (holds(line_, "<event>") || holds(line_, "<event ")) break;
    }
    fail_event("it is not closed by '</event>'; the file is damaged or truncated");
  }

  std::filesystem::path path_;
  Lines lines_;
  std::string line_;
  std::size_t events_ = 0;
};

}  // namespace

LheFile check_lhe(const std::filesystem::path& path) {
  check_readable(path);
  return Checker(path).run();
}

}  // namespace trueup::sim
