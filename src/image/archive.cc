// Static archives: their members, each an image of its own.
//
// Problem: three dialects of one format name their members differently. Example: "foo.o/" (GNU, in the header), "/17"
// (GNU, offset into the member "//"), "#1/20" (BSD, the first 20 bytes of the content).
// Method: headers of 60 bytes as in Debian's ar(5), FreeBSD's ar(5) and "PE Format", section "Archive (Library) File
// Format".
// Cost: linear; members cannot overlap, since each follows the one before.
#include <algorithm>
#include <charconv>

#include "parse.h"

namespace samehand::image {
namespace {

constexpr std::uint64_t kHeader = 60;

// A decimal field, padded with blanks.
std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc()) return std::nullopt;
  return value;
}

std::string_view trimmed(std::string_view text) {
  return text.substr(0, text.find_last_not_of(std::string_view(" \0", 2)) + 1);
}

bool is_symbol_table(std::string_view name) {
  return name == "/" || name == "/SYM64/" || name == "/<ECSYMBOLS>/" || name.starts_with("__.SYMDEF");
}

// A member of an import library: {0, 0xffff, version 0} and names instead of code.
bool is_short_import(ByteView content) {
  return content.size() >= 20 && content.read_or_zero<std::uint32_t>(0) == 0xffff0000u &&
         content.read_or_zero<std::uint16_t>(4) == 0;
}

}  // namespace

Result<std::vector<Part>> parse_archive(ByteView bytes) {
  if (bytes.text().starts_with("!<thin>\n")) {
    return fail(ErrorCode::kNotSupported,
                "a thin archive only names its members; give the object files themselves, or the folder they lie in");
  }
  std::vector<Part> parts;
  ByteView long_names;
  std::string first_failure, damage;
  std::size_t imports = 0, members = 0, readable = 0;
  for (std::uint64_t at = 8; at < bytes.size();) {
    const std::string_view header = bytes.slice(at, kHeader).text();
    const auto size = header.empty() ? std::nullopt : number(header.substr(48, 10));
    if (!size || header.substr(58) != "`\n") {
      damage = "the archive is damaged or cut off at offset " + std::to_string(at);
      break;
    }
    ByteView content = bytes.clamp(at + kHeader, *size);
    if (content.size() < *size) damage = "the archive ends within its last member";
    at += kHeader + *size + (*size & 1);

    std::string_view name = trimmed(header.substr(0, 16));
    if (is_symbol_table(name)) continue;
    if (name == "//") {
      long_names = content;
      continue;
    }
    if (name.starts_with("#1/")) {
      const std::uint64_t length = number(name.substr(3)).value_or(0);
      name = trimmed(content.clamp(0, length).text());
      content = content.clamp(length);
      if (is_symbol_table(name)) continue;
    } else if (name.starts_with("/")) {
      const std::string_view rest = long_names.clamp(number(name.substr(1)).value_or(~0ull), 4096).text();
      name = rest.substr(0, rest.find_first_of(std::string_view("/\n\0", 3)));
    } else {
      name = name.substr(0, name.find('/'));
    }
    members++;
    if (is_short_import(content)) {
      imports++;
      continue;
    }
    Part part{printable(name, 256), {}};
    if (Result<Image> image = parse_image(content)) {
      part.image = std::move(*image);
      readable++;
    } else {
      part.image.bytes = content;
      part.image.diagnostics.push_back(image.error().message);
      if (first_failure.empty()) first_failure = part.name + ": " + image.error().message;
    }
    parts.push_back(std::move(part));
  }
  if (imports > 0 && members - imports <= 4) {
    return fail(ErrorCode::kNotSupported, "an import library: it names the functions of a DLL and has no code");
  }
  if (readable == 0) {
    if (members == 0) return fail(ErrorCode::kMalformed, damage.empty() ? "a static archive without members" : damage);
    return fail(ErrorCode::kNotSupported, "no member of the static archive is an object file: " + first_failure);
  }
  if (!damage.empty()) note_missing(parts.back().image, damage);
  return parts;
}

}  // namespace samehand::image
