// Problem: two toolkits carry dozens of traces each; most of those they share say nothing (every Linux program needs
// libc.so.6), some say something and are cheap to fake, few are costly.
//
// Method: an index from (kind, key, value) to the files of each side, and the keys that both have. What a kind can say
// and how cheaply it is faked is a table below; values that half of all programs carry are left out by kCommonValues.
// PDB paths are compared by their folder too: the same user and project folder with another file name is a trace.
//
// Cost: n log n in the number of traces.

#include "shared_traces.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>

namespace samehand::flow {
namespace {

using evidence::Forgeability;
using image::TraceKind;

struct KindMeaning {
  TraceKind kind;
  Forgeability forgeability;
  const char* why;
};

// docs/traces.md gives the reasons at length.
constexpr std::array kMeanings = {
    KindMeaning{TraceKind::kSigner, Forgeability::kHard,
                "needs the signing key; keys are stolen and sold, and the signature was not verified here"},
    KindMeaning{TraceKind::kBuildId, Forgeability::kModerate,
                "a hash of the linked content: equal ids mean the same build, or a copied note"},
    KindMeaning{TraceKind::kUuid, Forgeability::kModerate,
                "a hash of the linked content: equal ids mean the same build, or a copied load command"},
    KindMeaning{TraceKind::kRichHeader, Forgeability::kEasy,
                "the toolset and the count of objects; copied whole from another program in a minute"},
    KindMeaning{TraceKind::kImphash, Forgeability::kEasy,
                "the same imports in the same order: the same project, or the same small set of needs"},
    KindMeaning{TraceKind::kPdbPath, Forgeability::kEasy,
                "a folder on the builder's machine; a text that anyone can set"},
    KindMeaning{TraceKind::kOriginalName, Forgeability::kEasy,
                "the name it was built under; a text that anyone can set"},
    KindMeaning{TraceKind::kCompiler, Forgeability::kEasy,
                "the compiler's version, shared by all who use that release"},
    KindMeaning{TraceKind::kLinker, Forgeability::kTrivial, "the linker's version, shared by all who use that release"},
    KindMeaning{TraceKind::kBuildVersion, Forgeability::kTrivial,
                "platform and SDK, shared by all who use that release"},
    KindMeaning{TraceKind::kVersionResource, Forgeability::kTrivial,
                "free text in a resource, often copied from real software"},
    KindMeaning{TraceKind::kResourceLanguage, Forgeability::kTrivial,
                "a setting in the resource compiler; a favourite false flag"},
    KindMeaning{TraceKind::kResource, Forgeability::kEasy, "the same embedded content; can be lifted from any copy"},
    KindMeaning{TraceKind::kBuildTime, Forgeability::kTrivial, "one number in the header, set to anything"},
    KindMeaning{TraceKind::kNeededLibrary, Forgeability::kTrivial, "a need, shared by all programs with that need"},
    KindMeaning{TraceKind::kExportName, Forgeability::kEasy, "a name chosen by the author, and by whoever copies it"},
};

const KindMeaning* meaning_of(TraceKind kind) {
  const auto it = std::ranges::find(kMeanings, kind, &KindMeaning::kind);
  return it == kMeanings.end() ? nullptr : &*it;
}

// Needs of nearly every program on its system: sharing them says nothing.
bool is_common_value(TraceKind kind, std::string value) {
  if (kind != TraceKind::kNeededLibrary) return false;
  std::ranges::transform(value, value.begin(), [](unsigned char c) { return std::tolower(c); });
  static const std::set<std::string, std::less<>> kCommon = {"libc.so.6",
                                                             "libm.so.6",
                                                             "libpthread.so.0",
                                                             "libdl.so.2",
                                                             "librt.so.1",
                                                             "libgcc_s.so.1",
                                                             "libstdc++.so.6",
                                                             "ld-linux-x86-64.so.2",
                                                             "ld-linux-aarch64.so.1",
                                                             "ld-linux.so.2",
                                                             "kernel32.dll",
                                                             "msvcrt.dll",
                                                             "user32.dll",
                                                             "advapi32.dll",
                                                             "ntdll.dll",
                                                             "ucrtbase.dll",
                                                             "shell32.dll",
                                                             "ws2_32.dll",
                                                             "gdi32.dll",
                                                             "/usr/lib/libsystem.b.dylib",
                                                             "/usr/lib/libc++.1.dylib"};
  return kCommon.contains(value);
}

// The folder of a Windows or Unix path, without the file name; nullopt where it is too short to mean a person's place.
std::optional<std::string> builder_folder(const std::string& path) {
  const auto slash = path.find_last_of("\\/");
  if (slash == std::string::npos) return std::nullopt;
  std::string folder = path.substr(0, slash);
  if (std::ranges::count_if(folder, [](char c) { return c == '\\' || c == '/'; }) < 2) return std::nullopt;
  return folder;
}

using TraceKey = std::tuple<TraceKind, std::string, std::string>;
using TraceFiles = std::map<TraceKey, std::set<std::string>>;

TraceFiles index_by_value(std::span<const dossier::SampleSummary> samples) {
  TraceFiles index;
  for (const auto& sample : samples) {
    for (const auto& trace : sample.traces) {
      if (meaning_of(trace.kind) == nullptr || is_common_value(trace.kind, trace.value)) continue;
      index[{trace.kind, trace.key, trace.value}].insert(sample.path);
    }
  }
  return index;
}

std::map<std::string, TraceFiles> index_by_folder(const TraceFiles& values) {
  std::map<std::string, TraceFiles> folders;
  for (const auto& [key, files] : values) {
    if (std::get<0>(key) != TraceKind::kPdbPath) continue;
    if (const auto folder = builder_folder(std::get<2>(key))) folders[*folder].emplace(key, files);
  }
  return folders;
}

dossier::SharedTrace make_shared(const TraceKey& key, const std::string& b_value, const std::set<std::string>& a_files,
                                 const std::set<std::string>& b_files) {
  const KindMeaning& meaning = *meaning_of(std::get<0>(key));
  dossier::SharedTrace shared;
  shared.kind = std::get<0>(key);
  shared.key = std::get<1>(key);
  shared.a = std::get<2>(key);
  shared.b = b_value;
  shared.a_files.assign(a_files.begin(), a_files.end());
  shared.b_files.assign(b_files.begin(), b_files.end());
  shared.forgeability = meaning.forgeability;
  shared.why = meaning.why;
  return shared;
}

}  // namespace

std::vector<dossier::SharedTrace> shared_traces(std::span<const dossier::SampleSummary> a,
                                                std::span<const dossier::SampleSummary> b) {
  const TraceFiles in_a = index_by_value(a), in_b = index_by_value(b);
  std::vector<dossier::SharedTrace> shared;
  for (const auto& [key, files] : in_a) {
    const auto other = in_b.find(key);
    if (other != in_b.end()) shared.push_back(make_shared(key, std::get<2>(key), files, other->second));
  }
  const auto a_folders = index_by_folder(in_a), b_folders = index_by_folder(in_b);
  for (const auto& [folder, a_paths] : a_folders) {
    const auto other = b_folders.find(folder);
    if (other == b_folders.end()) continue;
    for (const auto& [key, files] : a_paths) {
      for (const auto& [b_key, b_files] : other->second) {
        if (std::get<2>(key) != std::get<2>(b_key))
          shared.push_back(make_shared(key, std::get<2>(b_key), files, b_files));
      }
    }
  }
  std::ranges::stable_sort(shared, [](const auto& x, const auto& y) {
    return std::tie(y.forgeability, x.kind, x.key, x.a, x.b) < std::tie(x.forgeability, y.kind, y.key, y.a, y.b);
  });
  return shared;
}

std::vector<std::string> contradictions(std::span<const dossier::SampleSummary> samples) {
  std::vector<std::string> lines;
  for (const auto& sample : samples) {
    for (const auto& remark : sample.remarks) {
      if (remark.kind == image::Remark::Kind::kContradiction) lines.push_back(sample.path + ": " + remark.text);
    }
    for (const auto& trace : sample.traces) {
      if (!trace.valid) {
        lines.push_back(sample.path + ": " + std::string(image::to_string(trace.kind)) +
                        " contradicts itself: " + trace.value);
      }
    }
  }
  return lines;
}

}  // namespace samehand::flow
