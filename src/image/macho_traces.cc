// Build traces of Mach-O files; what each can say, and how easily it is forged: docs/traces.md.
//
// Problem: read them. Example: LC_BUILD_VERSION {platform 1, minimum 11.0, SDK 11.3, tool 3 version 609.8} ->
// "macOS 11.0, SDK 11.3", "ld 609.8".
// Method: Apple's <mach-o/loader.h>, <mach-o/stab.h>; code signatures as in Apple's xnu, bsd/sys/codesign.h (big-endian
// blobs, the CMS part read by OpenSSL).
// Cost: linear.
#include <algorithm>
#include <string>

#include "parse.h"
#include "signer.h"
#include "traces.h"

namespace samehand::image {

using namespace macho;

namespace {

std::string version_text(std::uint32_t version) {  // 16.8.8 bits
  std::string text = std::to_string(version >> 16) + "." + std::to_string((version >> 8) & 255);
  return (version & 255) != 0 ? text + "." + std::to_string(version & 255) : text;
}

std::string platform_text(std::uint32_t platform) {
  static constexpr const char* kNames[] = {
      "?",        "macOS",        "iOS",           "tvOS",           "watchOS",
      "bridgeOS", "Mac Catalyst", "iOS simulator", "tvOS simulator", "watchOS simulator",
      "DriverKit"};
  return platform < std::size(kNames) ? kNames[platform] : "platform " + std::to_string(platform);
}

std::string tool_text(std::uint32_t tool) {
  static constexpr const char* kNames[] = {"?", "clang", "swift", "ld", "lld"};
  return tool < std::size(kNames) ? kNames[tool] : "tool " + std::to_string(tool);
}

// The debugger's map leads to the object files: their paths, and when they were written.
void read_debug_map(const MachOFile& file, Image& image) {
  const std::uint64_t step = file.wide ? 16 : 12;
  const ByteView table = file.bytes.clamp(file.symbols.offset, step * file.symbols.size);
  const ByteView strings = file.content(file.strings);
  std::uint64_t newest = 0;
  std::size_t paths = 0;
  for (std::uint64_t at = 0; table.contains(at, step); at += step) {
    constexpr unsigned kSourceFile = 0x64, kObjectFileEntry = 0x66;
    const unsigned type = table[at + 4];
    if (type != kObjectFileEntry && type != kSourceFile) continue;
    const std::string_view name = strings.c_string(table.read_or_zero<std::uint32_t>(at), 1024).value_or("");
    if (type == kObjectFileEntry) {
      newest = std::max(
          newest, file.wide ? table.read_or_zero<std::uint64_t>(at + 8) : table.read_or_zero<std::uint32_t>(at + 8));
      if (paths++ < 32) add_trace(image, TraceKind::kPdbPath, "object file", name);
    } else if (!name.ends_with('/') && paths < 32) {
      add_trace(image, TraceKind::kOriginalName, "source file", name);
    }
  }
  constexpr std::uint64_t kYear2100 = 4102444800;
  if (newest > 0 && newest < kYear2100) {
    add_trace(image, TraceKind::kBuildTime, "newest object file", utc_text(static_cast<std::int64_t>(newest)),
              static_cast<std::int64_t>(newest) <= seconds_now() + 86400);
  }
}

void read_code_signature(const MachOFile& file, Image& image) {
  const ByteView blob = file.content(file.signature);
  const auto u32 = [](ByteView view, std::uint64_t at) {
    return view.read_or_zero<std::uint32_t>(at, std::endian::big);
  };
  constexpr std::uint32_t kSuperBlob = 0xfade0cc0, kCodeDirectory = 0xfade0c02, kCmsWrapper = 0xfade0b01;
  if (u32(blob, 0) != kSuperBlob) return;
  for (std::uint32_t i = 0; i < std::min<std::uint32_t>(u32(blob, 8), 32); i++) {
    const std::uint64_t offset = u32(blob, 12 + i * 8 + 4);
    const ByteView part = blob.clamp(offset, u32(blob, offset + 4));
    if (u32(part, 0) == kCodeDirectory) {
      add_trace(image, TraceKind::kSigner, "identifier", part.c_string(u32(part, 20), 512).value_or(""));
      constexpr std::uint32_t kHasTeam = 0x20200;
      if (u32(part, 8) >= kHasTeam && u32(part, 48) != 0) {
        add_trace(image, TraceKind::kSigner, "team", part.c_string(u32(part, 48), 64).value_or(""));
      }
    } else if (u32(part, 0) == kCmsWrapper && part.size() > 8) {
      const ParsedSignature signature = parse_signature(part.clamp(8));
      for (const SignerName& signer : signature.signers) add_signer(signer, true, image);
    }
  }
}

}  // namespace

void read_macho_traces(const MachOFile& file, Image& image) {
  if (!file.uuid.empty()) {
    // The bytes in their order, as Apple's tools print them, not in Windows' mixed one.
    std::string text = hex_text(file.uuid);
    std::ranges::transform(text, text.begin(), [](char c) { return static_cast<char>(c >= 'a' ? c - 32 : c); });
    for (const std::size_t at : {8u, 13u, 18u, 23u}) text.insert(at, "-");
    add_trace(image, TraceKind::kUuid, "", text);
  }
  for (const MachOFile::BuildVersion& version : file.build_versions) {
    add_trace(
        image, TraceKind::kBuildVersion, "",
        platform_text(version.platform) + " " + version_text(version.minimum) + ", SDK " + version_text(version.sdk));
    for (const auto& [tool, number] : version.tools) {
      add_trace(image, tool == 3 || tool == 4 ? TraceKind::kLinker : TraceKind::kCompiler, "",
                tool_text(tool) + " " + version_text(number));
    }
  }
  if (file.source_version != 0) {
    const std::uint64_t v = file.source_version;  // 24.10.10.10.10 bits
    add_trace(
        image, TraceKind::kBuildVersion, "source version",
        std::to_string(v >> 40) + "." + std::to_string((v >> 30) & 1023) + "." + std::to_string((v >> 20) & 1023));
  }
  for (const Library& library : file.libraries) add_trace(image, TraceKind::kNeededLibrary, "", library.name);
  add_trace(image, TraceKind::kInterpreter, "", file.interpreter);
  add_trace(image, TraceKind::kExportName, "", file.id);
  // Linkers write 0, 1 or 2 nowadays; other values are times.
  if (file.id_timestamp > 2) {
    add_trace(image, TraceKind::kBuildTime, "library", utc_text(file.id_timestamp),
              file.id_timestamp <= seconds_now() + 86400);
  }
  read_debug_map(file, image);
  read_code_signature(file, image);
  if (file.encryption != 0) {
    add_remark(image, Remark::Kind::kPacked,
               "its code is encrypted (an application from Apple's store): it is not read");
  }

  std::uint64_t end = 0;
  for (const Segment& s : file.segments) end = std::max(end, end_of(s.offset, s.file_size));
  if (file.file_type != kObjectFile) add_overlay(image, end);
}

}  // namespace samehand::image
