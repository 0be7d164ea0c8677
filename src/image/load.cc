// Which format the bytes are in, by their magic number, and hence which parser reads them.
#include <utility>

#include "parse.h"

namespace samehand::image {
namespace {

Result<std::vector<Part>> single(Result<Image> image) {
  if (!image) return std::unexpected(std::move(image.error()));
  std::vector<Part> parts(1);
  parts[0].image = std::move(*image);
  return parts;
}

Image raw_image(ByteView bytes, const LoadOptions& options) {
  Image image;
  image.bytes = bytes;
  image.format = Format::kRaw;
  image.architecture = options.raw_architecture;
  image.pointer_bytes = options.raw_architecture == Architecture::kX86 ? 4 : 8;
  image.base = options.raw_base;
  image.sections.push_back({.name = "raw",
                            .address = options.raw_base,
                            .size = bytes.size(),
                            .file_offset = 0,
                            .file_size = bytes.size(),
                            .executable = true,
                            .writable = true});
  order_sections(image);
  return image;
}

}  // namespace

Result<Image> parse_image(ByteView bytes) {
  const std::string_view text = bytes.text();
  if (text.starts_with("\x7f"
                       "ELF"))
    return parse_elf(bytes);
  if (text.starts_with("MZ") || text.starts_with("ZM")) return parse_pe(bytes);
  if (text.starts_with("\xce\xfa\xed\xfe") || text.starts_with("\xcf\xfa\xed\xfe")) return parse_macho(bytes);
  if (text.starts_with("\xfe\xed\xfa\xce") || text.starts_with("\xfe\xed\xfa\xcf")) {
    return fail(ErrorCode::kNotSupported, "a big-endian Mach-O file (PowerPC)");
  }
  if (text.starts_with("BC\xc0\xde")) {
    return fail(ErrorCode::kNotSupported, "LLVM bitcode (built for link-time optimisation) is not machine code yet");
  }
  if (is_coff_object(bytes)) return parse_coff_object(bytes);
  return fail(ErrorCode::kNotSupported, "not an executable: no ELF, PE, COFF or Mach-O header and no static archive");
}

Result<std::vector<Part>> load(ByteView bytes, const LoadOptions& options) {
  if (bytes.empty()) return fail(ErrorCode::kTruncated, "the file is empty");
  if (options.raw) {
    const std::uint64_t last = options.raw_architecture == Architecture::kX86 ? 0xffffffffull : ~0ull;
    if (options.raw_base > last || bytes.size() - 1 > last - options.raw_base) {
      return fail(ErrorCode::kInvalidArgument, "does not fit between --base and the last address");
    }
    return single(raw_image(bytes, options));
  }
  const std::string_view text = bytes.text();
  if (text.starts_with("!<arch>\n") || text.starts_with("!<thin>\n")) return parse_archive(bytes);
  if (is_fat_macho(bytes)) return parse_fat_macho(bytes);
  return single(parse_image(bytes));
}

}  // namespace samehand::image
