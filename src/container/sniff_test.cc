#include "samehand/container/sniff.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace samehand::container {
namespace {

using namespace std::string_view_literals;

std::string at(std::size_t offset, std::string_view bytes, std::size_t size) {
  std::string text(size, '\0');
  return text.replace(offset, bytes.size(), bytes);
}

TEST(Sniff, Table) {
  const std::string pe = at(0, "MZ", 64).replace(0x3c, 1, 1, 64) + std::string("PE\0\0", 4);
  std::string old_tar = at(0, "name.txt", 512);
  std::string coff(400, '\0');
  coff.replace(0, 4, "\x64\x86\x03\0"sv).replace(8, 4, "\x00\x01\0\0"sv);
  unsigned sum = 8 * ' ';
  for (const char c : old_tar) sum += static_cast<unsigned char>(c);
  char octal[8];
  snprintf(octal, sizeof octal, "%06o", sum);
  old_tar.replace(148, 6, octal);
  const struct {
    std::string_view bytes;
    Kind kind;
    std::string_view name;
  } cases[] = {
      {"", Kind::kOther, "empty"},
      {"#!/bin/sh\necho\n", Kind::kOther, "text"},
      {"\x89PNG\0\1\2"sv, Kind::kOther, "data of an unknown kind"},
      {"\x7f"
       "ELF\2\1\1",
       Kind::kExecutable, "ELF"},
      {"\x7f"
       "EL",
       Kind::kOther, "data of an unknown kind"},
      {pe, Kind::kExecutable, "PE"},
      {"MZ\x90\0"sv, Kind::kOther, "a DOS program"},
      {"\xcf\xfa\xed\xfe\7\0\0\1"sv, Kind::kExecutable, "Mach-O"},
      {"\xca\xfe\xba\xbe\0\0\0\2"sv, Kind::kExecutable, "fat Mach-O"},
      {"\xca\xfe\xba\xbe\0\0\0\x34"sv, Kind::kOther, "data of an unknown kind"},  // a Java class
      {coff, Kind::kExecutable, "COFF object"},
      {"\x64\x86 is how this text begins", Kind::kOther, "text"},
      {"!<arch>\nfoo.o/", Kind::kStaticArchive, "static archive"},
      {"!<arch>\ndebian-binary   ", Kind::kArchive, "Debian package"},
      {"PK\3\4", Kind::kArchive, "zip archive"},
      {"7z\xbc\xaf\x27\x1c", Kind::kArchive, "7z archive"},
      {"\xed\xab\xee\xdb\3\0"sv, Kind::kArchive, "RPM package"},
      {old_tar, Kind::kArchive, "tar archive"},
      {"BZh91AY&SY", Kind::kCompressed, "bzip2 data"},
      {"BZh is how this text begins", Kind::kOther, "text"},
      {"\x1f\x8b\x08\0"sv, Kind::kCompressed, "gzip data"},
      {"\xfd"
       "7zXZ\0"sv,
       Kind::kCompressed, "xz data"},
      {"\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0\1"sv, Kind::kCompressed, "lzma data"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(sniff(ByteView::of_text(c.bytes)), c.kind) << c.name;
    EXPECT_EQ(describe(ByteView::of_text(c.bytes)), c.name);
  }
  EXPECT_EQ(sniff(ByteView::of_text(at(257, "ustar\0", 512))), Kind::kArchive);
  EXPECT_EQ(sniff(ByteView::of_text(at(32769, "CD001", 32800))), Kind::kArchive);
  EXPECT_EQ(sniff(ByteView::of_text(std::string(512, '\0'))), Kind::kOther);
  // A PE header beyond the bytes that were looked at.
  EXPECT_EQ(sniff(ByteView::of_text(at(0, "MZ", kSniffBytes).replace(0x3e, 1, 1, 1))), Kind::kExecutable);
}

}  // namespace
}  // namespace samehand::container
