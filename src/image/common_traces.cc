// What can be said of a file in any format: how random its sections look, and whether it is packed, Go or Rust.
//
// Problem: recovery and matching read native code as compilers write it. Where the file holds something else (a packed
// program, a language with a runtime of its own) the user must be told, and by which evidence.
// Example: sections UPX0 and UPX1 -> remark packed, "UPX: sections UPX0, UPX1".
// Method: names and marks that packers leave; entropy. Go's build information as in its package debug/buildinfo, Rust's
// paths of the standard library's sources, "/rustc/<commit>/".
// Cost: a few passes over the bytes, some GB/s.
// Known failures: packers without a name whose stub imports much; Go and Rust with their traces removed.
#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

#include "parse.h"
#include "traces.h"

namespace samehand::image {
namespace {

// Measured: of 2,049 code sections of 4 KiB and more in Debian's executables and libraries the most random had 6.79
// bits per byte (a video decoder); 80 of them compressed had 7.98 on average with zlib and at least 7.95 with LZMA,
// but 7.0 with LZ4, which this does not catch.
constexpr double kPackedEntropy = 7.2;
constexpr std::uint64_t kEnoughBytes = 4096;
// So few bytes can never look random: 256 random ones have 7.2 bits per byte.
constexpr std::uint64_t kMeaningfulBytes = 256;
// What a stub needs to unpack and start the rest.
constexpr std::size_t kFewImports = 12;

void read_entropies(Image& image, std::vector<double>& entropies) {
  for (const Section& s : image.sections) {
    const ByteView content = image.bytes.clamp(s.file_offset, s.file_size);
    const double bits = entropy(content);
    entropies.push_back(bits);
    if (content.size() < kMeaningfulBytes) continue;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.2f", bits);
    add_trace(image, TraceKind::kSectionEntropy, s.name, text.data());
  }
}

struct Packer {
  const char* section;  // how the name of its section begins
  const char* name;
};

constexpr Packer kPackers[] = {
    {"UPX0", "UPX"},
    {"UPX1", "UPX"},
    {".aspack", "ASPack"},
    {".adata", "ASPack or Armadillo"},
    {"MPRESS1", "MPRESS"},
    {"MPRESS2", "MPRESS"},
    {".vmp0", "VMProtect"},
    {".vmp1", "VMProtect"},
    {".themida", "Themida"},
    {".winlice", "WinLicense"},
    {"FSG!", "FSG"},
    {".petite", "Petite"},
    {"PEC2", "PECompact"},
    {"pec1", "PECompact"},
    {".nsp0", "NsPack"},
    {".nsp1", "NsPack"},
    {".enigma", "Enigma"},
    {".yP", "Y0da"},
    {"kkrunchy", "kkrunchy"},
    {".MaskPE", "MaskPE"},
    {"BitArts", "Crunch"},
    {".boom", "Boomerang"},
    {".perplex", "Perplex"},
    {".sforce3", "StarForce"},
    {"WinLicen", "WinLicense"},
    {".upack", "Upack"},
    {".Upack", "Upack"},
    {"__upx", "UPX"},
};

void find_packers(Image& image, const std::vector<double>& entropies) {
  std::string evidence;
  for (const Section& s : image.sections) {
    for (const Packer& packer : kPackers) {
      if (!s.name.starts_with(packer.section)) continue;
      evidence += (evidence.empty() ? std::string(packer.name) + ": sections " : std::string(", ")) + s.name;
      break;
    }
  }
  if (evidence.empty()) {
    // UPX marks its header: in ELF behind the program headers, in PE behind the section headers.
    const std::string_view head = image.bytes.clamp(0, 4096).text();
    if (head.find("UPX!") != std::string_view::npos) evidence = "UPX: its mark \"UPX!\" in the header";
  }
  const Section* entered = image.entry ? image.section_at(*image.entry) : nullptr;
  for (std::size_t i = 0; i < image.sections.size() && evidence.empty(); i++) {
    const Section& s = image.sections[i];
    const bool dense = entropies[i] > kPackedEntropy && s.file_size >= kEnoughBytes;
    if (!dense || !s.executable) continue;
    const bool few = image.imports.size() <= kFewImports;
    if (!few && !s.writable) continue;
    std::array<char, 64> bits{};
    std::snprintf(bits.data(), bits.size(), "%.2f bits per byte", entropies[i]);
    evidence = "executable section " + s.name + " with " + bits.data() +
               (few ? ", and only " + std::to_string(image.imports.size()) + " imports" : ", and writable");
  }
  if (evidence.empty() && entered != nullptr && entered->writable && entered->executable && !image.relocatable &&
      image.format != Format::kRaw) {
    evidence = "starts in section " + entered->name + ", which is writable";
  }
  if (!evidence.empty()) {
    add_remark(image, Remark::Kind::kPacked, evidence + ": the code that is seen is the unpacker's, not the program's");
  }
}

// A Go string in build information with inline strings: a length of seven bits per byte, then the text.
std::string_view inline_string(ByteView bytes, std::uint64_t& at) {
  std::uint64_t length = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    const std::uint8_t byte = bytes[at++];
    length |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) break;
  }
  const std::string_view text = bytes.clamp(at, std::min<std::uint64_t>(length, 65536)).text();
  at += length;
  return text;
}

// A Go string behind a pointer: {address, length}.
std::string_view pointed_string(const Image& image, std::uint64_t header) {
  const std::uint64_t address = image.pointer_at(header).value_or(0);
  const std::uint64_t length = image.pointer_at(header + image.pointer_bytes).value_or(0);
  return image.from(address).clamp(0, std::min<std::uint64_t>(length, 65536)).text();
}

void read_go_modules(std::string_view info, Image& image) {
  // Framed by 16 bytes on either side; lines of "key\tvalue\t...".
  if (info.size() > 32 && info[info.size() - 17] == '\n') info = info.substr(16, info.size() - 32);
  std::size_t lines = 0;
  while (!info.empty() && lines++ < 256) {
    const std::string_view line = info.substr(0, info.find('\n'));
    info.remove_prefix(std::min(line.size() + 1, info.size()));
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos) continue;
    const std::string_view key = line.substr(0, tab);
    if (key != "path" && key != "mod" && key != "dep" && key != "build") continue;
    std::string value(line.substr(tab + 1));
    std::ranges::replace(value, '\t', ' ');
    add_trace(image, TraceKind::kBuildVersion, "Go " + std::string(key), value);
  }
}

void find_go(Image& image) {
  constexpr std::string_view kMark = "\xff Go buildinf:";
  std::string evidence;
  for (const Section& s : image.sections) {
    if (s.name == ".gopclntab" || s.name.ends_with("__gopclntab")) evidence = "section " + s.name;
  }
  const std::size_t at = image.bytes.text().find(kMark);
  if (at != std::string_view::npos) {
    const ByteView info = image.bytes.clamp(at);
    std::string_view version, modules;
    constexpr unsigned kInline = 2;
    if ((info[15] & kInline) != 0) {
      std::uint64_t inside = 32;
      version = inline_string(info, inside);
      modules = inline_string(info, inside);
    } else {
      const std::uint64_t step = image.pointer_bytes;
      const auto pointer = [&](std::uint64_t offset) {
        return step == 8 ? info.read_or_zero<std::uint64_t>(offset) : info.read_or_zero<std::uint32_t>(offset);
      };
      version = pointed_string(image, pointer(16));
      modules = pointed_string(image, pointer(16 + step));
    }
    if (version.starts_with("go") || version.starts_with("devel")) {
      add_trace(image, TraceKind::kCompiler, "Go", version);
      evidence = "build information of " + printable(version, 64);
      read_go_modules(modules, image);
    }
  }
  constexpr std::string_view kBuildId = "\xff Go build ID: \"";
  for (const Section& s : image.sections) {
    if (!s.executable) continue;
    const std::string_view head = image.bytes.clamp(s.file_offset, std::min<std::uint64_t>(s.file_size, 4096)).text();
    const std::size_t id = head.find(kBuildId);
    if (id == std::string_view::npos) continue;
    const std::string_view rest = head.substr(id + kBuildId.size(), 256);
    add_trace(image, TraceKind::kBuildId, "Go", rest.substr(0, rest.find('"')));
    if (evidence.empty()) evidence = "Go's build ID";
  }
  if (!evidence.empty()) {
    add_remark(image, Remark::Kind::kGo,
               "a Go program (" + evidence + "): most of its functions are Go's own runtime and library");
  }
}

void find_rust(Image& image) {
  constexpr std::string_view kSources = "/rustc/";
  constexpr std::size_t kCommit = 40;
  const std::string_view text = image.bytes.text();
  std::string evidence;
  for (std::size_t at = text.find(kSources); at != std::string_view::npos; at = text.find(kSources, at + 1)) {
    const std::string_view commit = text.substr(at + kSources.size(), kCommit);
    const bool hexadecimal = commit.size() == kCommit && std::ranges::all_of(commit, [](char c) {
                               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                             });
    if (!hexadecimal) continue;
    evidence = "sources of rustc " + std::string(commit);
    add_trace(image, TraceKind::kCompiler, "Rust", "rustc commit " + std::string(commit));
    break;
  }
  if (evidence.empty()) {
    const auto rust = std::ranges::find_if(image.symbols, [](const Symbol& s) {
      return s.name == "rust_begin_unwind" || s.name == "rust_panic" || s.name == "rust_eh_personality";
    });
    if (rust != image.symbols.end()) evidence = "symbol " + rust->name;
  }
  if (!evidence.empty()) {
    add_remark(image, Remark::Kind::kRust,
               "contains Rust code (" + evidence + "): many of its functions are Rust's standard library's");
  }
}

}  // namespace

void read_common_traces(Image& image) {
  std::vector<double> entropies;
  read_entropies(image, entropies);
  if (image.format != Format::kRaw && !image.relocatable) find_packers(image, entropies);
  find_go(image);
  find_rust(image);
  for (const std::string& diagnostic : image.diagnostics) add_remark(image, Remark::Kind::kDamaged, diagnostic);
}

}  // namespace samehand::image
