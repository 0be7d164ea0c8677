// Build traces of PE images: made by MinGW and LLVM, or written into their files byte by byte.
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <bit>
#include <memory>
#include <sstream>

#include "image_testing.h"
#include "pe_file.h"

namespace samehand::image {
namespace {

void put(Bytes& bytes, std::size_t at, std::uint64_t value, unsigned width) {
  for (unsigned i = 0; i < width; i++) bytes.at(at + i) = static_cast<std::uint8_t>(value >> (8 * i));
}

std::size_t pe_header(const Bytes& bytes) {
  return ByteView(bytes).read_or_zero<std::uint32_t>(0x3c);
}

std::string contradictions(const Image& image) {
  std::string all;
  for (const Remark& r : image.remarks) {
    if (r.kind == Remark::Kind::kContradiction) all += r.text + "\n";
  }
  return all;
}

const Trace* find_trace(const Image& image, TraceKind kind, std::string_view key = {}) {
  for (const Trace& t : image.traces) {
    if (t.kind == kind && t.key == key) return &t;
  }
  return nullptr;
}

std::string value_of(const Image& image, TraceKind kind, std::string_view key = {}) {
  const Trace* trace = find_trace(image, kind, key);
  return trace == nullptr ? "(none)" : trace->value;
}

constexpr std::string_view kProgram = R"(
#include <stdio.h>
int twice(int x) { return 2 * x; }
int main(int argc, char** argv) { return printf("%d\n", twice(argc)); }
)";

constexpr std::string_view kResources = R"(
#include <winver.h>
LANGUAGE 0x12, 0x01
1 VERSIONINFO
FILEVERSION 1,2,3,4
PRODUCTVERSION 1,2,0,0
{
  BLOCK "StringFileInfo" {
    BLOCK "041204b0" {
      VALUE "CompanyName", "Nobody in Particular"
      VALUE "OriginalFilename", "original.exe"
    }
  }
  BLOCK "VarFileInfo" { VALUE "Translation", 0x412, 0x4b0 }
}
7 RCDATA { "payload" }
)";

Bytes build(const Workspace& work, const std::string& options = "") {
  work.write("p.c", kProgram);
  work.write("p.rc", kResources);
  EXPECT_TRUE(
      work.run("x86_64-w64-mingw32-windres p.rc r.o && x86_64-w64-mingw32-gcc -O1 p.c r.o -o p.exe " + options));
  return work.read("p.exe");
}

TEST(PeTraces, ResourcesLinkerAndCompiler) {
  const Workspace work;
  const Bytes bytes = build(work);
  const Image image = load_one(bytes);
  SCOPED_TRACE(print(image));
  EXPECT_EQ(value_of(image, TraceKind::kVersionResource, "CompanyName"), "Nobody in Particular");
  EXPECT_EQ(value_of(image, TraceKind::kVersionResource, "fixed file version"), "1.2.3.4");
  EXPECT_EQ(value_of(image, TraceKind::kVersionResource, "language and code page"), "041204b0");
  EXPECT_EQ(value_of(image, TraceKind::kOriginalName, "version resource"), "original.exe");
  EXPECT_EQ(value_of(image, TraceKind::kResourceLanguage), "0x0412 (Korean)");
  EXPECT_EQ(value_of(image, TraceKind::kResource, "RCDATA/7"),
            // printf payload | sha256sum
            "sha256 239f59ed55e737c77147cf55ad0c1b030b6d7ee748a7426952f9b852d5a935e5, 7 bytes");
  EXPECT_TRUE(value_of(image, TraceKind::kCompiler).starts_with("GCC: (")) << value_of(image, TraceKind::kCompiler);
  EXPECT_TRUE(value_of(image, TraceKind::kLinker).starts_with("2.")) << value_of(image, TraceKind::kLinker);
  EXPECT_EQ(contradictions(image), "");
  const Image again = load_one(bytes);
  EXPECT_EQ(print(again), print(image));
}

// The sum over what objdump lists, made by hand.
TEST(PeTraces, ImphashIsThatOfTheListedImports) {
  const Workspace work;
  const Bytes bytes = build(work);
  std::istringstream lines(work.output("x86_64-w64-mingw32-objdump -p p.exe"));
  std::string library, joined;
  bool importing = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("The Import Tables") != std::string::npos) importing = true;
    if (line.find("PE File Base Relocations") != std::string::npos ||
        line.find("The Function Table") != std::string::npos)
      importing = false;
    if (!importing) continue;
    std::istringstream words(line);
    std::string first, second, third, rest;
    if (const std::size_t at = line.find("DLL Name: "); at != std::string::npos) {
      library = line.substr(at + 10);
      std::ranges::transform(library, library.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
      library = library.substr(0, library.rfind(".dll"));
    } else if (words >> first >> second >> third && !(words >> rest) &&
               second.find_first_not_of("0123456789") == std::string::npos) {
      std::ranges::transform(third, third.begin(), [](char c) { return static_cast<char>(std::tolower(c)); });
      joined += (joined.empty() ? "" : ",") + library + "." + third;
    }
  }
  ASSERT_NE(joined, "");
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(joined.data(), joined.size(), digest.data(), &size, EVP_md5(), nullptr);
  std::string expected;
  for (unsigned i = 0; i < size; i++) {
    expected += "0123456789abcdef"[digest[i] >> 4];
    expected += "0123456789abcdef"[digest[i] & 15];
  }
  EXPECT_EQ(value_of(load_one(bytes), TraceKind::kImphash), expected) << joined;
}

TEST(PeTraces, BuildTimes) {
  const Workspace work;
  const Bytes original = build(work);
  struct Case {
    std::uint32_t time;
    const char* value;
    bool valid;
    const char* contradiction;
  };
  for (const Case& c : {
           Case{0, "0x0: removed", false, ""},
           Case{0xffffffff, "0xffffffff: removed", false, ""},
           Case{0x2a425e19, "1992-06-19 22:22:17 UTC: a constant of Borland's linkers, no time", false, ""},
           Case{0xf0000000, "2097-08-05 09:04:00 UTC", false, "lies in the future"},
           Case{86400, "1970-01-02 00:00:00 UTC", false, "older than the format"},
           Case{1000000000, "2001-09-09 01:46:40 UTC", true, "older than the linker"},
           Case{1735689600, "2025-01-01 00:00:00 UTC", true, ""},
       }) {
    Bytes bytes = original;
    put(bytes, pe_header(bytes) + 8, c.time, 4);
    put(bytes, pe_header(bytes) + 24 + 64, 0, 4);  // no checksum
    const Image image = load_one(bytes);
    SCOPED_TRACE(print(image));
    const Trace* trace = find_trace(image, TraceKind::kBuildTime);
    ASSERT_NE(trace, nullptr);
    EXPECT_EQ(trace->value, c.value);
    EXPECT_EQ(trace->valid, c.valid);
    if (*c.contradiction == 0) {
      EXPECT_EQ(contradictions(image), "");
    } else {
      EXPECT_NE(contradictions(image).find(c.contradiction), std::string::npos);
    }
  }
}

TEST(PeTraces, WrongChecksumIsAContradiction) {
  const Workspace work;
  Bytes bytes = build(work);
  EXPECT_EQ(contradictions(load_one(bytes)), "");
  bytes[bytes.size() / 2] ^= 1;
  EXPECT_NE(contradictions(load_one(bytes)).find("checksum"), std::string::npos);
}

// Writes a Rich header over the DOS stub: the key is the checksum, as Microsoft's linker makes it.
void write_rich(Bytes& bytes, const std::vector<std::pair<std::uint32_t, std::uint32_t>>& entries) {
  constexpr std::size_t kStart = 0x40;
  std::uint32_t key = kStart;
  for (std::size_t i = 0; i < kStart; i++) {
    if (i < 0x3c) key += std::rotl(static_cast<std::uint32_t>(bytes[i]), static_cast<int>(i % 32));
  }
  for (const auto& [id, count] : entries) key += std::rotl(id, static_cast<int>(count % 32));
  std::size_t at = kStart;
  put(bytes, at, 0x536e6144 ^ key, 4);
  for (at += 4; at < kStart + 16; at += 4) put(bytes, at, key, 4);
  for (const auto& [id, count] : entries) {
    put(bytes, at, id ^ key, 4);
    put(bytes, at + 4, count ^ key, 4);
    at += 8;
  }
  put(bytes, at, 0x68636952, 4);
  put(bytes, at + 4, key, 4);
}

TEST(PeTraces, RichHeader) {
  const Workspace work;
  // lld writes no compiler's name into the file, and says linker 14.00.
  work.write("q.c", "int start(void) { return 3; }\n");
  ASSERT_TRUE(
      work.run("clang-19 --target=x86_64-pc-windows-msvc -O1 -c q.c -o q.obj && "
               "lld-link-19 /nodefaultlib /entry:start /subsystem:console q.obj /out:q.exe"));
  Bytes bytes = work.read("q.exe");
  ASSERT_GE(pe_header(bytes), 0x78u) << "no room for the header in the stub";
  EXPECT_EQ(find_trace(load_one(bytes), TraceKind::kRichHeader), nullptr);

  write_rich(bytes, {{0x01055e97, 7}, {0x01025e97, 1}});
  Image image = load_one(bytes);
  const Trace* trace = find_trace(image, TraceKind::kRichHeader);
  ASSERT_NE(trace, nullptr) << print(image);
  EXPECT_EQ(trace->value, "C++ 19.00 build 24215 x 7; linker 14.00 build 24215 x 1");
  EXPECT_TRUE(trace->valid);
  EXPECT_EQ(value_of(image, TraceKind::kRichHeader, "md5").size(), 32u);
  EXPECT_EQ(contradictions(image), "");

  bytes[0x50] ^= 1;
  image = load_one(bytes);
  EXPECT_FALSE(find_trace(image, TraceKind::kRichHeader)->valid);
  EXPECT_NE(contradictions(image).find("checksum is wrong"), std::string::npos);
  bytes[0x50] ^= 1;

  write_rich(bytes, {{0x000a1fe8, 3}, {0x00041fe8, 1}});
  image = load_one(bytes);
  EXPECT_TRUE(find_trace(image, TraceKind::kRichHeader)->valid);
  EXPECT_NE(contradictions(image).find("linker 6.00"), std::string::npos) << contradictions(image);

  // Transplanted onto a program of another compiler.
  Bytes mingw = build(work);
  put(mingw, pe_header(mingw) + 24 + 64, 0, 4);
  write_rich(mingw, {{0x01055e97, 7}, {0x01025e97, 1}});
  EXPECT_NE(contradictions(load_one(mingw)).find("compiled by GCC"), std::string::npos);
}

TEST(PeTraces, PdbAndReproducibleBuild) {
  const Workspace work;
  work.write("q.c", "__declspec(dllexport) int start(void) { return 3; }\n");
  ASSERT_TRUE(work.run("clang-19 --target=x86_64-pc-windows-msvc -O1 -g -gcodeview -c q.c -o q.obj"));
  const std::string link =
      "lld-link-19 /nodefaultlib /dll /noentry /debug '/pdbaltpath:C:\\Users\\somebody\\tool.pdb' q.obj ";
  ASSERT_TRUE(work.run(link + "/out:renamed.dll && " + link + "/Brepro /out:repro.dll"));
  const Bytes bytes = work.read("renamed.dll");
  const Image image = load_one(bytes);
  SCOPED_TRACE(print(image));
  EXPECT_EQ(value_of(image, TraceKind::kPdbPath), "C:\\Users\\somebody\\tool.pdb");
  EXPECT_NE(value_of(image, TraceKind::kUuid, "PDB").find(", age 1"), std::string::npos);
  EXPECT_EQ(value_of(image, TraceKind::kExportName), "renamed.dll");
  EXPECT_NE(value_of(image, TraceKind::kBuildTime).find("UTC"), std::string::npos);
  const Bytes reproducible = work.read("repro.dll");
  EXPECT_NE(value_of(load_one(reproducible), TraceKind::kBuildTime).find("hash of the contents"), std::string::npos);
}

std::string read_digest(const Bytes& bytes, std::size_t checksum, std::size_t directory) {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  for (std::size_t i = 0; i < bytes.size(); i++) {
    const bool left_out = (i >= checksum && i < checksum + 4) || (i >= directory && i < directory + 8);
    if (!left_out) EVP_DigestUpdate(context.get(), &bytes[i], 1);
  }
  std::array<unsigned char, 32> digest{};
  EVP_DigestFinal_ex(context.get(), digest.data(), nullptr);
  return {digest.begin(), digest.end()};
}

// Signs as Authenticode does, with a key and a certificate made up on the spot.
Bytes sign(Bytes bytes) {
  bytes.resize((bytes.size() + 7) & ~7ull);
  const std::size_t optional_header = pe_header(bytes) + 24;
  const std::size_t checksum = optional_header + 64, directory = optional_header + 112 + 8 * pe::kCertificates;
  put(bytes, checksum, 0, 4);
  // {{SPC_PE_IMAGE_DATA, {}}, {{SHA-256, NULL}, digest}}
  std::string digest = read_digest(bytes, checksum, directory);
  std::string content("\x30\x0e\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x02\x01\x0f\x30\x00", 16);
  content += std::string("\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20", 19) + digest;
  content = std::string("\x30") + static_cast<char>(content.size()) + content;

  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 0x1234);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>("Nobody"), -1, -1, 0);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>("Test Signer"), -1, -1,
                             0);
  X509_set_issuer_name(certificate, name);
  X509_sign(certificate, key, EVP_sha256());
  BIO* in = BIO_new_mem_buf(content.data(), static_cast<int>(content.size()));
  CMS_ContentInfo* cms = CMS_sign(nullptr, nullptr, nullptr, nullptr, CMS_BINARY | CMS_PARTIAL);
  ASN1_OBJECT* type = OBJ_txt2obj("1.3.6.1.4.1.311.2.1.4", 1);
  CMS_set1_eContentType(cms, type);
  CMS_add1_signer(cms, certificate, key, EVP_sha256(), CMS_BINARY);
  EXPECT_EQ(CMS_final(cms, in, nullptr, CMS_BINARY), 1);
  unsigned char* der = nullptr;
  const int size = i2d_CMS_ContentInfo(cms, &der);
  Bytes table(8);
  put(table, 0, 8 + static_cast<std::uint64_t>(size), 4);
  put(table, 4, 0x0200, 2);
  put(table, 6, 2, 2);
  table.insert(table.end(), der, der + size);
  table.resize((table.size() + 7) & ~7ull);
  put(bytes, directory, bytes.size(), 4);
  put(bytes, directory + 4, table.size(), 4);
  bytes.insert(bytes.end(), table.begin(), table.end());
  OPENSSL_free(der);
  ASN1_OBJECT_free(type);
  CMS_ContentInfo_free(cms);
  BIO_free(in);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return bytes;
}

TEST(PeTraces, SignerAndWhetherTheSignatureBelongsToTheFile) {
  const Workspace work;
  Bytes bytes = sign(build(work, "-s"));
  Image image = load_one(bytes);
  SCOPED_TRACE(print(image));
  const Trace* subject = find_trace(image, TraceKind::kSigner, "subject");
  ASSERT_NE(subject, nullptr);
  EXPECT_EQ(subject->value, "CN=Test Signer,O=Nobody");
  EXPECT_TRUE(subject->valid);
  EXPECT_EQ(value_of(image, TraceKind::kSigner, "serial number"), "1234");
  EXPECT_EQ(contradictions(image), "");
  EXPECT_EQ(find_trace(image, TraceKind::kOverlay), nullptr) << "the certificates are no overlay";

  bytes[bytes.size() / 2] ^= 0x55;
  image = load_one(bytes);
  EXPECT_FALSE(find_trace(image, TraceKind::kSigner, "subject")->valid);
  EXPECT_NE(contradictions(image).find("signature was made for another content"), std::string::npos);
}

TEST(PeTraces, Overlay) {
  const Workspace work;
  Bytes bytes = build(work, "-s");
  EXPECT_EQ(find_trace(load_one(bytes), TraceKind::kOverlay), nullptr);
  const std::size_t end = bytes.size();
  const std::string payload("PK\x03\x04 and so on");
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  put(bytes, pe_header(bytes) + 24 + 64, 0, 4);
  const Image image = load_one(bytes);
  std::ostringstream expected;
  expected << payload.size() << " bytes at 0x" << std::hex << end << ", ";
  EXPECT_TRUE(value_of(image, TraceKind::kOverlay).starts_with(expected.str())) << value_of(image, TraceKind::kOverlay);
  EXPECT_TRUE(value_of(image, TraceKind::kOverlay).ends_with("a ZIP archive"));
}

// A .NET assembly is a PE file with directory 14; its headers are written in C here.
TEST(PeTraces, DotNetIsSaidToBeUnread) {
  const Workspace work;
  work.write("n.c", R"(
__attribute__((section(".net"))) struct { unsigned size; unsigned short major, minor; unsigned metadata, metadata_size, flags, entry;
  char padding[48]; struct { char magic[4]; unsigned short a, b; unsigned reserved, length; char version[12]; unsigned short flags, streams;
  unsigned offset, size; char name[8]; unsigned char guid[16]; } root; } header = {
  72, 2, 5, 0, 0, 1, 0, "", {"BSJB", 1, 1, 0, 12, "v4.0.30319", 0, 1, 48, 16, "#GUID", {1, 2, 3, 4, 5, 6, 7, 8, 9}}};
int start(void) { return header.size; }
)");
  ASSERT_TRUE(work.run("x86_64-w64-mingw32-gcc -O1 -nostdlib -Wl,-e,start n.c -o n.exe"));
  Bytes bytes = work.read("n.exe");
  const Section net = *find_section(load_one(bytes), ".net");
  const std::uint64_t rva = net.address - load_one(bytes).base;
  put(bytes, pe_header(bytes) + 24 + 112 + 8 * pe::kClr, rva, 4);
  put(bytes, pe_header(bytes) + 24 + 112 + 8 * pe::kClr + 4, 72, 4);
  put(bytes, net.file_offset + 8, rva + 72, 4);
  put(bytes, net.file_offset + 12, 64, 4);
  put(bytes, pe_header(bytes) + 24 + 64, 0, 4);
  const Image image = load_one(bytes);
  SCOPED_TRACE(print(image));
  const auto remark = std::ranges::find(image.remarks, Remark::Kind::kDotNet, &Remark::kind);
  ASSERT_NE(remark, image.remarks.end());
  EXPECT_NE(remark->text.find("v4.0.30319"), std::string::npos);
  EXPECT_NE(remark->text.find("not read"), std::string::npos);
  EXPECT_EQ(value_of(image, TraceKind::kUuid, ".NET module"), "04030201-0605-0807-0900-000000000000");
}

TEST(PeTables, StrippedI386KeepsItsUnwindTable) {
  const Workspace work;
  work.write("p.c", kProgram);
  ASSERT_TRUE(work.run("i686-w64-mingw32-gcc -O1 p.c -o p.exe && cp p.exe s.exe && i686-w64-mingw32-strip s.exe"));
  const Bytes whole = work.read("p.exe"), stripped = work.read("s.exe");
  const Image a = load_one(whole), b = load_one(stripped);
  ASSERT_EQ(a.unwind_tables.size(), 1u) << print(a);
  ASSERT_EQ(b.unwind_tables.size(), 1u) << print(b);
  EXPECT_EQ(a.unwind_tables[0].address, b.unwind_tables[0].address);
  EXPECT_TRUE(b.symbols.empty());
}

TEST(PeTables, DelayedImportsAndOrdinals) {
  const Workspace work;
  work.write("d.def", "LIBRARY delayed.dll\nEXPORTS\n late\n");
  work.write("o.def", "LIBRARY WS2_32.dll\nEXPORTS\n mystery @115 NONAME\n");
  work.write("q.c",
             "__declspec(dllimport) int late(void); __declspec(dllimport) int mystery(void);\n"
             "int start(void) { return late() + mystery(); }\n"
             "void* __delayLoadHelper2(void* a, void* b) { return a; }\n");
  ASSERT_TRUE(work.run(
      "llvm-dlltool-19 -m i386:x86-64 -d d.def -l d.lib && llvm-dlltool-19 -m i386:x86-64 -d o.def -l o.lib && "
      "clang-19 --target=x86_64-pc-windows-msvc -O1 -c q.c -o q.obj && "
      "lld-link-19 /nodefaultlib /entry:start /subsystem:console /delayload:delayed.dll q.obj d.lib o.lib /out:q.exe"));
  const Bytes bytes = work.read("q.exe");
  const Image image = load_one(bytes);
  SCOPED_TRACE(print(image));
  const Import* late = find_import(image, "late");
  ASSERT_NE(late, nullptr);
  EXPECT_TRUE(late->delayed);
  EXPECT_EQ(late->library, "delayed.dll");
  const Import* mystery = find_import(image, "#115");
  ASSERT_NE(mystery, nullptr);
  EXPECT_EQ(mystery->library, "WS2_32.dll");
  EXPECT_EQ(comparable_name(*mystery), "WSAStartup");
  EXPECT_EQ(comparable_name({.slot = 0, .name = "#823", .library = "MFC42.DLL"}), "mfc42.dll#823");
  EXPECT_EQ(comparable_name({.slot = 0, .name = "puts", .library = "libc.so.6"}), "puts");
  // md5 of "ws2_32.wsastartup": imphash knows what the number means, and leaves out what is delayed.
  const std::string known = "ws2_32.wsastartup";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  EVP_Digest(known.data(), known.size(), digest.data(), nullptr, EVP_md5(), nullptr);
  std::string expected;
  for (unsigned i = 0; i < 16; i++) {
    expected += "0123456789abcdef"[digest[i] >> 4];
    expected += "0123456789abcdef"[digest[i] & 15];
  }
  EXPECT_EQ(value_of(image, TraceKind::kImphash), expected);
}

}  // namespace
}  // namespace samehand::image
