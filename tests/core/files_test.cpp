// Atomic writing, its refusals, and SHA-256.
#include <gtest/gtest.h>

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include <core/files.hpp>
#include <core/temp_dir.hpp>
#include <trueup/error.hpp>

namespace trueup {
namespace {

namespace fs = std::filesystem;
using testing_support::message_of;
using testing_support::TempDir;

TEST(WriteAtomically, WritesAndReplaces) {
  TempDir dir;
  write_text_atomically(dir / "a.txt", "one");
  write_text_atomically(dir / "a.txt", std::string("two\0three", 9));
  EXPECT_EQ(read_text(dir / "a.txt"), std::string("two\0three", 9));
  EXPECT_EQ(dir.entries(), 1U);
}

TEST(WriteAtomically, KeepsTheSuffixForTheWriter) {
  TempDir dir;
  write_atomically(dir / "model.onnx", [](const fs::path& temporary) {
    EXPECT_EQ(temporary.extension(), ".onnx");
    std::ofstream(temporary) << "x";
  });
}

TEST(WriteAtomically, LeavesTheOldFileWhenTheWriterFails) {
  TempDir dir;
  write_text_atomically(dir / "a.txt", "old");
  EXPECT_THROW(write_atomically(dir / "a.txt",
                                [](const fs::path& temporary) {
                                  std::ofstream(temporary) << "half";
                                  throw DataError("broken");
                                }),
               DataError);
  EXPECT_EQ(read_text(dir / "a.txt"), "old");
  EXPECT_EQ(dir.entries(), 1U);
}

TEST(WriteAtomically, FollowsLinks) {
  TempDir dir;
  write_text_atomically(dir / "real.txt", "old");
  fs::create_symlink("real.txt", dir / "link.txt");
  write_text_atomically(dir / "link.txt", "new");
  EXPECT_TRUE(fs::is_symlink(dir / "link.txt"));
  EXPECT_EQ(read_text(dir / "real.txt"), "new");
}

TEST(WriteAtomically, RefusesWhatCannotBeWritten) {
  TempDir dir;
  fs::create_directory(dir / "folder");
  write_text_atomically(dir / "file", "x");
  const auto message = [&](const std::string& path) {
    return message_of<EnvironmentError>([&] { write_text_atomically(path, "y"); });
  };
  EXPECT_NE(message(dir / "none/a.txt").find("does not exist; create it"), std::string::npos);
  EXPECT_NE(message(dir / "folder").find("is a directory"), std::string::npos);
  EXPECT_NE(message(dir / "file/a.txt"), "");
  EXPECT_NE(message("/dev/null").find("not a regular file"), std::string::npos);
  EXPECT_NE(message(""), "");
  if (::geteuid() != 0) {
    fs::permissions(dir / "folder", fs::perms::owner_read | fs::perms::owner_exec);
    EXPECT_NE(message(dir / "folder/a.txt"), "");
    fs::permissions(dir / "folder", fs::perms::owner_all);
  }
  EXPECT_EQ(dir.entries(), 2U);
}

TEST(WriteAtomically, ReportsAFullDisk) {
  TempDir dir;
  // A limit on the size of files stands in for a full disk.
  struct rlimit old {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const struct rlimit small { 4096, old.rlim_max };
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string message =
      message_of<EnvironmentError>([&] { write_text_atomically(dir / "a.txt", std::string(100000, 'x')); });
  ::setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, handler);
  EXPECT_NE(message, "");
  EXPECT_EQ(dir.entries(), 0U);
}

TEST(CheckWritable, TouchesNothing) {
  TempDir dir;
  check_writable(dir / "new.h5");
  EXPECT_EQ(dir.entries(), 0U);
  write_text_atomically(dir / "old.h5", "content");
  const auto before = fs::last_write_time(dir / "old.h5");
  check_writable(dir / "old.h5");
  EXPECT_EQ(fs::last_write_time(dir / "old.h5"), before);
  EXPECT_EQ(read_text(dir / "old.h5"), "content");
  EXPECT_EQ(dir.entries(), 1U);
}

TEST(ReadText, SaysWhatIsWrong) {
  TempDir dir;
  EXPECT_NE(message_of<DataError>([&] { read_text(dir / "none"); }).find("does not exist"),
            std::string::npos);
  EXPECT_NE(message_of<DataError>([&] { read_text(dir.path()); }).find("directory"), std::string::npos);
}

TEST(Sha256, GivesThePublishedDigests) {  // FIPS 180-4 examples
  EXPECT_EQ(sha256_of_bytes(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_of_bytes("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_of_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_of_bytes(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, OfAFileIsThatOfItsBytes) {
  TempDir dir;
  for (const std::size_t n : {0U, 55U, 56U, 64U, 300000U}) {
    const std::string text(n, 'q');
    write_text_atomically(dir / "f", text);
    EXPECT_EQ(sha256_of_file(dir / "f"), sha256_of_bytes(text));
  }
  EXPECT_THROW(sha256_of_file(dir / "none"), DataError);
}

}  // namespace
}  // namespace trueup
