#include "samehand/container/container.h"

#include <unistd.h>

#include <algorithm>

#include "container_testing.h"
#include "samehand/base/worker.h"
#include "samehand/container/sniff.h"

namespace samehand::container {
namespace {

class Container : public InFolder {
 protected:
  std::string open(const std::string& name, const Options& options = {}) const {
    return show(open_path(path(name), options));
  }
};

TEST_F(Container, OneExecutable) {
  write("tool", fake_elf(70'000));
  const Opened opened = open_path(path("tool"));
  ASSERT_EQ(opened.members.size(), 1u);
  EXPECT_EQ(opened.members[0].path, path("tool"));
  EXPECT_TRUE(opened.members[0].bytes.view().text() == fake_elf(70'000));
  EXPECT_TRUE(opened.failures.empty());
}

TEST_F(Container, EachFormatGivesTheSameMembers) {
  const std::string big = fake_elf(1'000'000), small = fake_elf(10);
  const std::vector<Packed> files = {{"dir/big", big}, {"readme.txt", "text"}, {"./small", small}};
  for (const auto& [format, filter] : std::vector<std::pair<std::string, std::string>>{{"zip", "none"},
                                                                                       {"7zip", "none"},
                                                                                       {"gnutar", "none"},
                                                                                       {"pax", "gzip"},
                                                                                       {"v7tar", "xz"},
                                                                                       {"ustar", "bzip2"},
                                                                                       {"gnutar", "zstd"},
                                                                                       {"gnutar", "lzma"},
                                                                                       {"gnutar", "lz4"},
                                                                                       {"newc", "none"},
                                                                                       {"newc", "gzip"}}) {
    write("x", pack(format, filter, files));
    const Opened opened = open_path(path("x"));
    EXPECT_EQ(show(opened), "x!dir/big 1000000\nx!small 10\n") << format << " " << filter;
    EXPECT_EQ(opened.other_files, 1u) << format;
    ASSERT_EQ(opened.members.size(), 2u);
    EXPECT_TRUE(opened.members[0].bytes.view().text() == big);
    EXPECT_TRUE(opened.members[1].bytes.view().text() == small);
  }
}

TEST_F(Container, IsoImage) {
  write("x.iso", pack("iso9660", "none", {{"tool", fake_elf(5000)}}));
  EXPECT_EQ(open("x.iso"), "x.iso!tool 5000\n");
}

TEST_F(Container, CompressedSingleFileLosesItsSuffix) {
  for (const char* filter : {"gzip", "xz", "zstd", "bzip2", "lzip"}) {
    write("tool.z", pack("raw", filter, {{"x", fake_elf(50'000)}}));
    EXPECT_EQ(open("tool.z"), "tool.z!tool 50000\n") << filter;
  }
}

std::string debian_package(const std::string& data_tar) {
  return pack("arbsd", "none",
              {{"debian-binary", "2.0\n"},
               {"control.tar.gz", pack("gnutar", "gzip", {{"./control", "Package: x\n"}})},
               {"data.tar.xz", data_tar}});
}

TEST_F(Container, DebianPackageIsOpenedThrough) {
  write("x.deb", debian_package(pack("gnutar", "xz", {{"./usr/bin/tool", fake_elf(5000)}, {"./usr/share/doc", "t"}})));
  EXPECT_EQ(open("x.deb"), "x.deb!data.tar.xz!usr/bin/tool 5000\n");
}

TEST_F(Container, DebianPackageMadeByHand) {
  // `ar rcD` writes modes without the bits that say "regular file".
  std::string package = debian_package(pack("gnutar", "xz", {{"./usr/bin/tool", fake_elf(5000)}}));
  for (auto at = package.find("100644"); at != package.npos; at = package.find("100644", at)) {
    package.replace(at, 6, "644   ");
  }
  write("x.deb", package);
  EXPECT_EQ(open("x.deb"), "x.deb!data.tar.xz!usr/bin/tool 5000\n");
}

TEST_F(Container, TwoGigabytes) {
  write("big", "text");
  std::filesystem::resize_file(path("big"), 2'100'000'000);  // sparse
  EXPECT_EQ(
      open("big"),
      "big: has 2.1 GB; files of more than 2.0 GB are read only if they are archives, and this is data of an unknown "
      "kind\n");
  write("elf", fake_elf());
  std::filesystem::resize_file(path("elf"), 2'100'000'000);
  EXPECT_EQ(open("elf"), "elf: has 2.1 GB; files of more than 2.0 GB are not read\n");
}

TEST_F(Container, StaticArchiveStaysWhole) {
  const std::string archive = pack("argnu", "none", {{"a.o", fake_elf(100)}, {"b.o", fake_elf(200)}});
  write("lib.a", archive);
  EXPECT_EQ(open("lib.a"), "lib.a " + std::to_string(archive.size()) + "\n");
}

TEST_F(Container, RpmPackage) {
  // Lead, signature header and header without entries, then the compressed payload.
  std::string rpm("\xed\xab\xee\xdb\x03\0", 6);
  rpm.resize(96);
  const std::string header("\x8e\xad\xe8\x01\0\0\0\0\0\0\0\0\0\0\0\0", 16);
  rpm += header + header + pack("newc", "gzip", {{"./usr/bin/tool", fake_elf(5000)}});
  write("x.rpm", rpm);
  EXPECT_EQ(open("x.rpm"), "x.rpm!usr/bin/tool 5000\n");
}

TEST_F(Container, FolderWithEverythingInOrderWhateverTheParallelism) {
  write("a/tool", fake_elf(100));
  write("b.zip", pack("zip", "none", {{"one", fake_elf(200)}, {"two", fake_elf(300)}}));
  write("c/note.txt", "text");
  for (int i = 0; i < 200; i++) {
    write("z/" + std::to_string(1000 + i) + ".gz",
          pack("raw", "gzip", {{"x", i % 2 == 0 ? fake_elf(400 + i) : "text"}}));
  }
  const std::string shown = show(open_path(folder_));
  EXPECT_TRUE(shown.starts_with("a/tool 100\nb.zip!one 200\nb.zip!two 300\nz/1000.gz!1000 400\nz/1002.gz!1002 402\n"))
      << shown;
  EXPECT_EQ(std::ranges::count(shown, '\n'), 103);
  EXPECT_EQ(show(open_path(folder_, {.parallel = 3})), shown);
}

TEST_F(Container, HostileNamesAreMadeHarmless) {
  write("x.tar", pack("gnutar", "none", {{"../../etc/a!b\x1b[2J\n", fake_elf(10)}, {"h\xc3\xa9llo", fake_elf(11)}}));
  EXPECT_EQ(open("x.tar"), "x.tar!../../etc/a?b?[2J? 10\nx.tar!h\xc3\xa9llo 11\n");
  write("x.zip", pack("zip", "none", {{"h\xc3\xa9llo", fake_elf(11)}}, "hdrcharset=UTF-8"));
  EXPECT_EQ(open("x.zip"), "x.zip!h\xc3\xa9llo 11\n");
}

TEST_F(Container, NotAnExecutable) {
  write("text", "hello\n");
  EXPECT_EQ(open("text"),
            "text: not an executable (ELF, PE, Mach-O, static archive) nor a container of them, but text; for a memory "
            "dump use --raw\n");
  EXPECT_EQ(open("text", {.take_everything = true}), "text 6\n");
  write("text.zip", pack("zip", "none", {{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(open("text.zip"), "text.zip: this zip archive holds no executables (2 other files)\n");
  EXPECT_EQ(open("missing"), "missing: no such file\n");
  write("empty", "");
  EXPECT_EQ(open("empty"), "empty: is empty\n");
  std::filesystem::create_directory(path("folder"));
  EXPECT_EQ(open("folder"), "folder: this folder holds no executables\n");
}

TEST_F(Container, EncryptedArchivesSaySo) {
  write("x.zip", pack("zip", "none", {{"a", fake_elf(1000)}, {"b", fake_elf(2000)}}, "zip:encryption=traditional"));
  EXPECT_EQ(open("x.zip"), "x.zip: 2 of its files are encrypted; unpack it with its password and give the folder\n");
  write("y.zip", pack("zip", "none", {{"a", fake_elf(1000)}}, "zip:encryption=aes256"));
  const Opened opened = open_path(path("y.zip"));
  ASSERT_EQ(opened.failures.size(), 1u);
  EXPECT_EQ(opened.failures[0].code, ErrorCode::kEncrypted);
}

TEST_F(Container, TruncatedArchiveKeepsWhatCameBefore) {
  const std::string whole = pack("gnutar", "gzip", {{"a", fake_elf(100'000)}, {"b", fake_elf(100'000, 9)}});
  write("x.tgz", whole.substr(0, whole.size() * 3 / 4));
  const Opened opened = open_path(path("x.tgz"));
  ASSERT_GE(opened.members.size(), 1u);
  EXPECT_TRUE(opened.members[0].bytes.view().text() == fake_elf(100'000));
  ASSERT_FALSE(opened.failures.empty());
  EXPECT_EQ(opened.failures[0].code, ErrorCode::kTruncated) << opened.failures[0].message;
}

TEST_F(Container, DamagedArchiveIsOneClearLine) {
  std::string zip = pack("zip", "none", {{"a", fake_elf(100'000)}});
  for (std::size_t i = 60; i < zip.size(); i += 7) zip[i] = static_cast<char>(~zip[i]);
  write("x.zip", zip);
  const Opened opened = open_path(path("x.zip"));
  EXPECT_FALSE(opened.failures.empty());
  for (const Error& error : opened.failures) EXPECT_EQ(error.message.find('\n'), std::string::npos);
}

TEST_F(Container, ArchivesInArchivesEndSomewhere) {
  std::string nested = pack("zip", "none", {{"tool", fake_elf(10)}});
  for (int i = 0; i < 4; i++) nested = pack("zip", "none", {{"inner.zip", nested}});
  write("ok.zip", nested);
  EXPECT_EQ(open("ok.zip"), "ok.zip!inner.zip!inner.zip!inner.zip!inner.zip!tool 10\n");
  for (int i = 0; i < 4; i++) nested = pack("zip", "none", {{"inner.zip", nested}});
  write("deep.zip", nested);
  const Opened opened = open_path(path("deep.zip"));
  ASSERT_EQ(opened.failures.size(), 1u);
  EXPECT_EQ(opened.failures[0].code, ErrorCode::kTooLarge);
}

TEST_F(Container, BombIsNamedBeforeItGoesOff) {
  // 63 MB of zeros behind an ELF header, and again, and again: some 64 kB in the archive.
  std::string bomb = fake_elf(10);
  bomb.resize(63'000'000);
  const std::string inner = pack("zip", "none", {{"a", bomb}});
  const std::string zip = pack("zip", "none", {{"1.zip", inner}, {"2.zip", inner}, {"3.zip", inner}});
  ASSERT_LT(zip.size(), 300'000u);
  write("bomb.zip", zip);
  const Opened opened = open_path(path("bomb.zip"), {.limits = {.free_bytes = 1 << 20}});
  ASSERT_EQ(opened.failures.size(), 1u) << show(opened);
  EXPECT_EQ(opened.failures[0].code, ErrorCode::kTooLarge);
  EXPECT_NE(opened.failures[0].message.find("looks like a bomb"), std::string::npos);
  std::uint64_t kept = 0;
  for (const Member& member : opened.members) kept += member.bytes.size();
  EXPECT_LT(kept, 63'000'000u);
  // The same in a compressed stream, whose size nobody states and whose content is of no interest.
  write("bomb.tgz", pack("gnutar", "gzip", {{"zeros", std::string(60'000'000, '\0')}}));
  EXPECT_EQ(open_path(path("bomb.tgz"), {.limits = {.free_bytes = 1 << 20}}).failures.at(0).code, ErrorCode::kTooLarge);
}

TEST_F(Container, SizeThatIsOnlyClaimedCounts) {
  std::string zip = pack("zip", "none", {{"a", std::string(100'000, 'x')}}, "zip:compression=deflate");
  EXPECT_TRUE(open("none").ends_with("no such file\n"));
  write("claims.zip", zip);
  EXPECT_EQ(open_path(path("claims.zip"), {.limits = {.ratio = 10, .free_bytes = 1000}}).failures.at(0).code,
            ErrorCode::kTooLarge);
}

TEST_F(Container, LimitsOnWhatIsKept) {
  write("x.zip", pack("zip", "none", {{"a", fake_elf(1000)}, {"b", fake_elf(1000)}, {"c", fake_elf(1000)}}));
  EXPECT_EQ(open("x.zip", {.limits = {.members = 2}}),
            "x.zip!a 1000\nx.zip!b 1000\nx.zip!c: more than 2 executables or 8.0 GB in all; the rest is left out\n");
  EXPECT_EQ(open("x.zip", {.limits = {.kept_bytes = 1500}}),
            "x.zip!a 1000\nx.zip!b: more than 50000 executables or 1.5 kB in all; the rest is left out\n");
  EXPECT_EQ(open("x.zip", {.limits = {.file_bytes = 500}}).substr(0, 60),
            "x.zip!a 1000\nx.zip!b 1000\nx.zip!c 1000\nx.zip!a: has more tha");
}

TEST_F(Container, SpillsToDiskBeyondTheMemoryLimit) {
  const std::string big = fake_elf(700'000), bigger = fake_elf(1'500'000, 2);
  write("x.tgz", pack("gnutar", "gzip", {{"a", big}, {"b", bigger}, {"c", big}, {"d", fake_elf(10)}}));
  const Opened opened = open_path(path("x.tgz"), {.limits = {.in_memory_bytes = 1'000'000}});
  ASSERT_EQ(show(opened), "x.tgz!a 700000\nx.tgz!b 1500000\nx.tgz!c 700000\nx.tgz!d 10\n");
  EXPECT_TRUE(opened.members[0].bytes.view().text() == big);
  EXPECT_TRUE(opened.members[1].bytes.view().text() == bigger);
  EXPECT_TRUE(opened.members[2].bytes.view().text() == big);
}

TEST_F(Container, WhenAWorkerDiesTheRestOfItsBatchIsRead) {
  // More output than all may give ends the worker; the other archives of the folder get another one.
  write("a.zip", pack("zip", "none", {{"a", fake_elf(1000)}}));
  write("b.zip", pack("zip", "none", {{"b1", fake_elf(1'000'000)}, {"b2", fake_elf(1'500'000)}}));
  write("c.zip", pack("zip", "none", {{"c", fake_elf(1000)}}));
  const std::string shown = show(open_path(folder_, {.limits = {.kept_bytes = 1'010'000}}));
  EXPECT_NE(shown.find("a.zip!a 1000\nb.zip!b1 1000000\n"), std::string::npos) << shown;
  EXPECT_NE(shown.find("c.zip!c 1000\n"), std::string::npos) << shown;
  EXPECT_NE(shown.find("b.zip: the sandboxed worker gave more than"), std::string::npos) << shown;
}

}  // namespace
}  // namespace samehand::container
