// Build traces of ELF and Mach-O files, and the remarks that every format can earn.
#include "traces.h"

#include <algorithm>
#include <random>

#include "image_testing.h"

namespace samehand::image {
namespace {

bool has(const std::vector<std::string>& values, const std::string& value) {
  return std::ranges::find(values, value) != values.end();
}

std::string remark(const Image& image, Remark::Kind kind) {
  for (const Remark& r : image.remarks) {
    if (r.kind == kind) return r.text;
  }
  return {};
}

TEST(ElfTraces, OfALinkedProgram) {
  const Workspace work;
  work.write("some_source.c", "#include <math.h>\nint main(int argc, char** argv) { return (int)cos(argc); }\n");
  ASSERT_TRUE(
      work.run("gcc -O1 some_source.c -o p -lm -Wl,--build-id=0x00112233445566778899 -Wl,-rpath,/opt/somewhere && "
               "objcopy --only-keep-debug p p.debug && objcopy --add-gnu-debuglink=p.debug p"));
  const Bytes bytes = work.read("p");
  const Image image = load_one(bytes);
  SCOPED_TRACE(print(image));
  EXPECT_TRUE(has(trace_values(image, TraceKind::kBuildId), "00112233445566778899"));
  EXPECT_TRUE(has(trace_values(image, TraceKind::kNeededLibrary), "libm.so.6"));
  EXPECT_TRUE(has(trace_values(image, TraceKind::kNeededLibrary, "search path"), "/opt/somewhere"));
  EXPECT_TRUE(has(trace_values(image, TraceKind::kInterpreter), "/lib64/ld-linux-x86-64.so.2"));
  EXPECT_TRUE(has(trace_values(image, TraceKind::kPdbPath, "debug link"), "p.debug"));
  EXPECT_TRUE(has(trace_values(image, TraceKind::kOriginalName, "source file"), "some_source.c"));
  EXPECT_EQ(trace_values(image, TraceKind::kBuildVersion, "GLIBC").size(), 1u);
  ASSERT_EQ(trace_values(image, TraceKind::kCompiler).size(), 1u);
  EXPECT_TRUE(trace_values(image, TraceKind::kCompiler)[0].starts_with("GCC: ("));
  EXPECT_TRUE(image.remarks.empty());
}

TEST(ElfTraces, OfALibraryFromAnotherLinker) {
  const Workspace work;
  work.write("l.c", "int f(int x) { return x + 1; }\n");
  ASSERT_TRUE(work.run("clang-19 -O1 -shared -fPIC -fuse-ld=lld -Wl,-soname,libother.so.3 l.c -o l"));
  const Bytes bytes = work.read("l");
  const Image image = load_one(bytes);
  SCOPED_TRACE(print(image));
  EXPECT_TRUE(has(trace_values(image, TraceKind::kExportName), "libother.so.3"));
  ASSERT_EQ(trace_values(image, TraceKind::kLinker).size(), 1u);
  EXPECT_NE(trace_values(image, TraceKind::kLinker)[0].find("LLD 19"), std::string::npos);
  const auto compilers = trace_values(image, TraceKind::kCompiler);
  EXPECT_TRUE(std::ranges::any_of(
      compilers, [](const std::string& c) { return c.find("clang version 19") != std::string::npos; }));
}

TEST(ElfTraces, OverlayIsWhatNoTableAccountsFor) {
  const Workspace work;
  work.write("l.c", "int f(int x) { return x + 1; }\n");
  ASSERT_TRUE(work.run("gcc -O1 -shared -fPIC l.c -o l"));
  Bytes bytes = work.read("l");
  EXPECT_TRUE(trace_values(load_one(bytes), TraceKind::kOverlay).empty());
  const std::string end = std::to_string(bytes.size());
  for (const char c : std::string("Rar!something")) bytes.push_back(static_cast<std::uint8_t>(c));
  const auto values = trace_values(load_one(bytes), TraceKind::kOverlay);
  ASSERT_EQ(values.size(), 2u);
  EXPECT_TRUE(values[0].starts_with("13 bytes at 0x")) << values[0];
  EXPECT_TRUE(values[0].ends_with("a RAR archive")) << values[0];
}

TEST(MachOTraces, OfALibrary) {
  const Workspace work;
  work.write("l.c", "int f(int x) { return x + 1; }\n");
  ASSERT_TRUE(work.run(
      "clang-19 --target=arm64-apple-macos11 -O1 -g -c l.c -o l.o && ld64.lld-19 -arch arm64 "
      "-platform_version macos 11.0 13.3 -dylib -install_name @rpath/libother.dylib -adhoc_codesign l.o -o l"));
  const Bytes bytes = work.read("l");
  const Image image = load_one(bytes);
  SCOPED_TRACE(print(image));
  EXPECT_TRUE(has(trace_values(image, TraceKind::kBuildVersion), "macOS 11.0, SDK 13.3"));
  EXPECT_TRUE(has(trace_values(image, TraceKind::kExportName), "@rpath/libother.dylib"));
  ASSERT_EQ(trace_values(image, TraceKind::kUuid).size(), 1u);
  EXPECT_EQ(trace_values(image, TraceKind::kUuid)[0].size(), 36u);
  ASSERT_EQ(trace_values(image, TraceKind::kPdbPath, "object file").size(), 1u);
  EXPECT_TRUE(trace_values(image, TraceKind::kPdbPath, "object file")[0].ends_with("l.o"));
  EXPECT_TRUE(has(trace_values(image, TraceKind::kSigner, "identifier"), "libother.dylib"));
  EXPECT_TRUE(trace_values(image, TraceKind::kOverlay).empty());
  // The path is the build's own; only that it is the tool's UUID is checked.
  const std::string listed = work.output("llvm-objdump-19 --macho --private-headers l");
  EXPECT_NE(listed.find(trace_values(image, TraceKind::kUuid)[0]), std::string::npos) << listed;
}

TEST(Remarks, PackedByName) {
  const Workspace work;
  work.write("l.c", "int main(void) { return 1; }\n");
  ASSERT_TRUE(
      work.run("x86_64-w64-mingw32-gcc l.c -o l.exe && x86_64-w64-mingw32-objcopy --rename-section .text=UPX0 l.exe"));
  const Bytes bytes = work.read("l.exe");
  EXPECT_TRUE(remark(load_one(bytes), Remark::Kind::kPacked).starts_with("UPX: sections UPX0"));
}

TEST(Remarks, PackedByLook) {
  const Workspace work;
  std::mt19937 random(3);
  std::string noise;
  for (int i = 0; i < 20000; i++) noise += static_cast<char>(random());
  work.write("noise", noise);
  work.write("l.s", ".text\n.globl _start\n_start: ret\n.incbin \"noise\"\n");
  ASSERT_TRUE(work.run("gcc -nostdlib -static l.s -o l"));
  const Bytes bytes = work.read("l");
  EXPECT_TRUE(remark(load_one(bytes), Remark::Kind::kPacked).starts_with("executable section .text with 7.9"));

  work.write("w.s", ".section .code,\"awx\"\n.globl _start\n_start: ret\n");
  ASSERT_TRUE(work.run("gcc -nostdlib -static w.s -o w"));
  const Bytes writable = work.read("w");
  EXPECT_TRUE(
      remark(load_one(writable), Remark::Kind::kPacked).starts_with("starts in section .code, which is writable"));
}

TEST(Remarks, Go) {
  const Workspace work;
  // Build information as `go build` writes it: mark, pointer size, flags (2: inline strings), then two strings.
  work.write("g.s", R"(
.data
.balign 16
.byte 0xff
.ascii " Go buildinf:"
.byte 8, 2
.zero 16
.byte 8
.ascii "go1.21.3"
.byte 2f-1f
1:
.ascii "0123456789abcdef"
.ascii "path\texample.org/tool\nbuild\tvcs.revision=abc\n"
.ascii "0123456789abcdef"
2:
.text
.globl _start
_start: ret
)");
  ASSERT_TRUE(work.run("gcc -nostdlib -static g.s -o g"));
  const Bytes bytes = work.read("g");
  const Image image = load_one(bytes);
  SCOPED_TRACE(print(image));
  EXPECT_NE(remark(image, Remark::Kind::kGo).find("go1.21.3"), std::string::npos);
  EXPECT_TRUE(has(trace_values(image, TraceKind::kCompiler, "Go"), "go1.21.3"));
  EXPECT_TRUE(has(trace_values(image, TraceKind::kBuildVersion, "Go path"), "example.org/tool"));
  EXPECT_TRUE(has(trace_values(image, TraceKind::kBuildVersion, "Go build"), "vcs.revision=abc"));
}

TEST(Remarks, Rust) {
  const Workspace work;
  work.write("r.c",
             "const char* path = \"/rustc/0123456789abcdef0123456789abcdef01234567/library/core/src/panicking.rs\";\n"
             "int main(void) { return path[0]; }\n");
  ASSERT_TRUE(work.run("gcc r.c -o r"));
  const Bytes bytes = work.read("r");
  const Image image = load_one(bytes);
  EXPECT_NE(remark(image, Remark::Kind::kRust).find("0123456789abcdef"), std::string::npos) << print(image);
}

TEST(Remarks, DamagedSectionHeaders) {
  const Workspace work;
  work.write("l.c", "int f(int x) { return x + 1; }\n");
  ASSERT_TRUE(work.run("gcc -O1 -shared -fPIC l.c -o l"));
  Bytes bytes = work.read("l");
  bytes[0x28] ^= 0x10;  // where the section headers are
  EXPECT_NE(remark(load_one(bytes), Remark::Kind::kDamaged).find("section headers"), std::string::npos);
}

TEST(Texts, TimesAndNames) {
  EXPECT_EQ(utc_text(0), "1970-01-01 00:00:00 UTC");
  EXPECT_EQ(utc_text(1416802268), "2014-11-24 04:11:08 UTC");
  EXPECT_EQ(utc_text(0xffffffff), "2106-02-07 06:28:15 UTC");
  const Bytes wide{'A', 0, 0xe9, 0, 0xac, 0x20, 0x3d, 0xd8, 0x00, 0xde, 0, 0, 'x', 0};
  EXPECT_EQ(utf16_text(ByteView(wide)), "A\u00e9\u20ac\U0001F600");
}

TEST(Texts, Entropy) {
  Bytes all;
  for (int i = 0; i < 256; i++) all.push_back(static_cast<std::uint8_t>(i));
  EXPECT_DOUBLE_EQ(entropy(ByteView(all)), 8);
  EXPECT_DOUBLE_EQ(entropy(ByteView(Bytes(100, 7))), 0);
  EXPECT_DOUBLE_EQ(entropy(ByteView(Bytes{1, 1, 2, 2, 1, 2})), 1);
}

}  // namespace
}  // namespace samehand::image
