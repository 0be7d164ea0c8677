#include "samehand/base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace samehand {
namespace {

class File : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "samehand-file-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, std::size_t size) {
    std::ofstream(path(name)) << std::string(size, 'x');
    return path(name);
  }
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  std::string folder_;
};

TEST_F(File, SmallAndLargeReadTheSame) {
  for (const std::size_t size : {1ul, 4095ul, 65535ul, 65536ul, 65537ul, 3000000ul}) {
    const auto bytes = read_file(write("f", size));
    ASSERT_TRUE(bytes.has_value()) << size;
    EXPECT_EQ(bytes->view().text(), std::string(size, 'x'));
  }
}

TEST_F(File, SmallFilesShareAPoolThatOutlivesItsMaker) {
  std::vector<Bytes> kept;
  {
    SmallFiles pool;
    for (std::size_t i = 0; i < 700; i++) {  // 23 MB: more than one chunk
      std::ofstream(path("f")) << std::string(33'333, static_cast<char>('a' + i % 26));
      auto bytes = read_file(path("f"), kMaxFileBytes, &pool);
      ASSERT_TRUE(bytes.has_value());
      kept.push_back(std::move(*bytes));
    }
  }
  for (std::size_t i = 0; i < kept.size(); i++) {
    EXPECT_TRUE(kept[i].view().text() == std::string(33'333, static_cast<char>('a' + i % 26))) << i;
  }
}

TEST_F(File, MovesKeepTheBytes) {
  for (const std::size_t size : {10ul, 100000ul}) {
    auto bytes = read_file(write("f", size));
    ASSERT_TRUE(bytes.has_value());
    Bytes moved = std::move(*bytes);
    Bytes assigned;
    assigned = std::move(moved);
    EXPECT_EQ(assigned.size(), size);
    EXPECT_EQ(assigned.view()[size - 1], 'x');
  }
}

TEST_F(File, EachRefusalHasItsOwnCode) {
  const auto code = [](const std::string& name, std::uint64_t limit = kMaxFileBytes) {
    const auto bytes = read_file(name, limit);
    return bytes ? "read" : bytes.error().message;
  };
  EXPECT_EQ(code(path("none")), "no such file");
  EXPECT_EQ(code(write("f", 5) + "/x"), "no such file");
  EXPECT_EQ(code(write("empty", 0)), "is empty");
  EXPECT_EQ(code(folder_), "is a directory");
  EXPECT_EQ(code(write("f", 2000), 1999), "has 2.0 kB; files of more than 2.0 kB are not read");
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(code(path("pipe")), "is a pipe or a device, not a file");
  ASSERT_EQ(symlink("loop", path("loop").c_str()), 0);
  EXPECT_EQ(code(path("loop")), "a loop of symbolic links");
}

TEST_F(File, TwoGigabytesAreTooMany) {
  write("huge", 1);
  std::filesystem::resize_file(path("huge"), 2'000'000'000);  // sparse
  const auto bytes = read_file(path("huge"));
  ASSERT_FALSE(bytes.has_value());
  EXPECT_EQ(bytes.error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(bytes.error().where, path("huge"));
}

TEST_F(File, PermissionDenied) {
  chmod(folder_.c_str(), 0755);
  chmod(write("secret", 5).c_str(), 0);
  const uid_t user = geteuid();
  if (user == 0) {
    ASSERT_EQ(seteuid(65534), 0);
  }  // root may read everything
  const auto bytes = read_file(path("secret"));
  if (user == 0) {
    ASSERT_EQ(seteuid(user), 0);
  }
  ASSERT_FALSE(bytes.has_value());
  EXPECT_EQ(bytes.error().code, ErrorCode::kUnreadable);
  EXPECT_EQ(bytes.error().message, "permission denied");
}

TEST(SizeText, Rounds) {
  EXPECT_EQ(size_text(0), "0 bytes");
  EXPECT_EQ(size_text(999), "999 bytes");
  EXPECT_EQ(size_text(1000), "1.0 kB");
  EXPECT_EQ(size_text(999'949), "999.9 kB");
  EXPECT_EQ(size_text(999'960), "1.0 MB");
  EXPECT_EQ(size_text(kMaxFileBytes), "2.0 GB");
  EXPECT_EQ(size_text(~0ull), "18.4 EB");
}

}  // namespace
}  // namespace samehand
