// Any bytes as a program: what recover gives back must keep the promises that program.h makes to its readers.
// The first byte says how to take the rest: 0 to 2 raw x86-64, i386 and AArch64 code, else a file; its bit 7 switches
// the unwind tables off.
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "check.h"
#include "samehand/code/listing.h"
#include "samehand/code/program.h"

namespace {

using samehand::ByteView;
using samehand::code::Block;
using samehand::code::Function;
using samehand::code::Program;
using samehand::image::Image;

using samehand::fuzz::require;

void check_function(const Image& image, const Program& program, const Function& function) {
  require(function.blocks > 0, "a function has a block");
  const auto blocks = program.blocks_of(function);
  require(blocks.front().address == function.address, "the entry block is first");
  std::uint64_t size = 0;
  std::uint64_t instructions = 0;
  std::vector<Block> sorted(blocks.begin(), blocks.end());
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const Block& block = blocks[i];
    require(block.instructions > 0 && block.size_bytes >= block.instructions, "a block has instructions");
    require(i < 2 || blocks[i - 1].address < block.address, "blocks after the entry ascend");
    const auto* section = image.section_at(block.address);
    require(section != nullptr && section->executable, "blocks lie in executable sections");
    require(section->contains(block.address + block.size_bytes - 1), "blocks do not leave their section");
    for (const auto& edge : program.edges_of(block))
      require(edge.block < function.blocks, "edges stay in the function");
    size += block.size_bytes;
    instructions += block.instructions;
  }
  std::ranges::sort(sorted, {}, &Block::address);
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    require(sorted[i - 1].address + sorted[i - 1].size_bytes <= sorted[i].address, "blocks are disjoint");
  }
  require(size == function.size_bytes && instructions == function.instructions, "a function is the sum of its blocks");
  const auto calls = program.calls_of(function);
  for (std::size_t i = 1; i < calls.size(); ++i) require(calls[i - 1].site < calls[i].site, "calls ascend");
}

void check(const Image& image, const Program& program) {
  for (std::size_t i = 0; i < program.functions.size(); ++i) {
    const Function& function = program.functions[i];
    require(i == 0 || program.functions[i - 1].address < function.address, "functions ascend");
    require(program.function_at(function.address) == static_cast<std::int64_t>(i),
            "a function is found by its address");
    check_function(image, program, function);
  }
  for (const auto& [stub, import] : program.import_stubs) require(import < image.imports.size(), "stubs name imports");
  if (program.functions.empty()) return;
  const auto listing = samehand::code::list_function(image, program, program.functions.front().address, 100);
  require(listing.has_value(), "a function can be listed");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  using samehand::image::Architecture;
  samehand::image::LoadOptions options;
  const int kind = data[0] & 0x7f;
  options.raw = kind < 3;
  options.raw_base = 0x1000;
  options.raw_architecture = kind == 0 ? Architecture::kX64 : kind == 1 ? Architecture::kX86 : Architecture::kArm64;
  const ByteView bytes(std::span<const std::uint8_t>(data + 1, size - 1));
  const auto parts = samehand::image::load(bytes, options);
  if (!parts) return 0;
  samehand::code::RecoverOptions recover;
  recover.use_unwind_tables = (data[0] & 0x80) == 0;
  for (const auto& part : *parts) {
    const auto program = samehand::code::recover(part.image, recover);
    if (program) check(part.image, *program);
  }
  return 0;
}
