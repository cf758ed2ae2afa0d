// Where the command finds what comes with it.
#include "cli/places.hpp"

#include <cstdlib>
#include <system_error>

#include <fmt/format.h>

#include <trueup/error.hpp>

namespace fs = std::filesystem;

namespace trueup::cli {
namespace {

const fs::path kSource = TRUEUP_SOURCE_DIR;

fs::path installed_share() {
  std::error_code error;
  const fs::path binary = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::path() : binary.parent_path().parent_path() / "share" / "trueup";
}

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

}  // namespace

fs::path shared_file(const std::string& name) {
  for (const fs::path& root : {installed_share(), kSource}) {
    if (!root.empty() && is_there(root / name)) return root / name;
  }
  throw EnvironmentError(fmt::format("cannot find '{}': neither in '{}' nor in '{}'", name,
                                     installed_share().string(), kSource.string()));
}

std::string python_interpreter() {
  const char* chosen = std::getenv("TRUEUP_PYTHON");
  if (chosen != nullptr && *chosen != '\0') return chosen;
  const fs::path own = kSource / ".venv" / "bin" / "python";
  return is_there(own) ? own.string() : "python3";
}

fs::path python_package_folder() {
  const fs::path folder = kSource / "python";
  return is_there(folder / "trueup" / "__init__.py") ? folder : fs::path();
}

}  // namespace trueup::cli
