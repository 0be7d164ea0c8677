// One instruction as text: a printer per architecture, and the names they put in the place of addresses.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "samehand/code/listing.h"

namespace samehand::code {

// What to call the places that code refers to. Borrows the image and the program.
class Names {
 public:
  Names(const image::Image& image, const Program& program) : image_(image), program_(program) {}

  // Of a jump's or call's target: a function's name, an import's, `sub_401000` for a function without one; nullopt for
  // a place inside a function.
  std::optional<std::string> code(std::uint64_t address) const;
  // What lies at a data address, for a comment: a quoted string, an import behind its slot; nullopt for anything else.
  std::optional<std::string> data(std::uint64_t address) const;

 private:
  std::optional<std::string> quoted_string(std::uint64_t address) const;

  const image::Image& image_;
  const Program& program_;
};

class InstructionPrinter {
 public:
  virtual ~InstructionPrinter() = default;
  // Fills text and shape of the instruction at the start of `bytes`, whose address is set; returns its length, at least
  // 1 and at most bytes.size(). Bytes that are no instruction become `db 0x..` or `.word 0x..`.
  virtual std::size_t print(ByteView bytes, ListedInstruction& instruction) const = 0;
};

std::unique_ptr<InstructionPrinter> make_x86_printer(bool is_64_bit, const Names& names);
std::unique_ptr<InstructionPrinter> make_arm64_printer(const Names& names);
// Null where the architecture has no printer.
std::unique_ptr<InstructionPrinter> make_printer(const image::Image& image, const Names& names);

}  // namespace samehand::code
