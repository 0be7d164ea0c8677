// Build traces of ELF files; what each can say, and how easily it is forged: docs/traces.md.
//
// Problem: read them, with section headers (.comment needs them) or without (notes and needed libraries do not).
// Example: a note {owner "GNU", type 3, 20 bytes} -> build id, 40 hexadecimal digits.
// Method: System V ABI, "Note Section" and "Dynamic Section"; GNU's symbol versions as in the LSB, "Symbol Versioning".
// Cost: linear in the tables.
#include <algorithm>
#include <map>
#include <string>

#include "elf_symbols.h"
#include "parse.h"
#include "traces.h"

namespace samehand::image {

using namespace elf;

namespace {

constexpr std::size_t kMaxNotes = 256, kMaxVersions = 4096, kMaxSourceFiles = 64;

void read_notes(const ElfFile& file, ByteView notes, Image& image) {
  const auto u32 = [&](std::uint64_t at) { return notes.read_or_zero<std::uint32_t>(at, file.order); };
  std::uint64_t at = 0;
  for (std::size_t i = 0; i < kMaxNotes && notes.contains(at, 12); i++) {
    const std::uint64_t name_size = u32(at), content_size = u32(at + 4);
    const std::uint32_t type = u32(at + 8);
    std::string_view owner = notes.clamp(at + 12, name_size).text();
    owner = owner.substr(0, owner.find('\0'));
    const std::uint64_t content_at = at + 12 + ((name_size + 3) & ~3ull);
    const ByteView content = notes.clamp(content_at, content_size);
    constexpr std::uint32_t kAbi = 1, kBuildId = 3, kGoBuildId = 4, kPackage = 0xcafe1a7e;
    if (owner == "GNU" && type == kBuildId && content.size() <= 64) {
      add_trace(image, TraceKind::kBuildId, "", hex_text(content));
    } else if (owner == "GNU" && type == kAbi && content.size() >= 16) {
      const auto part = [&](std::uint64_t o) {
        return std::to_string(content.read_or_zero<std::uint32_t>(o, file.order));
      };
      add_trace(image, TraceKind::kBuildVersion, "oldest kernel", part(4) + "." + part(8) + "." + part(12));
    } else if (owner == "Go" && type == kGoBuildId) {
      add_trace(image, TraceKind::kBuildId, "Go", content.text());
    } else if (owner == "FDO" && type == kPackage) {
      std::string_view text = content.text();
      add_trace(image, TraceKind::kBuildVersion, "package", text.substr(0, text.find('\0')));
    }
    at = content_at + ((content_size + 3) & ~3ull);
  }
}

// The compilers' names that each object file brought along, once each.
void read_comment(ByteView comment, Image& image) {
  std::vector<std::string_view> seen;
  for (std::uint64_t at = 0; at < comment.size() && seen.size() < 32;) {
    std::string_view text = comment.clamp(at, 512).text();
    text = text.substr(0, text.find('\0'));
    at += text.size() + 1;
    if (text.empty() || std::ranges::find(seen, text) != seen.end()) continue;
    seen.push_back(text);
    const bool linker = text.starts_with("Linker: ");
    add_trace(image, linker ? TraceKind::kLinker : TraceKind::kCompiler, "", linker ? text.substr(8) : text);
  }
}

// "GLIBC_2.34" before "GLIBC_2.4": numbers count, not letters.
bool newer(std::string_view a, std::string_view b) {
  std::size_t i = 0, k = 0;
  while (i < a.size() || k < b.size()) {
    std::uint64_t x = 0, y = 0;
    while (i < a.size() && a[i] != '.') x = x * 10 + static_cast<std::uint64_t>(a[i++] - '0') % 10;
    while (k < b.size() && b[k] != '.') y = y * 10 + static_cast<std::uint64_t>(b[k++] - '0') % 10;
    if (x != y) return x > y;
    i++, k++;
  }
  return false;
}

// Which versions of its libraries' interfaces the file needs: the newest tells on what system it was linked.
void read_versions(const ElfFile& file, ByteView strings, Image& image) {
  const ByteView table = file.from_address(file.dynamic.versions_needed);
  if (file.dynamic.versions_needed == 0) return;
  std::map<std::string_view, std::string_view> newest;
  std::uint64_t at = 0;
  std::size_t left = kMaxVersions;
  for (std::uint64_t i = 0; i < file.dynamic.versions_needed_count && left > 0 && table.contains(at, 16); i++) {
    std::uint64_t aux = at + table.read_or_zero<std::uint32_t>(at + 8, file.order);
    const unsigned count = table.read_or_zero<std::uint16_t>(at + 2, file.order);
    for (unsigned k = 0; k < count && left > 0 && table.contains(aux, 16); k++, left--) {
      const std::string_view name =
          strings.c_string(table.read_or_zero<std::uint32_t>(aux + 8, file.order), 128).value_or("");
      const std::size_t underscore = name.rfind('_');
      if (underscore != std::string_view::npos && underscore + 1 < name.size() && name[underscore + 1] >= '0' &&
          name[underscore + 1] <= '9' && newest.size() < 64) {
        std::string_view& known = newest[name.substr(0, underscore)];
        if (known.empty() || newer(name.substr(underscore + 1), known)) known = name.substr(underscore + 1);
      }
      const std::uint32_t next = table.read_or_zero<std::uint32_t>(aux + 12, file.order);
      if (next == 0) break;
      aux += next;
    }
    const std::uint32_t next = table.read_or_zero<std::uint32_t>(at + 12, file.order);
    if (next == 0) break;
    at += next;
  }
  for (const auto& [interface, version] : newest) add_trace(image, TraceKind::kBuildVersion, interface, version);
}

// Symbols of type FILE name the sources, but also the C library's start-up files.
void read_source_files(const ElfFile& file, Image& image) {
  const auto symtab = std::ranges::find(file.sections, kSymtab, &SectionHeader::type);
  if (symtab == file.sections.end()) return;
  const ElfSymbolTable table = symbol_table(file, *symtab);
  std::vector<std::string_view> seen;
  for (std::uint64_t i = 1; i < table.count && seen.size() < kMaxSourceFiles; i++) {
    const ElfSymbol symbol = table.at(i);
    constexpr unsigned kFile = 4;
    if (symbol.type() != kFile) continue;
    const std::string_view name = table.strings.c_string(symbol.name, 512).value_or("");
    if (name.empty() || name == "crtstuff.c" || name.ends_with(".o") || name.ends_with(".S")) continue;
    if (std::ranges::find(seen, name) != seen.end()) continue;
    seen.push_back(name);
    add_trace(image, TraceKind::kOriginalName, "source file", name);
  }
}

}  // namespace

void read_elf_traces(const ElfFile& file, Image& image) {
  bool notes_read = false;
  for (const Segment& s : file.segments) {
    if (s.type == kNote) {
      read_notes(file, file.bytes.clamp(s.offset, s.file_size), image);
      notes_read = true;
    } else if (s.type == kInterp) {
      std::string_view text = file.bytes.clamp(s.offset, std::min<std::uint64_t>(s.file_size, 512)).text();
      add_trace(image, TraceKind::kInterpreter, "", text.substr(0, text.find('\0')));
    }
  }
  for (const SectionHeader& h : file.sections) {
    if (h.type == kNoteSection && !notes_read) read_notes(file, file.content(h), image);
    if (h.name == ".comment") read_comment(file.content(h), image);
    if (h.name == ".gnu_debuglink") {
      add_trace(image, TraceKind::kPdbPath, "debug link", file.content(h).c_string(0, 512).value_or(""));
    }
  }
  const ByteView strings = file.from_address(file.dynamic.strings);
  const auto string_at = [&](std::uint64_t offset) { return strings.c_string(offset, 1024).value_or(""); };
  for (const std::uint64_t needed : file.dynamic.needed) {
    add_trace(image, TraceKind::kNeededLibrary, "", string_at(needed));
  }
  if (file.dynamic.soname != 0) add_trace(image, TraceKind::kExportName, "", string_at(file.dynamic.soname));
  if (file.dynamic.run_path != 0) {
    add_trace(image, TraceKind::kNeededLibrary, "search path", string_at(file.dynamic.run_path));
  }
  read_versions(file, strings, image);
  read_source_files(file, image);

  // The tables at the end of a file count as its own; a section without content lies nowhere.
  std::uint64_t end = file.wide ? 64 : 52;
  for (const Segment& s : file.segments) end = std::max(end, end_of(s.offset, s.file_size));
  for (const SectionHeader& h : file.sections) {
    if (h.type != kNobits) end = std::max(end, end_of(h.offset, h.size));
  }
  end = std::max(end, file.headers_end);
  if (file.type != kTypeRelocatable) add_overlay(image, end);
}

}  // namespace samehand::image
