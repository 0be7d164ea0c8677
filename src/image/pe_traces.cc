// Build traces of PE images; what each can say, and how easily it is forged: docs/traces.md.
//
// Problem: read them, and notice where they contradict each other.
// Example: the header says linked 2013-01-31 by linker 14.00, which came out in July 2015 -> contradiction.
// Method: "PE Format" (Microsoft Learn); imphash as first described by Mandiant ("Tracking Malware with Import
// Hashing", 2014) and computed by pefile, whose results the values must equal to be of use.
// Cost: linear.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <string>

#include "parse.h"
#include "pe_ordinals.h"
#include "pe_resources.h"
#include "pe_rich.h"
#include "pe_signature.h"
#include "traces.h"

namespace samehand::image {

using namespace pe;

namespace {

constexpr std::int64_t kDay = 86400;
constexpr std::uint32_t kDelphiTime = 0x2a425e19;  // 1992-06-19 22:22:17, in every file of Borland's linkers
constexpr std::int64_t kFirstPe = 725846400;       // 1993-01-01: Windows NT 3.1 came out in July

struct LinkerRelease {
  int version;  // major * 100 + minor
  std::int64_t released;
  const char* name;
};

// First days of Microsoft's linkers with their Visual Studio, and of GNU ld; LLVM's linker says 14.00 too. Only those
// whose number nobody else uses can contradict a build time.
constexpr LinkerRelease kLinkers[] = {
    {220, 1255651200, "GNU ld 2.20"},
    {221, 1291766400, "GNU ld 2.21"},
    {222, 1321833600, "GNU ld 2.22"},
    {223, 1350864000, "GNU ld 2.23"},
    {224, 1385942400, "GNU ld 2.24"},
    {226, 1453680000, "GNU ld 2.26"},
    {227, 1470182400, "GNU ld 2.27"},
    {228, 1488412800, "GNU ld 2.28"},
    {229, 1500854400, "GNU ld 2.29"},
    {230, 1517011200, "GNU ld 2.30"},
    {231, 1531872000, "GNU ld 2.31"},
    {232, 1549065600, "GNU ld 2.32"},
    {233, 1570838400, "GNU ld 2.33"},
    {234, 1580515200, "GNU ld 2.34"},
    {235, 1595548800, "GNU ld 2.35"},
    {236, 1611446400, "GNU ld 2.36"},
    {237, 1626566400, "GNU ld 2.37"},
    {238, 1644364800, "GNU ld 2.38"},
    {239, 1659657600, "GNU ld 2.39"},
    {240, 1673654400, "GNU ld 2.40"},
    {241, 1690675200, "GNU ld 2.41"},
    {242, 1706486400, "GNU ld 2.42"},
    {600, 896659200, "Visual C++ 6"},
    {700, 1013558400, "Visual Studio 2002"},
    {710, 1050364800, "Visual Studio 2003"},
    {800, 1130716800, "Visual Studio 2005"},
    {900, 1195430400, "Visual Studio 2008"},
    {1000, 1271030400, "Visual Studio 2010"},
    {1100, 1344988800, "Visual Studio 2012"},
    {1200, 1381968000, "Visual Studio 2013"},
    {1400, 1437350400, "Visual Studio 2015, or LLVM"},
    {1410, 1488844800, "Visual Studio 2017"},
    {1420, 1554163200, "Visual Studio 2019"},
    {1430, 1636329600, "Visual Studio 2022"},
};
// Betas were in use before: Visual Studio 2015's for a year.
constexpr std::int64_t kBeta = 400 * kDay;

const LinkerRelease* linker_release(int version) {
  const LinkerRelease* found = nullptr;
  for (const LinkerRelease& release : kLinkers) {
    // Microsoft counts minor versions up by one with each update (14.16 belongs to 14.10).
    const bool update = release.version >= 1400 && version >= release.version && version < release.version + 10;
    if (release.version == version || update) found = &release;
  }
  return found;
}

struct DebugEntry {
  std::uint32_t time = 0, type = 0;
  ByteView content;
};

std::vector<DebugEntry> debug_entries(const PeFile& file) {
  std::vector<DebugEntry> entries;
  const ByteView table = file.directory(kDebug);
  for (std::uint64_t at = 0; table.contains(at, 28) && entries.size() < 64; at += 28) {
    const std::uint32_t size = table.read_or_zero<std::uint32_t>(at + 16);
    const std::uint32_t rva = table.read_or_zero<std::uint32_t>(at + 20);
    const std::uint32_t offset = table.read_or_zero<std::uint32_t>(at + 24);
    ByteView content = file.bytes.clamp(offset, size);
    if (offset == 0) content = file.from_rva(rva).clamp(0, size);
    entries.push_back({table.read_or_zero<std::uint32_t>(at + 4), table.read_or_zero<std::uint32_t>(at + 12), content});
  }
  return entries;
}

void read_pdb(const std::vector<DebugEntry>& entries, Image& image) {
  for (const DebugEntry& entry : entries) {
    const ByteView& c = entry.content;
    if (c.text().starts_with("RSDS")) {
      std::string_view path = c.clamp(24, 1024).text();
      path = path.substr(0, path.find('\0'));
      add_trace(image, TraceKind::kPdbPath, "", path);
      add_trace(image, TraceKind::kUuid, "PDB",
                guid_text(c.clamp(4, 16)) + ", age " + std::to_string(c.read_or_zero<std::uint32_t>(20)));
    } else if (c.text().starts_with("NB10")) {
      std::string_view path = c.clamp(16, 1024).text();
      path = path.substr(0, path.find('\0'));
      add_trace(image, TraceKind::kPdbPath, "", path);
      add_trace(image, TraceKind::kBuildTime, "PDB", utc_text(c.read_or_zero<std::uint32_t>(8)));
    }
  }
}

// A time of the past that some tool could have written; the remark says why not.
bool plausible(std::uint32_t time, const char* what, Image& image) {
  if (time > seconds_now() + kDay) {
    add_remark(image, Remark::Kind::kContradiction, std::string(what) + " lies in the future: " + utc_text(time));
    return false;
  }
  if (time < kFirstPe) {
    add_remark(image, Remark::Kind::kContradiction, std::string(what) + " is older than the format: " + utc_text(time));
    return false;
  }
  return true;
}

void read_times(const PeFile& file, const std::vector<DebugEntry>& debug, Image& image) {
  const std::uint32_t time = file.build_time;
  constexpr std::uint32_t kReproducible = 16, kRemoved = 0xffffffff;
  const bool is_hash = std::ranges::any_of(debug, [](const DebugEntry& e) { return e.type == kReproducible; });
  const auto text = [](std::uint32_t seconds) { return utc_text(seconds); };
  if (is_hash) {
    add_trace(image, TraceKind::kBuildTime, "",
              hex_number(time) + ": a hash of the contents, no time (reproducible build)");
    return;
  }
  if (time == 0 || time == kRemoved) {
    add_trace(image, TraceKind::kBuildTime, "", hex_number(time) + ": removed", false);
    return;
  }
  // Borland's linkers write a constant, but their resource compiler notes the time, in MS-DOS' form.
  const ByteView resources = file.from_rva(file.directories[kResources].address);
  if (time == kDelphiTime) {
    add_trace(image, TraceKind::kBuildTime, "", text(time) + ": a constant of Borland's linkers, no time", false);
    const auto dos = file.directories[kResources].address == 0 ? 0 : resources.read_or_zero<std::uint32_t>(4);
    if (dos != 0) {
      const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(1980 + (dos >> 25))),
                                             std::chrono::month(dos >> 21 & 15), std::chrono::day(dos >> 16 & 31));
      if (date.ok()) {
        const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
        const std::uint32_t clock = (dos >> 11 & 31) * 3600 + (dos >> 5 & 63) * 60 + (dos & 31) * 2;
        add_trace(image, TraceKind::kBuildTime, "resources",
                  utc_text(days * kDay + clock) + " (the builder's local time)");
      }
    }
    return;
  }
  const bool valid = plausible(time, "the build time", image);
  add_trace(image, TraceKind::kBuildTime, "", text(time), valid);
  if (!valid) return;

  const int version = file.linker_major * 100 + file.linker_minor;
  if (const LinkerRelease* linker = linker_release(version);
      linker != nullptr && static_cast<std::int64_t>(time) < linker->released - kBeta) {
    add_remark(
        image, Remark::Kind::kContradiction,
        "the build time " + text(time) + " is older than the linker that the header names (" + linker->name + ")");
  }
  const auto compare = [&](std::uint32_t other, const char* key) {
    if (other == 0 || other == kRemoved || other == time) return;
    add_trace(image, TraceKind::kBuildTime, key, text(other));
    if (std::max(other, time) - std::min(other, time) > kDay) {
      add_remark(image, Remark::Kind::kContradiction,
                 std::string("the build times of header and ") + key + " differ: " + text(time) + ", " + text(other));
    }
  };
  for (const DebugEntry& entry : debug) {
    constexpr std::uint32_t kCodeView = 2;
    if (entry.type == kCodeView) compare(entry.time, "debug directory");
  }
  if (file.directories[kExports].address != 0) {
    compare(file.from_rva(file.directories[kExports].address).read_or_zero<std::uint32_t>(4), "exports");
  }
}

void read_rich(const PeFile& file, Image& image) {
  const std::optional<RichHeader> rich = read_rich_header(file);
  if (!rich) return;
  add_trace(image, TraceKind::kRichHeader, "", rich->text(), rich->checksum_fits);
  add_trace(image, TraceKind::kRichHeader, "md5", md5_hex(rich->clear), rich->checksum_fits);
  if (!rich->checksum_fits) {
    add_remark(image, Remark::Kind::kContradiction,
               "the Rich header's checksum is wrong: it was edited, or comes from another file");
  }
  const int named = rich->linker_version();
  const int stated = file.linker_major * 100 + file.linker_minor;
  if (named != 0 && (named / 100 != file.linker_major || (named < 1400 && named != stated))) {
    add_remark(image, Remark::Kind::kContradiction,
               "the Rich header names Microsoft's linker " + std::to_string(named / 100) + "." +
                   std::to_string(named % 100 / 10) + "0, the optional header says " +
                   std::to_string(file.linker_major) + "." + std::to_string(file.linker_minor));
  }
}

// GCC leaves its version in each object's read-only data, where MinGW's linker keeps it.
void read_gcc(const PeFile& file, Image& image) {
  std::vector<std::string> compilers;
  std::uint64_t bytes_left = 2 * file.bytes.size();
  for (const SectionHeader& s : file.sections) {
    if ((s.flags & kExecute) != 0 || s.raw_size > bytes_left) continue;
    bytes_left -= s.raw_size;
    const std::string_view text = file.bytes.clamp(s.raw_offset, s.raw_size).text();
    for (std::size_t at = text.find("GCC: ("); at != std::string_view::npos && compilers.size() < 16;
         at = text.find("GCC: (", at + 1)) {
      std::string version = printable(text.substr(at, std::min<std::size_t>(text.find('\0', at) - at, 96)));
      if (std::ranges::find(compilers, version) == compilers.end()) compilers.push_back(std::move(version));
    }
  }
  for (const std::string& compiler : compilers) add_trace(image, TraceKind::kCompiler, "", compiler);
  if (!compilers.empty() && read_rich_header(file)) {
    add_remark(image, Remark::Kind::kContradiction,
               "has a Rich header of Microsoft's linker, and was compiled by " + compilers[0]);
  }
}

void read_imphash(Image& image) {
  std::string joined;
  const auto lower = [](std::string text) {
    for (char& c : text) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    return text;
  };
  for (const Import& import : image.imports) {  // in the file's order still
    if (import.delayed) continue;
    std::string library = lower(import.library), name = lower(import.name);
    if (import.name.starts_with("#")) {
      unsigned ordinal = 0;
      std::from_chars(import.name.data() + 1, import.name.data() + import.name.size(), ordinal);
      const std::string_view known = ordinal_name(import.library, ordinal);
      name = known.empty() ? "ord" + std::to_string(ordinal) : lower(std::string(known));
    }
    const std::size_t dot = library.rfind('.');
    if (dot != std::string::npos) {
      const std::string extension = library.substr(dot + 1);
      if (extension == "dll" || extension == "ocx" || extension == "sys") library.resize(dot);
    }
    if (!joined.empty()) joined += ',';
    joined += library + "." + name;
  }
  if (!joined.empty()) add_trace(image, TraceKind::kImphash, "", md5_hex(joined));
}

// The sum of all words of 16 bits with carries, plus the size; the checksum's own field counts as zero.
void check_checksum(const PeFile& file, Image& image) {
  if (file.checksum == 0) return;
  const std::span<const std::uint8_t> data = file.bytes.span();
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i + 2 <= data.size(); i += 2) sum += data[i] | static_cast<unsigned>(data[i + 1]) << 8;
  if (data.size() % 2 != 0) sum += data.back();
  const std::uint64_t field = file.optional_header + 64;
  if (field % 2 == 0) {
    sum -= file.bytes.read_or_zero<std::uint16_t>(field);
    sum -= file.bytes.read_or_zero<std::uint16_t>(field + 2);
  } else {
    return;  // no linker aligns it so, and Windows' own sum would not know it either
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  const std::uint64_t expected = sum + data.size();
  if (expected == file.checksum) return;
  add_remark(image, Remark::Kind::kContradiction,
             "the header's checksum " + hex_number(file.checksum) + " does not fit the contents (" +
                 hex_number(expected) + "): changed after it was linked");
}

void read_dot_net(const PeFile& file, Image& image) {
  const ByteView clr = file.from_rva(file.directories[kClr].address);
  if (file.directories[kClr].address == 0 || !clr.contains(0, 24)) return;
  const ByteView metadata =
      file.from_rva(clr.read_or_zero<std::uint32_t>(8)).clamp(0, clr.read_or_zero<std::uint32_t>(12));
  constexpr std::uint32_t kIlOnly = 1;
  const bool mixed = (clr.read_or_zero<std::uint32_t>(16) & kIlOnly) == 0;
  std::string runtime;
  if (metadata.text().starts_with("BSJB")) {
    const std::uint64_t length = metadata.read_or_zero<std::uint32_t>(12);
    runtime = metadata.c_string(16, 64).value_or("");
    std::uint64_t at = 16 + length;
    const std::uint64_t streams = metadata.read_or_zero<std::uint16_t>(at + 2);
    at += 4;
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(streams, 16); i++) {
      const std::uint64_t offset = metadata.read_or_zero<std::uint32_t>(at);
      const std::string_view name = metadata.c_string(at + 8, 32).value_or("");
      // The first GUID is the module's own, made anew by each compilation unless it was asked to be reproducible.
      if (name == "#GUID" && metadata.contains(offset, 16)) {
        add_trace(image, TraceKind::kUuid, ".NET module", guid_text(metadata.slice(offset, 16)));
      }
      at += 8 + ((name.size() + 4) & ~3ull);
    }
  }
  add_remark(image, Remark::Kind::kDotNet,
             "a .NET assembly" + (runtime.empty() ? std::string() : " for runtime " + printable(runtime)) +
                 ": its code is IL, which is not read" + (mixed ? "; what it has of native code is" : ""));
}

}  // namespace

void read_pe_traces(const PeFile& file, Image& image) {
  const std::vector<DebugEntry> debug = debug_entries(file);
  read_times(file, debug, image);
  const int version = file.linker_major * 100 + file.linker_minor;
  const LinkerRelease* linker = linker_release(version);
  add_trace(image, TraceKind::kLinker, "",
            std::to_string(file.linker_major) + "." + (file.linker_minor < 10 ? "0" : "") +
                std::to_string(file.linker_minor) + (linker != nullptr ? std::string(" (") + linker->name + ")" : ""));
  read_rich(file, image);
  read_gcc(file, image);
  read_pdb(debug, image);
  if (file.directories[kExports].address != 0) {
    const ByteView exports = file.from_rva(file.directories[kExports].address);
    add_trace(image, TraceKind::kExportName, "", file.c_string(exports.read_or_zero<std::uint32_t>(12), 512));
  }
  read_imphash(image);
  read_resources(file, image);
  read_signature(file, image);
  check_checksum(file, image);
  read_dot_net(file, image);

  // Section contents, symbols and certificates are all that a linker writes; what follows was put there by others.
  std::uint64_t end = std::min<std::uint64_t>(file.size_of_headers, file.bytes.size());
  for (const SectionHeader& s : file.sections) {
    if (s.raw_size > 0) end = std::max<std::uint64_t>(end, static_cast<std::uint64_t>(s.raw_offset) + s.raw_size);
  }
  if (file.symbols != 0) {
    const std::uint64_t strings = file.symbols + 18ull * file.symbol_count;
    end = std::max(end, strings + file.string_table().size());
  }
  const Range certificates = file.directories[kCertificates];
  if (certificates.address != 0 && certificates.address <= end + 8) {
    end = std::max<std::uint64_t>(end, static_cast<std::uint64_t>(certificates.address) + certificates.size);
  }
  if (certificates.address > end + 8) {  // an overlay that was signed with the file
    Image signed_part;
    signed_part.bytes = image.bytes.clamp(0, certificates.address);
    add_overlay(signed_part, end);
    std::ranges::move(signed_part.traces, std::back_inserter(image.traces));
    std::ranges::move(signed_part.remarks, std::back_inserter(image.remarks));
  } else {
    add_overlay(image, end);
  }
}

}  // namespace samehand::image
