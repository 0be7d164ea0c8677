// Classifying addresses.
//
//   lea rdi, [rip+0x2f10]   where "usage: %s\n" lies   ->   kString, hash of "usage: %s"
//
// Order: a function's start, an import's slot or stub, code, a NUL-terminated string (ASCII, UTF-8, or UTF-16 hashed
// as the UTF-8 it stands for, so that A and W variants agree), a pointer to a string, sixteen bytes of constant data,
// other data. Jump tables count as code: their bytes differ in every build. A trailing line feed is dropped from
// strings, because compilers turn printf into puts. Known failures: strings shorter than three characters are data;
// random bytes that end in NUL may pass for a string.
#include "references.h"

#include <algorithm>

#include "collector.h"
#include "ir.h"
#include "samehand/base/hash.h"

namespace samehand::feature {
namespace {

bool printable(std::uint32_t c) {
  return (c >= 32 && c != 127) || (c >= 9 && c <= 13) || c == 27;
}

void append_utf8(std::uint32_t c, std::string& out) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xc0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 63));
  } else {
    out += static_cast<char>(0xe0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 63));
    out += static_cast<char>(0x80 | (c & 63));
  }
}

// Length of the UTF-8 sequence at `i`, 0 where there is no valid one of two to four bytes.
std::size_t utf8_sequence(ByteView bytes, std::size_t i) {
  const std::uint8_t lead = bytes[i];
  const std::size_t length = lead >= 0xc2 && lead < 0xe0   ? 2
                             : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xf0 && lead < 0xf5 ? 4
                                                           : 0;
  for (std::size_t k = 1; k < length; k++)
    if ((bytes[i + k] & 0xc0) != 0x80) return 0;
  return length;
}

// Bytes up to a NUL (or the limit) that all print: their number, else 0.
std::size_t narrow_length(ByteView bytes) {
  const std::size_t limit = std::min(bytes.size(), References::kMaxString);
  std::size_t i = 0;
  while (i < limit && bytes[i] != 0) {
    if (bytes[i] >= 0x80) {
      const std::size_t sequence = utf8_sequence(bytes, i);
      if (sequence == 0) return 0;
      i += sequence;
    } else {
      if (!printable(bytes[i])) return 0;
      i++;
    }
  }
  return i < bytes.size() ? i : 0;
}

// The UTF-16 text at the start, empty where there is none; mostly ASCII, else anything would pass for text.
std::string wide_text(ByteView bytes) {
  std::string text;
  std::size_t ascii = 0, units = 0;
  for (std::size_t i = 0; i + 1 < bytes.size() && units < References::kMaxString; i += 2, units++) {
    const auto unit = static_cast<std::uint32_t>(bytes[i] | bytes[i + 1] << 8);
    if (unit == 0) return units >= References::kMinString && 2 * ascii > units ? text : std::string();
    if (!printable(unit) || (unit >= 0xd800 && unit < 0xe000)) return {};
    ascii += unit < 0x80;
    append_utf8(unit, text);
  }
  return {};
}

}  // namespace

std::string normalized_import(std::string_view name, bool pe) {
  const auto drop_prefix = [&](std::string_view prefix) {
    if (name.size() > prefix.size() && name.starts_with(prefix)) name.remove_prefix(prefix.size());
  };
  const auto drop_suffix = [&](std::string_view suffix) {
    if (name.size() > suffix.size() + 1 && name.ends_with(suffix)) name.remove_suffix(suffix.size());
  };
  if (name.find('#') != name.npos) return std::string(name);  // an ordinal with its library
  name = name.substr(0, name.find("@@"));
  drop_prefix("__isoc99_");
  drop_prefix("__isoc23_");
  drop_prefix("__imp_");
  drop_suffix("_chk");
  while (name.size() > 1 && name[0] == '_') name.remove_prefix(1);
  if (const auto at = name.rfind('@');
      at != name.npos && at > 0 && at + 1 < name.size() && name.find_first_not_of("0123456789", at + 1) == name.npos)
    name = name.substr(0, at);  // the size of stdcall arguments
  drop_suffix("64");
  drop_suffix("$INODE");
  if (pe && name.size() > 3 && (name.ends_with('A') || name.ends_with('W')) && name[name.size() - 2] >= 'a' &&
      name[name.size() - 2] <= 'z')
    name.remove_suffix(1);
  if (name == "errno_location") return "errno";
  return std::string(name);
}

References::References(const image::Image& image, const code::Program& program) : image_(image), program_(program) {
  const bool pe = image.format == image::Format::kPe;
  for (const image::Import& import : image.imports)
    import_hashes_.push_back(hash64(normalized_import(image::comparable_name(import), pe)));
  if (image.base >= 0x10000 && !image.relocatable && !image.sections.empty()) {
    low_ = image.sections.front().address;
    high_ = image.sections.back().address + image.sections.back().size;
  }
  for (const image::Section& section : image.sections) {
    if (section.name == ".got.plt" || (section.name == ".got" && offset_table_ == 0)) offset_table_ = section.address;
    if (!section.executable) continue;
    code_low_ = std::min(code_low_, section.address);
    code_high_ = std::max(code_high_, section.address + section.size);
  }
  if (image.architecture != image::Architecture::kX86) offset_table_ = 0;
  table_.resize(1024);
  starts_.reserve(program.functions.size());
  for (const code::Function& function : program.functions) starts_.push_back(function.address);
}

void References::grow() {
  table_.assign(table_.size() * 2, 0);
  for (std::size_t e = 0; e < entries_.size(); e++) {
    std::size_t i = mix64(entries_[e].address) & (table_.size() - 1);
    while (table_[i] != 0) i = (i + 1) & (table_.size() - 1);
    table_[i] = static_cast<std::uint32_t>(e + 1);
  }
}

References::Entry& References::entry(std::uint64_t address) {
  std::size_t i = mix64(address) & (table_.size() - 1);
  for (; table_[i] != 0; i = (i + 1) & (table_.size() - 1))
    if (Entry& known = entries_[table_[i] - 1]; known.address == address) return known;
  entries_.push_back({address, classify(address), false});
  table_[i] = static_cast<std::uint32_t>(entries_.size());
  if (entries_.size() * 2 > table_.size()) grow();
  return entries_.back();
}

const Reference& References::at(std::uint64_t address) {
  return entry(address).reference;
}

void References::mark_used(std::uint64_t address) {
  entry(address).used = true;
}

Reference References::import_reference(std::uint32_t import) const {
  return {Place::kImport, 0, import < import_hashes_.size() ? import_hashes_[import] : 0};
}

bool References::string_at(std::uint64_t address, std::uint64_t& hash, std::string* text) const {
  const image::Section* section = image_.section_at(address);
  if (section == nullptr || (section->executable && image_.format != image::Format::kRaw)) return false;
  const ByteView bytes = image_.from(address);
  const std::size_t length = narrow_length(bytes);
  if (length >= (section->executable ? 5 : kMinString)) {
    std::string_view narrow = bytes.slice(0, length).text();
    while (narrow.size() > 1 && narrow.back() == '\n') narrow.remove_suffix(1);
    hash = hash64(narrow);
    if (text != nullptr) *text = narrow;
    return true;
  }
  if (length != 1) return false;  // the second byte of ASCII in UTF-16 is 0
  const std::string wide = wide_text(bytes);
  if (wide.empty()) return false;
  hash = hash64(wide);
  if (text != nullptr) *text = wide;
  return true;
}

const image::Relocation* References::fixed_pointer(std::uint64_t slot) const {
  const image::Relocation* relocation = image_.relocation_at(slot);
  if (relocation == nullptr) return nullptr;
  const image::Section* section = image_.section_at(slot);
  const bool fixed = section != nullptr && (!section->writable || section->name == ".got" ||
                                            section->name == ".got.plt" || section->name.starts_with(".data.rel.ro"));
  return fixed ? relocation : nullptr;
}

ByteView References::constant_bytes(std::uint64_t address, std::uint64_t count) const {
  const image::Section* section = image_.section_at(address);
  if (section == nullptr || section->writable || (section->executable && image_.format != image::Format::kRaw))
    return {};
  return image_.at(address, count);
}

bool References::is_address(std::uint64_t number) {
  if (number < low_ || number >= high_) return false;
  if (image_.pointer_bytes == 4) return true;
  // With 64-bit registers a 32-bit constant is an address only where something definite lies there.
  const Place place = at(number).place;
  return place == Place::kString || place == Place::kFunction || place == Place::kImport || place == Place::kGlobal;
}

std::uint64_t References::below_offset_table(std::int64_t displacement) {
  if (offset_table_ == 0 || displacement >= kNearestBelowTable) return 0;
  const auto address = static_cast<std::uint64_t>(static_cast<std::int64_t>(offset_table_) + displacement);
  const Place place = at(address).place;
  return place == Place::kString || place == Place::kReadOnly || place == Place::kFunction ? address : 0;
}

// Four words that lead to code: from the table, the image's base (MSVC) or the global offset table (i386), or absolute.
// From the base small numbers do so too: there they must also lie close together, as in one function.
bool References::jump_table_at(std::uint64_t address) const {
  constexpr std::uint64_t kFunctionBytes = 0x4000;
  const ByteView bytes = image_.at(address, 16);
  if (bytes.size() < 16) return false;
  const auto lead_to_code = [&](std::uint64_t from, std::uint64_t width, std::uint64_t most_apart) {
    std::uint64_t lowest = ~0ull, highest = 0;
    for (std::uint64_t at = 0; at < bytes.size(); at += width) {
      const std::uint64_t word = width == 8 ? bytes.read_or_zero<std::uint64_t>(at)
                                            : static_cast<std::uint64_t>(bytes.read_or_zero<std::int32_t>(at));
      const std::uint64_t target = image_.pointer_bytes == 4 ? static_cast<std::uint32_t>(from + word) : from + word;
      if (target < code_low_ || target >= code_high_) return false;
      const image::Section* section = image_.section_at(target);
      if (section == nullptr || !section->executable) return false;
      lowest = std::min(lowest, target);
      highest = std::max(highest, target);
    }
    return highest - lowest <= most_apart;
  };
  if (lead_to_code(address, 4, ~0ull) || lead_to_code(0, image_.pointer_bytes, ~0ull)) return true;
  if (image_.format == image::Format::kPe && lead_to_code(image_.base, 4, kFunctionBytes)) return true;
  return offset_table_ != 0 && lead_to_code(offset_table_, 4, ~0ull);
}

Reference References::classify(std::uint64_t address) const {
  if (const auto start = std::ranges::lower_bound(starts_, address); start != starts_.end() && *start == address)
    return {Place::kFunction, static_cast<std::uint32_t>(start - starts_.begin()), 0};
  if (const auto stub = program_.import_stubs.find(address); stub != program_.import_stubs.end())
    return import_reference(stub->second);
  if (const image::Import* import = image_.import_at(address))
    return import_reference(static_cast<std::uint32_t>(import - image_.imports.data()));
  if (address == offset_table_ && address != 0) return {};  // holds where the linker put things
  const image::Section* section = image_.section_at(address);
  if (section == nullptr) return {};
  std::uint64_t hash = 0;
  if (string_at(address, hash, nullptr)) return {Place::kString, 0, hash};
  if (section->executable) return {Place::kCode, 0, 1};
  if (!section->writable && jump_table_at(address)) return {Place::kCode, 0, 2};
  const auto next = std::ranges::lower_bound(image_.relocations, address, {}, &image::Relocation::slot);
  if (next != image_.relocations.end() && next->slot < address + 16) {
    if (next->slot < address + 8 && string_at(next->target, hash, nullptr)) return {Place::kReadOnly, 0, hash * 31 + 5};
    return {Place::kGlobal, 0, 0};
  }
  const ByteView bytes = image_.at(address, 16);
  if (bytes.empty() || std::ranges::all_of(bytes.span(), [](std::uint8_t b) { return b == 0; }))
    return {Place::kGlobal, 0, 0};
  return {Place::kReadOnly, 0, hash64(bytes)};
}

// At most 80 characters, control characters as spaces, cut between characters.
static std::string for_display(std::string_view text) {
  std::string shown;
  shown.reserve(std::min<std::size_t>(text.size(), 80));
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size() && characters < 80; characters++) {
    const auto lead = static_cast<std::uint8_t>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (lead < 32 || lead == 127)
      shown += ' ';
    else if (length == 1)
      shown += text[i];
    else
      shown += text.substr(i, length);
    i += length;
  }
  return shown;
}

std::vector<std::pair<std::uint64_t, std::string>> References::labels(std::size_t max_bytes) const {
  std::vector<std::pair<std::uint64_t, std::string>> found;
  for (const image::Import& import : image_.imports) {
    const std::string name = normalized_import(image::comparable_name(import), image_.format == image::Format::kPe);
    found.emplace_back(feature_id(Kind::kImport, hash64(name)), for_display(name));
  }
  std::vector<std::uint64_t> strings;
  for (const Entry& e : entries_)
    if (e.used && e.reference.place == Place::kString) strings.push_back(e.address);
  std::ranges::sort(strings);
  for (const std::uint64_t address : strings) {
    std::uint64_t hash = 0;
    std::string text;
    if (string_at(address, hash, &text)) found.emplace_back(feature_id(Kind::kString, hash), for_display(text));
  }
  std::size_t bytes = 0, kept = 0;
  while (kept < found.size() && bytes < max_bytes) bytes += found[kept++].second.size() + sizeof(found[0]);
  found.resize(kept);
  std::ranges::stable_sort(found, {}, &std::pair<std::uint64_t, std::string>::first);
  const auto repeated = std::ranges::unique(found, {}, &std::pair<std::uint64_t, std::string>::first);
  found.erase(repeated.begin(), repeated.end());
  return found;
}

}  // namespace samehand::feature
