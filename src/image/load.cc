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

Result<std::vector<Part>> load(ByteView bytes, const LoadOptions& options) {
  if (bytes.empty()) return fail(ErrorCode::kTruncated, "the file is empty");
  if (options.raw) return single(raw_image(bytes, options));
  const std::string_view text = bytes.text();
  if (text.starts_with("\x7f"
                       "ELF"))
    return single(parse_elf(bytes));
  if (text.starts_with("MZ") || text.starts_with("ZM")) return single(parse_pe(bytes));
  return fail(ErrorCode::kNotSupported, "not an executable: no ELF, PE or Mach-O header and no static archive");
}

}  // namespace samehand::image
