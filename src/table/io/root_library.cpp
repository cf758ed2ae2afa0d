// Loading the ROOT component.
//
// A library apart, so that only those pay for ROOT who read its files: linked, it would add its interpreter's libraries
// to every start, and their symbols to programs (a Python interpreter) that may have loaded others of those names.
#include <table/io/root_library.hpp>

#include <dlfcn.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace fs = std::filesystem;

namespace trueup::io {

#ifdef TRUEUP_ROOT_COMPONENT
namespace {

/// ROOT takes over signals when it starts. Who calls keeps theirs: Ctrl-C, a closed pipe, a crash.
class KeepSignals {
 public:
  KeepSignals() {
    for (std::size_t s = 1; s < actions_.size(); ++s)
      known_[s] = sigaction(static_cast<int>(s), nullptr, &actions_[s]) == 0;
  }
  ~KeepSignals() {
    for (std::size_t s = 1; s < actions_.size(); ++s) {
      if (known_[s]) sigaction(static_cast<int>(s), &actions_[s], nullptr);
    }
  }
  KeepSignals(const KeepSignals&) = delete;
  KeepSignals& operator=(const KeepSignals&) = delete;

 private:
  std::array<struct sigaction, 32> actions_{};
  std::array<bool, 32> known_{};
};

/// Where the component may be: as installed, beside the library folder of this program; as built.
std::vector<fs::path> places() {
  const fs::path built = TRUEUP_ROOT_COMPONENT;
  std::vector<fs::path> found;
  Dl_info here{};
  if (dladdr(reinterpret_cast<const void*>(&root_component), &here) != 0 && here.dli_fname != nullptr) {
    std::error_code error;
    const fs::path binary = fs::weakly_canonical(here.dli_fname, error);
    if (!error) found.push_back(binary.parent_path().parent_path() / "lib" / "trueup" / built.filename());
  }
  found.push_back(built);
  return found;
}

RootComponent& load(const std::string& file) {
  const KeepSignals keep;
  std::string reason = "it is not there";
  for (const fs::path& place : places()) {
    std::error_code error;
    if (!fs::exists(place, error)) continue;
    void* library = dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL);
    void* entry = library == nullptr ? nullptr : dlsym(library, kRootEntry);
    if (entry != nullptr) return reinterpret_cast<RootComponent& (*)()>(entry)();
    const char* message = dlerror();
    reason = message != nullptr ? message : "it cannot be loaded";
  }
  throw EnvironmentError(
      fmt::format("'{}' needs trueup's ROOT component, '{}': {}; run scripts/setup.sh and build again", file,
                  TRUEUP_ROOT_COMPONENT, reason));
}

}  // namespace

bool has_root() noexcept {
  return true;
}

RootComponent& root_component(const std::string& file) {
  static RootComponent& component = load(file);
  return component;
}

#else

bool has_root() noexcept {
  return false;
}

RootComponent& root_component(const std::string& file) {
  throw EnvironmentError(
      fmt::format("'{}' is a ROOT file, and this build has no ROOT: run scripts/setup.sh (it fetches ROOT "
                  "once), configure with "
                  "-DTRUEUP_WITH_ROOT=ON, and build again; or convert the file to HDF5 elsewhere",
                  file));
}

#endif

}  // namespace trueup::io
