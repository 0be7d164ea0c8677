#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <random>

#include "samehand/base/hash.h"
#include "samehand/dossier/verdict.h"
#include "sample_comparison.h"

namespace samehand::dossier {
namespace {

class Random {
 public:
  std::uint32_t operator()() { return static_cast<std::uint32_t>(engine_()); }

 private:
  std::mt19937 engine_{2014};
};

template <std::size_t N>
std::string_view one_of(Random& random, const std::array<std::string_view, N>& words) {
  return words[random() % N];
}

constexpr auto kVerbs =
    std::to_array<std::string_view>({"parse", "read", "write", "open", "close", "find", "insert", "flush", "encode",
                                     "decode", "update", "init", "check", "build", "emit"});
constexpr auto kNouns =
    std::to_array<std::string_view>({"header", "table", "record", "entry", "block", "index", "queue", "buffer",
                                     "symbol", "manifest", "chunk", "cursor", "page", "tree", "stream"});
constexpr auto kCalls =
    std::to_array<std::string_view>({"memcpy", "malloc", "free", "strlen", "read_chunk", "fopen", "fprintf", "realloc",
                                     "write_block", "crc32", "inflate", "strcmp"});
constexpr auto kRegisters =
    std::to_array<std::string_view>({"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r12", "r13"});
constexpr auto kStrings =
    std::to_array<std::string_view>({"manifest: bad record %d at %s", "/etc/courier.conf", "out of memory in %s",
                                     "%02x%02x%02x", "Content-Length: %zu", "checksum mismatch", "KEY-1"});

code::ListedInstruction instruction(Random& random) {
  std::string text;
  std::string_view shape;
  const auto reg = [&] { return one_of(random, kRegisters); };
  switch (random() % 8) {
    case 0:
      text = fmt::format("mov {}, {}", reg(), reg()), shape = "mov r r";
      break;
    case 1:
      text = fmt::format("mov {}, qword ptr [{}+0x{:x}]", reg(), reg(), random() % 32 * 8), shape = "mov r m";
      break;
    case 2:
      text = fmt::format("mov qword ptr [{}+0x{:x}], {}", reg(), random() % 32 * 8, reg()), shape = "mov m r";
      break;
    case 3:
      text = fmt::format("lea {}, [{}+{}*4-0x{:x}]", reg(), reg(), reg(), random() % 64), shape = "lea r m";
      break;
    case 4:
      text = fmt::format("call {}", one_of(random, kCalls)), shape = "call";
      break;
    case 5:
      text = fmt::format("add {}, 0x{:x}", reg(), random() % 4096), shape = "add r i";
      break;
    case 6:
      text = fmt::format("xor {}, {}", reg(), reg()), shape = "xor r r";
      break;
    default:
      text = fmt::format("cmp {}, 0x{:x}", reg(), random() % 512), shape = "cmp r i";
  }
  return {0, std::move(text), hash64(shape)};
}

void number(code::Listing& listing) {
  std::uint64_t address = listing.address;
  for (code::ListedBlock& block : listing.blocks) {
    block.address = address;
    for (code::ListedInstruction& i : block.instructions) i.address = address, address += 3 + i.text.size() % 5;
  }
}

// Nested ifs and loops, as a compiler lays them out.
code::Listing function(Random& random, std::uint64_t address, std::uint32_t blocks) {
  code::Listing listing;
  listing.address = address;
  listing.blocks.resize(blocks);
  for (std::uint32_t i = 0; i < blocks; ++i) {
    code::ListedBlock& block = listing.blocks[i];
    for (std::size_t n = 2 + random() % 9; n > 0; --n) block.instructions.push_back(instruction(random));
    if (i + 1 == blocks) {
      block.instructions.push_back({0, "ret", hash64("ret")});
      continue;
    }
    const std::uint32_t kind = random() % 6;
    if (kind != 5) block.edges.push_back({i + 1, code::EdgeKind::kFallthrough});
    if (kind == 0 && i > 2) {
      block.edges.push_back({i - 1 - random() % 2, code::EdgeKind::kTaken});
    } else if (kind != 4) {
      block.edges.push_back(
          {std::min(blocks - 1, i + 2 + static_cast<std::uint32_t>(random() % 4)), code::EdgeKind::kTaken});
    }
    if (block.edges.size() > 1 || kind == 5)
      block.instructions.push_back({0, kind == 5 ? "jmp" : "jne", hash64(kind == 5 ? "jmp" : "jcc")});
  }
  number(listing);
  return listing;
}

code::Listing rebuilt(Random& random, const code::Listing& original, std::uint64_t address, std::uint32_t percent) {
  code::Listing listing = original;
  listing.address = address;
  for (code::ListedBlock& block : listing.blocks) {
    std::vector<code::ListedInstruction> changed;
    for (code::ListedInstruction& i : block.instructions) {
      const std::uint32_t fate = random() % 100;
      if (fate < percent / 4) continue;
      if (fate < percent / 2) changed.push_back(instruction(random));
      if (fate < percent && i.text.contains(','))
        i.text.replace(i.text.find(' ') + 1, 3, one_of(random, kRegisters).substr(0, 3));
      changed.push_back(std::move(i));
    }
    block.instructions = std::move(changed);
  }
  // A block more somewhere in the middle, which its neighbour now passes through.
  if (percent > 10 && listing.blocks.size() > 4) {
    const auto at = static_cast<std::uint32_t>(2 + random() % (listing.blocks.size() - 3));
    for (code::ListedBlock& block : listing.blocks) {
      for (code::Edge& edge : block.edges) edge.block += edge.block >= at;
    }
    code::ListedBlock extra{
        0, {instruction(random), instruction(random), instruction(random)}, {{at + 1, code::EdgeKind::kFallthrough}}};
    listing.blocks.insert(listing.blocks.begin() + at, extra);
  }
  number(listing);
  return listing;
}

SampleSummary sample(std::string path, image::Format format, std::uint32_t functions) {
  return {.path = std::move(path),
          .sha256 = std::string(64, static_cast<char>('0' + functions % 10)),
          .size_bytes = functions * 900ull,
          .format = format,
          .architecture = image::Architecture::kX64,
          .code_bytes = functions * 260ull,
          .functions = functions,
          .library_functions = functions / 8,
          .traces = {{image::TraceKind::kCompiler, "", "GCC: (Debian 12.2.0-14) 12.2.0", true},
                     {image::TraceKind::kSectionEntropy, ".text", "6.21", true}},
          .remarks = {},
          .diagnostics = {}};
}

}  // namespace

Comparison large_comparison(std::uint32_t pairs, std::uint32_t with_code) {
  Random random;
  Comparison c;
  c.version = "0.1.0";
  c.a = "courier-1.2.tar.gz";
  c.b = "samples/unknown";
  for (const std::string_view name : {"courierd", "courier-send", "libcourier.so.1"}) {
    c.a_samples.push_back(
        sample(fmt::format("courier-1.2.tar.gz!courier-1.2/bin/{}", name), image::Format::kElf, pairs / 2));
  }
  for (const std::string_view name : {"svc.exe", "helper.dll"}) {
    c.b_samples.push_back(sample(fmt::format("samples/unknown/{}", name), image::Format::kPe, pairs * 3 / 4));
  }
  c.b_samples[0].remarks.push_back(
      {image::Remark::Kind::kPacked, "section UPX1 has entropy 7.9; the import table names 4 functions"});
  for (std::uint32_t i = 0; i < pairs; ++i) {
    PairSummary p;
    const double rank = static_cast<double>(i) / pairs;
    const bool library = i % 11 == 10, unsure = !library && rank > .8;
    p.pair.a = {i % 7 < 4 ? 0u : i % 7 < 6 ? 1u : 2u, i};
    p.pair.b = {i % 7 < 5 ? 0u : 1u, i};
    p.pair.similarity = static_cast<float>(std::clamp(.98 - .4 * rank - .002 * (random() % 100), .05, 1.));
    p.pair.confidence = static_cast<float>(unsure ? .5 + .001 * (random() % 300) : .999 - .08 * rank);
    p.pair.worth_db = library || unsure ? 0 : static_cast<float>(210 * (1 - rank) * (1 - rank) + 2);
    p.pair.reported = !unsure;
    p.pair.library = library;
    if (i % 23 == 5) p.pair.relation = match::Relation::kInlined;
    if (i % 31 == 7) p.pair.relation = match::Relation::kContains;
    p.pair.reasons[static_cast<int>(match::Reason::kDataFlow)] = .45f;
    p.pair.reasons[static_cast<int>(match::Reason::kStrings)] = .25f;
    p.pair.reasons[static_cast<int>(match::Reason::kImports)] = .2f;
    p.pair.reasons[static_cast<int>(match::Reason::kNeighbours)] = .1f;
    const std::uint32_t blocks = 3 + static_cast<std::uint32_t>((1 - rank) * 40) + random() % 12;
    // Most lie in the same order on both sides; a fifth was moved.
    const std::uint32_t b_place = i % 5 == 3 ? static_cast<std::uint32_t>(random() % pairs) : i;
    p.a = {0x401000ull + 0x1c0ull * (i * 37 % pairs), "", blocks * 27ull, blocks * 7, blocks};
    p.b = {0x140001000ull + 0x1f0ull * (b_place * 37 % pairs), "", blocks * 29ull, blocks * 7 + random() % 9,
           blocks + 1};
    if (library) {
      p.a.name = p.b.name = fmt::format("__{}_{}", one_of(random, kCalls), i);
    } else if (i % 3 != 2) {
      p.a.name = fmt::format("{}_{}{}", one_of(random, kVerbs), one_of(random, kNouns), i % 4 == 0 ? "_locked" : "");
    }
    p.reason = i % 2 == 0 ? "same strings, data flow; neighbours agree" : "same data flow and constants";
    if (i % 3 == 0) p.shared = {std::string(one_of(random, kStrings)), std::string(one_of(random, kCalls))};
    if (i < with_code) {
      p.a_code = function(random, p.a.address, blocks);
      p.b_code = rebuilt(random, *p.a_code, p.b.address, static_cast<std::uint32_t>(8 + 60 * rank));
      p.a_code->name = p.a.name;
    }
    c.pairs.push_back(std::move(p));
  }
  std::ranges::stable_sort(
      c.pairs, [](const PairSummary& x, const PairSummary& y) { return x.pair.worth_db > y.pair.worth_db; });
  using evidence::Forgeability;
  using image::TraceKind;
  c.traces = {
      {TraceKind::kSigner,
       "",
       "Courier Software Ltd.",
       "Courier Software Ltd.",
       {"a"},
       {"b"},
       Forgeability::kHard,
       "Both were signed with a key of this name; the chain was not checked against a list of trusted roots, and keys "
       "are stolen."},
      {TraceKind::kPdbPath,
       "",
       "C:\\build\\courier\\x64\\courier.pdb",
       "D:\\work\\courier\\x64\\helper.pdb",
       {"a"},
       {"b"},
       Forgeability::kEasy,
       "Folders of one project by their names. A path is typed in or changed by any hex editor."},
      {TraceKind::kResourceLanguage,
       "",
       "Polish",
       "Polish",
       {"a"},
       {"b"},
       Forgeability::kEasy,
       "The language set in the developer's system, or chosen to be seen."},
      {TraceKind::kBuildTime,
       "",
       "2014-11-24 02:11:03 UTC",
       "2014-11-24 04:40:17 UTC",
       {"a"},
       {"b"},
       Forgeability::kTrivial,
       "Two hours apart. A field that anybody can set."},
  };
  c.contradictions = {
      "B’s svc.exe: its Rich header names Visual Studio 2019, but the code was built by GCC. One of them is made up."};
  c.evidence_db = 2480;
  c.kinship = .9996;
  c.pairable_a = pairs * 5 / 4;
  c.pairable_b = pairs * 13 / 10;
  decide(c);
  return c;
}

}  // namespace samehand::dossier
