// ROOT's messages, and files opened with them in view.
#include <table/root/session.hpp>

#include <stdexcept>

namespace trueup::io {
namespace {

std::recursive_mutex& root_mutex() {
  static std::recursive_mutex mutex;
  return mutex;
}

std::string& first_error() {
  static std::string error;
  return error;
}

void keep(int level, bool, const char* where, const char* text) {
  if (level >= kError && first_error().empty()) first_error() = std::string(where) + ": " + text;
}

}  // namespace

RootSession::RootSession() : lock_(root_mutex()), before_(SetErrorHandler(keep)) {
  first_error().clear();
}

RootSession::~RootSession() {
  SetErrorHandler(before_);
}

void RootSession::check() {
  if (!first_error().empty()) throw std::runtime_error(first_error());
}

std::string RootSession::reason(const char* otherwise) {
  return first_error().empty() ? otherwise : first_error();
}

std::unique_ptr<TFile> open_root_file(const std::string& path) {
  // Not TFile::Open, which asks the interpreter for plugins: here are local files only.
  auto file = std::make_unique<TFile>(path.c_str(), "READ");
  if (file->IsZombie()) throw std::runtime_error(RootSession::reason("it cannot be opened"));
  if (file->TestBit(TFile::kRecovered)) {
    throw std::runtime_error("it was not closed when it was written, so its end is missing");
  }
  return file;
}

}  // namespace trueup::io
