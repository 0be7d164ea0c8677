// Problem: people compare two functions by reading them, so their instructions must come as text, with the names that
// the image knows in the place of bare addresses.
//
// Example: bytes e8 0b 00 00 00 at 0x401000, where 0x401010 is the stub of an import, list as `call puts`.
//
// Method: the function's blocks are decoded again with the decoders that print best: Zydis (Intel syntax) for x86,
// LLVM's machine-code layer for AArch64. Direct targets become names; references into data get a comment with the
// string that lies there. Each instruction carries a shape, a hash of its operation and the kinds of its operands, by
// which instructions of two listings are aligned.
//
// Cost: linear in the listed instructions, which are capped. Known failure: AArch64 addresses made of adrp and add are
// named only where both stand next to each other.

#include "samehand/code/listing.h"

#include <algorithm>

#include "listing_text.h"

namespace samehand::code {
namespace {

const Function* function_around(const Program& program, std::uint64_t address) {
  if (const std::int64_t exact = program.function_at(address); exact >= 0) return &program.functions[exact];
  for (const Function& f : program.functions) {
    for (const Block& block : program.blocks_of(f)) {
      if (address >= block.address && address - block.address < block.size_bytes) return &f;
    }
  }
  return nullptr;
}

}  // namespace

Result<Listing> list_function(const image::Image& image, const Program& program, std::uint64_t address,
                              std::uint32_t max_instructions) {
  const Function* function = function_around(program, address);
  if (function == nullptr) return fail(ErrorCode::kNotFound, "no function lies at this address");
  const Names names(image, program);
  const auto printer = make_printer(image, names);
  if (printer == nullptr) return fail(ErrorCode::kNotSupported, "the code of this architecture cannot be listed");

  Listing listing;
  listing.address = function->address;
  listing.name = function->name;
  std::uint32_t listed = 0;
  for (const Block& block : program.blocks_of(*function)) {
    ListedBlock out;
    out.address = block.address;
    const auto edges = program.edges_of(block);
    out.edges.assign(edges.begin(), edges.end());
    const ByteView code = image.at(block.address, block.size_bytes);
    for (std::size_t at = 0; at < code.size() && listed < max_instructions; listed++) {
      ListedInstruction instruction;
      instruction.address = block.address + at;
      at += printer->print(code.clamp(at), instruction);
      out.instructions.push_back(std::move(instruction));
    }
    listing.blocks.push_back(std::move(out));
  }
  return listing;
}

}  // namespace samehand::code
