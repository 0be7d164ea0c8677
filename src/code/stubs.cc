// Import stubs: the short pieces of code through which calls reach imported functions.
//
// Example: .plt.sec at 1040: f3 0f 1e fa f2 ff 25 75 2f 00 00 -> endbr64; bnd jmp [rip + 0x2f75]: the stub of the
// import whose slot that is.
//
// Method: decode the sections that hold only stubs; a stub begins after what ends the one before, padding skipped, and
// is the import's whose slot its jump goes through.
//
// Cost: linear in these sections.
#include "flow.h"
#include "passes.h"

namespace samehand::code {

void find_import_stubs(const image::Image& image, Program& program) {
  const bool arm64 = image.architecture == image::Architecture::kArm64;
  const CodeSpace space(image);
  for (const image::Section& section : image.sections) {
    if (!section.executable || !section.stubs) continue;
    const ByteView bytes = image.from(section.address);
    X86Flow x86(image, space);
    Arm64Flow arm(space);
    std::uint64_t start = section.address;
    bool fresh = true;  // nothing of this stub was seen yet
    for (std::uint64_t at = 0; at < bytes.size();) {
      const std::uint64_t address = section.address + at;
      const Instruction instruction =
          arm64 ? arm.classify(bytes.read_or_zero<std::uint32_t>(at), address) : x86.classify(bytes.clamp(at), address);
      if (fresh) start = address;
      fresh = instruction.flow == Flow::kPadding && fresh;
      if (instruction.flow == Flow::kIndirectJump && instruction.target != kNone) {
        const image::Import* import = image.import_at(space.address_of_link(instruction.target));
        if (import != nullptr) program.import_stubs[start] = static_cast<std::uint32_t>(import - image.imports.data());
      }
      if (instruction.flow == Flow::kIndirectJump || instruction.flow == Flow::kJump ||
          instruction.flow == Flow::kReturn || instruction.flow == Flow::kBad) {
        fresh = true;
        arm.forget();
      }
      at += instruction.length;
    }
  }
}

}  // namespace samehand::code
