// The functions, basic blocks and calls recovered from an image.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "samehand/base/result.h"
#include "samehand/image/image.h"

namespace samehand::code {

// Why an address is believed to start a function; a function may have several reasons.
enum StartSource : std::uint16_t {
  kFromUnwindTable = 1,
  kFromEntry = 2,
  kFromSymbol = 4,
  kFromCall = 8,
  kFromData = 16,
  kFromAddressTaken = 32,
  kFromTailCall = 64,
  kFromGap = 128,
  kFromPrologue = 256,
};

enum class EdgeKind : std::uint8_t { kFallthrough, kJump, kTaken, kSwitch };

struct Edge {
  std::uint32_t block = 0;  // index within the same function's blocks
  EdgeKind kind = EdgeKind::kJump;
};

// A maximal run of instructions entered only at its start and left only at its end.
struct Block {
  std::uint64_t address = 0;
  std::uint32_t size_bytes = 0;
  std::uint32_t instructions = 0;
  std::uint32_t first_edge = 0;  // into Program::edges
  std::uint32_t edges = 0;
};

struct Function {
  std::uint64_t address = 0;      // of the entry block
  std::uint64_t size_bytes = 0;   // sum over its blocks, split-off cold parts included, padding not
  std::uint32_t first_block = 0;  // into Program::blocks; the entry block is first, the rest ascend by address
  std::uint32_t blocks = 0;
  std::uint32_t instructions = 0;
  std::uint32_t first_call = 0;  // into Program::calls
  std::uint32_t calls = 0;
  std::uint16_t sources = 0;     // StartSource bits
  bool returns = true;           // false: no path comes back to the caller
  bool thunk = false;            // nothing but a jump to another function or import
  bool runtime = false;          // start-up and compiler runtime code, known by name or place
  bool unresolved_jump = false;  // has an indirect jump whose targets are not known
  std::string name;              // demangled where the image says; else empty
};

// A call or tail call with a known destination, in address order within its function.
struct Call {
  std::uint64_t site = 0;
  std::uint64_t target = 0;  // a function's address, an import stub's address, or an import's slot
  bool tail = false;
};

struct Program {
  image::Architecture architecture = image::Architecture::kUnknown;
  std::vector<Function> functions;  // ascending address, no address twice
  std::vector<Block> blocks;
  std::vector<Edge> edges;
  std::vector<Call> calls;
  std::unordered_map<std::uint64_t, std::uint32_t>
      import_stubs;              // address of a PLT stub or thunk -> index into Image::imports
  std::uint64_t code_bytes = 0;  // bytes of all sections that may hold functions

  std::span<const Block> blocks_of(const Function& f) const {
    return std::span(blocks).subspan(f.first_block, f.blocks);
  }
  std::span<const Edge> edges_of(const Block& b) const { return std::span(edges).subspan(b.first_edge, b.edges); }
  std::span<const Call> calls_of(const Function& f) const { return std::span(calls).subspan(f.first_call, f.calls); }
  // Index into functions, or -1.
  std::int64_t function_at(std::uint64_t address) const;
};

struct RecoverOptions {
  bool use_unwind_tables = true;  // off only to measure recovery without them
  bool use_symbols = true;        // off to measure as if stripped
};

// Finds the functions of a x86, x86-64 or AArch64 image (docs/recovery.md). An image without code gives an empty
// program; kNotSupported for other architectures. Cost about linear in code bytes. Thread-safe, starts no threads.
Result<Program> recover(const image::Image& image, const RecoverOptions& options = {});

}  // namespace samehand::code
