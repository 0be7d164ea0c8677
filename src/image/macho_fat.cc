// Fat Mach-O files: one image, or one static archive, per architecture.
//
// Problem: the magic number of a fat file is also that of a Java class. Example: {0xcafebabe, 2 architectures} is fat,
// {0xcafebabe, version 52} a class.
// Method: Apple's <mach-o/fat.h>; no fat file has as many architectures as the lowest version of Java's class files
// (45), as file(1) reasons too.
// Cost: linear in the number of architectures, at most kMaxSlices.
#include <string>

#include "macho_file.h"
#include "parse.h"

namespace samehand::image {
namespace {

constexpr std::uint32_t kMaxSlices = 40;

std::string architecture_name(std::uint32_t cpu, std::uint32_t subtype) {
  subtype &= 0x00ffffff;
  switch (cpu) {
    case macho::kCpuX64:
      return subtype == 8 ? "x86_64h" : "x86_64";
    case macho::kCpuX86:
      return "i386";
    case macho::kCpuArm64:
      return subtype == 2 ? "arm64e" : "arm64";
    case 0x0200000c:
      return "arm64_32";
    case 12:
      return "arm";
    case 18:
      return "ppc";
    case 0x01000012:
      return "ppc64";
    default:
      return "cpu" + std::to_string(cpu);
  }
}

}  // namespace

bool is_fat_macho(ByteView bytes) {
  const auto u32 = [&](std::uint64_t at) { return bytes.read_or_zero<std::uint32_t>(at, std::endian::big); };
  return (u32(0) == 0xcafebabe || u32(0) == 0xcafebabf) && u32(4) > 0 && u32(4) < kMaxSlices;
}

Result<std::vector<Part>> parse_fat_macho(ByteView bytes) {
  const auto u32 = [&](std::uint64_t at) { return bytes.read_or_zero<std::uint32_t>(at, std::endian::big); };
  const auto u64 = [&](std::uint64_t at) { return bytes.read_or_zero<std::uint64_t>(at, std::endian::big); };
  const bool wide = u32(0) == 0xcafebabf;
  const std::uint64_t step = wide ? 32 : 20;
  std::vector<Part> parts;
  std::string failure, outside;
  std::uint64_t bytes_left = 2 * bytes.size();  // slices that overlap are read, but not without end
  for (std::uint32_t i = 0; i < u32(4); i++) {
    const std::uint64_t at = 8 + i * step;
    const std::string name = architecture_name(u32(at), u32(at + 4));
    const ByteView slice = wide ? bytes.clamp(u64(at + 8), u64(at + 16)) : bytes.clamp(u32(at + 8), u32(at + 12));
    const std::uint64_t promised = wide ? u64(at + 16) : u32(at + 12);
    if (slice.empty() || slice.size() > bytes_left) {
      failure = outside = name + " should lie past the end of the file";
      continue;
    }
    bytes_left -= slice.size();
    if (slice.text().starts_with("!<arch>\n")) {
      Result<std::vector<Part>> members = parse_archive(slice);
      if (!members) {
        failure = name + ": " + members.error().message;
        continue;
      }
      for (Part& member : *members) {
        member.name = name + "/" + member.name;
        parts.push_back(std::move(member));
      }
      continue;
    }
    Result<Image> image = parse_image(slice);
    if (!image) {
      failure = name + ": " + image.error().message;
      continue;
    }
    if (slice.size() < promised) note_missing(*image, "this architecture's part of the file");
    parts.push_back({name, std::move(*image)});
  }
  if (parts.empty()) return fail(ErrorCode::kMalformed, "a fat Mach-O file of which nothing can be read: " + failure);
  if (!outside.empty()) note_missing(parts.front().image, "the part for " + outside);
  if (!failure.empty() && failure != outside)
    parts.front().image.diagnostics.push_back("another architecture could not be read: " + failure);
  return parts;
}

}  // namespace samehand::image
