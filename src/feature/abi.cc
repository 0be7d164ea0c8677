#include "abi.h"

namespace samehand::feature {
namespace {

constexpr std::uint8_t kSystemV[] = {7, 6, 2, 1, 8, 9};
constexpr std::uint8_t kWindows64[] = {1, 2, 8, 9};
constexpr std::uint8_t kArm64[] = {0, 1, 2, 3, 4, 5, 6, 7};

constexpr std::uint64_t kFlags = 1ull << kFlagLeft | 1ull << kFlagRight;

}  // namespace

Abi abi_of(const image::Image& image) {
  Abi abi;
  switch (image.architecture) {
    case image::Architecture::kArm64:
      abi.stack_pointer = 31;
      abi.frame_pointer = 29;
      abi.arguments = kArm64;
      abi.clobbered_general = 0x7ffff | 1ull << 30 | kFlags;
      abi.clobbered_vector = ~0xff00ull;  // the low halves of v8…v15 survive
      break;
    case image::Architecture::kX86:
      abi.pointer_bytes = 4;
      abi.clobbered_general = 0x7 | kFlags;
      abi.stack_arguments = 4;
      abi.first_stack_argument = 0;
      abi.max_stack_arguments = 8;
      break;
    default:
      if (image.format == image::Format::kPe) {
        abi.arguments = kWindows64;
        abi.clobbered_general = 0xf07 | kFlags;
        abi.clobbered_vector = ~0xffc0ull;  // xmm6…xmm15 survive
        abi.stack_arguments = 0x28;
        abi.first_stack_argument = 4;
        abi.max_stack_arguments = 3;
      } else {
        abi.arguments = kSystemV;
        abi.clobbered_general = 0xfc7 | kFlags;
      }
  }
  return abi;
}

}  // namespace samehand::feature
