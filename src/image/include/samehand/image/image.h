// An executable image as the rest of Samehand sees it, whatever file format it came in.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/byte_view.h"
#include "samehand/base/result.h"

namespace samehand::image {

enum class Format : std::uint8_t { kElf, kPe, kMachO, kRaw };
enum class Architecture : std::uint8_t { kUnknown, kX86, kX64, kArm64, kOther };

// All addresses are virtual addresses as the file states them (PE and Mach-O: image base included; a relocatable
// object: sections laid out one after another from 0x10000 by the loader).
struct Section {
  std::string name;
  std::uint64_t address = 0;
  std::uint64_t size = 0;         // bytes in memory
  std::uint64_t file_offset = 0;  // into Image::bytes
  std::uint64_t file_size = 0;    // bytes in the file, at most `size`; the rest reads as zero and has no bytes here
  bool executable = false;
  bool writable = false;
  bool stubs =
      false;  // holds only import stubs or start-up glue (.plt*, .init, .fini, __stubs): no functions of its own

  bool contains(std::uint64_t a) const { return a >= address && a - address < size; }
};

// An imported function or object and the pointer slot (GOT, IAT, lazy pointer) through which the code reaches it. In a
// relocatable object also every undefined symbol has a slot, in a section ".imports" that has no bytes: calls and
// references of the code lead to the slot itself.
struct Import {
  std::uint64_t slot = 0;
  std::string name;     // as the file states it; "#12" when by ordinal only
  std::string library;  // empty where the format does not say
  bool delayed = false;
};

// The name under which imports of different files can be compared: `name`, but where that is an ordinal the name that
// Windows' library exports under it ("#115" of WS2_32.dll: "WSAStartup"), or, where that is not known, the ordinal with
// its library ("mfc42.dll#823"): numbers of different libraries have nothing in common.
std::string comparable_name(const Import& import);

enum class SymbolKind : std::uint8_t { kFunction, kObject, kOther };

struct Symbol {
  std::uint64_t address = 0;
  std::uint64_t size = 0;  // bytes, 0 where the format does not say
  std::string name;        // as the file states it (mangled)
  SymbolKind kind = SymbolKind::kOther;
  bool exported = false;  // visible to other images: .dynsym, export table; the rest are local debugging aids
};

// A pointer in data that the loader fills in: `slot` will hold `target`. What the file holds there meanwhile may be
// anything (0 in many ELF files, encoded chains in Mach-O), so ask for the relocation before the pointer.
struct Relocation {
  std::uint64_t slot = 0;
  std::uint64_t target = 0;
};

// Facts about how, where, when and by whom the file was built. The value is text for people; see docs/traces.md.
enum class TraceKind : std::uint8_t {
  kBuildTime,
  kRichHeader,
  kPdbPath,
  kVersionResource,
  kResourceLanguage,
  kImphash,
  kSigner,
  kBuildId,
  kCompiler,
  kInterpreter,
  kNeededLibrary,
  kUuid,
  kBuildVersion,
  kSectionEntropy,
  kOverlay,
  kExportName,
  kImportedFunction,
  kString,
  kOriginalName,
  kEntryPoint,
  kLinker,
  kResource
};

struct Trace {
  TraceKind kind;
  std::string key;  // what the value is of, where one kind has several: a section's or resource's name; else empty
  std::string value;
  bool valid = true;  // false where the trace contradicts itself, such as a Rich header with a wrong checksum
};

// What the file seems to be besides an ordinary native program; each with the evidence for people.
struct Remark {
  enum class Kind : std::uint8_t {
    kPacked,
    kDotNet,
    kGo,
    kRust,
    kDamaged,
    kContradiction,
    kMissing,  // the headers promise what is not in the file: it was cut short
    kForeign   // code for a processor that is not read
  } kind;
  std::string text;
};

// Where the file keeps its unwind tables; `code` parses them.
struct UnwindTable {
  enum class Kind : std::uint8_t { kEhFrame, kPdata, kCompactUnwind, kFunctionStarts } kind;
  std::uint64_t address = 0;      // 0 for tables outside any section (kFunctionStarts)
  std::uint64_t file_offset = 0;  // into Image::bytes
  std::uint64_t size = 0;         // bytes in the file
};

struct Image {
  Format format = Format::kRaw;
  Architecture architecture = Architecture::kUnknown;
  std::uint8_t pointer_bytes = 8;
  bool relocatable = false;  // an object file: its calls are relocations
  std::uint64_t base = 0;    // preferred load address; 0 for position-independent ELF
  std::uint64_t got = 0;     // i386 ELF: what ebx holds in position-independent code; else 0
  std::optional<std::uint64_t> entry;
  std::vector<std::uint64_t> initializers;  // .init_array, TLS callbacks and the like: addresses of functions
  std::vector<Section> sections;            // loaded ones, ascending address, not overlapping
  std::vector<Import> imports;              // ascending slot, no slot twice
  std::vector<Symbol> symbols;              // ascending address
  std::vector<Relocation> relocations;      // ascending slot, targets inside the image only
  std::vector<UnwindTable> unwind_tables;
  std::vector<Trace> traces;
  std::vector<Remark> remarks;
  std::vector<std::string> diagnostics;  // what was damaged and how it was read nevertheless
  ByteView bytes;                        // the whole file (for a fat or archive member: the member); borrowed
  // For a relocatable object alone: the patched copy that `bytes` views instead of the file (see load).
  std::shared_ptr<const std::vector<std::uint8_t>> owned;

  const Section* section_at(std::uint64_t address) const;
  // The `count` bytes at `address`; empty unless all of them lie in one section's file content.
  ByteView at(std::uint64_t address, std::uint64_t count) const;
  // The section's content from `address` to its end in the file; empty outside.
  ByteView from(std::uint64_t address) const;
  // A pointer-sized little-endian value (sign is not extended); nullopt outside.
  std::optional<std::uint64_t> pointer_at(std::uint64_t address) const;
  const Import* import_at(std::uint64_t slot) const;          // binary search
  const Relocation* relocation_at(std::uint64_t slot) const;  // binary search
};

struct LoadOptions {
  bool raw = false;  // take the bytes as one executable section at raw_base
  std::uint64_t raw_base = 0;
  Architecture raw_architecture = Architecture::kX64;
};

// One image in a file: a plain executable gives one part without a name; a fat Mach-O one per architecture ("x86_64",
// "arm64"); a static archive one per member ("foo.o").
struct Part {
  std::string name;
  Image image;
};

// Reads PE32, PE32+, ELF32/64, Mach-O (thin, fat), static archives of these, or raw bytes. `bytes` must outlive the
// images, which borrow it. Returns what could be read, with diagnostics; an error only where nothing could be:
// kNotSupported for a kind of file that is no executable, kTruncated, kMalformed. Thread-safe; order of parts as in the
// file.
Result<std::vector<Part>> load(ByteView bytes, const LoadOptions& options = {});

std::string_view to_string(Format format);
std::string_view to_string(Architecture architecture);
std::string_view to_string(TraceKind kind);

}  // namespace samehand::image
