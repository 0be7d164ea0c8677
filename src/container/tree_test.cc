#include "tree.h"

#include <sys/stat.h>
#include <unistd.h>

#include "container_testing.h"

namespace samehand::container {
namespace {

class WalkTest : public InFolder {
 protected:
  std::string walk_all(const Options& options = {}) {
    const Tree tree = walk(folder_, options);
    std::string text;
    const auto without_folder = [&](std::string line) {
      for (auto at = line.find(folder_); at != line.npos; at = line.find(folder_))
        line.replace(at, folder_.size(), "~");
      return line + "\n";
    };
    for (const FoundFile& file : tree.files) text += without_folder(file.path);
    for (const Error& error : tree.failures) text += without_folder(error.where + ": " + error.message);
    for (const std::string& note : tree.notes) text += without_folder("note: " + note);
    return text + "others " + std::to_string(tree.other_files);
  }
  void link(const std::string& target, const std::string& name) const {
    ASSERT_EQ(symlink(target.c_str(), path(name).c_str()), 0);
  }
};

TEST_F(WalkTest, ListsByNameAndCountsTheRest) {
  write("b/two", fake_elf());
  write("b.txt", "text");
  write("a", fake_elf());
  write("c.zip", "PK\3\4");
  write("empty", "");
  EXPECT_EQ(walk_all(), "~/a\n~/b/two\n~/c.zip\nothers 2");
  EXPECT_EQ(walk_all({.take_everything = true}), "~/a\n~/b.txt\n~/b/two\n~/c.zip\n~/empty\nothers 0");
}

TEST_F(WalkTest, OneFileWithManyNamesIsOneFile) {
  write("sub/libx.so.1", fake_elf());
  link("sub/libx.so.1", "libx.so");  // sorts before the file itself
  ASSERT_EQ(::link(path("sub/libx.so.1").c_str(), path("sub/hard").c_str()), 0);
  EXPECT_EQ(walk_all(), "~/sub/hard\nothers 0");
}

TEST_F(WalkTest, LinksToFilesOutsideAreFollowedToFoldersNot) {
  write("outside/tool", fake_elf());
  write("outside/more/tool2", fake_elf(200));
  write("in/x", fake_elf(300));
  link("../outside/tool", "in/tool");
  link("../outside/more", "in/more");
  link("nowhere", "in/dangling");
  folder_ += "/in";
  EXPECT_EQ(walk_all(),
            "~/tool\n~/x\nnote: ~: 1 symbolic link leads to a folder outside and is not followed\n"
            "note: ~: 1 symbolic link leads nowhere\nothers 0");
  link("x", "y");
  link("../outside/more/tool2", "tool2");
  EXPECT_EQ(
      walk_all({.links_outside = false}),
      "~/x\n~/tool: leads to a file outside the folder, not followed (so does 1 more link); if it is wanted, give "
      "that file itself\nnote: ~: 1 symbolic link leads to a folder outside and is not followed\n"
      "note: ~: 1 symbolic link leads nowhere\nothers 0");
  folder_.resize(folder_.size() - 3);
}

TEST_F(WalkTest, LoopsAreNamed) {
  write("a/b/tool", fake_elf());
  link("../..", "a/b/up");
  link("self", "self");
  EXPECT_EQ(walk_all(),
            "~/a/b/tool\n~/a/b/up: a loop: this link leads back to a folder that holds it; not followed\n"
            "~/self: a loop of symbolic links; not followed\nothers 0");
}

TEST_F(WalkTest, SpecialFilesArePassedOver) {
  write("tool", fake_elf());
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(walk_all(), "~/tool\nnote: ~/pipe: a named pipe, passed over\nothers 0");
}

TEST_F(WalkTest, UnreadableFilesAndFoldersAreFailures) {
  write("open", fake_elf());
  write("shut", fake_elf(200));
  write("shut-folder/tool", fake_elf(300));
  chmod(path("shut").c_str(), 0);
  chmod(path("shut-folder").c_str(), 0);
  const uid_t user = geteuid();
  if (user == 0) {
    ASSERT_EQ(seteuid(65534), 0);  // root may read everything
  }
  const std::string shown = walk_all();
  if (user == 0) {
    ASSERT_EQ(seteuid(user), 0);
  }
  chmod(path("shut-folder").c_str(), 0755);
  EXPECT_EQ(shown, "~/open\n~/shut: permission denied\n~/shut-folder: permission denied\nothers 0");
}

TEST_F(WalkTest, LimitsOnDepthAndNumber) {
  write("1/2/3/tool", fake_elf());
  write("a", fake_elf(200));
  EXPECT_EQ(walk_all({.limits = {.folder_depth = 2}}), "~/a\n~/1/2/3: folders lie too deep in each other\nothers 0");
  for (int i = 0; i < 4; i++) write("f/" + std::to_string(i), "text");
  // 1/2/3/tool, a and three of the four texts.
  EXPECT_EQ(walk_all({.limits = {.entries = 5}}),
            "~/1/2/3/tool\n~/a\n~: holds more than 5 files; the rest is left out\nothers 3");
}

}  // namespace
}  // namespace samehand::container
