// Problem: resources say in which language somebody set up the compiler, and what the program claims to be.
// Example: RT_VERSION, name 1, language 0x0412 with {CompanyName: "..."} -> resource language "0x0412 (Korean)",
// version resource CompanyName = "...".
// Method: "PE Format", section ".rsrc": a tree of three levels, type, name, language; the version resource is a tree
// of {length, value length, type, key in UTF-16, value, children}, each aligned to four bytes.
// Cost: linear; at most kMaxEntries leaves, and no more content is hashed than the file has bytes.
// Known failures: a tree deeper than three levels is read to the third.
#include "pe_resources.h"

#include <algorithm>
#include <set>

#include "samehand/base/hash.h"
#include "traces.h"

namespace samehand::image {

using namespace pe;

namespace {

constexpr std::size_t kMaxEntries = 2048, kMaxHashed = 256;
constexpr std::uint32_t kString = 6, kVersion = 16, kManifest = 24;

struct Resource {
  std::uint32_t type = 0;  // 0 where it has a name
  std::string type_name, name;
  std::uint32_t language = 0;
  ByteView content;
};

std::string type_text(std::uint32_t type) {
  switch (type) {
    case 1:
      return "CURSOR";
    case 2:
      return "BITMAP";
    case 3:
      return "ICON";
    case 4:
      return "MENU";
    case 5:
      return "DIALOG";
    case 6:
      return "STRING";
    case 7:
      return "FONTDIR";
    case 8:
      return "FONT";
    case 9:
      return "ACCELERATOR";
    case 10:
      return "RCDATA";
    case 11:
      return "MESSAGETABLE";
    case 12:
      return "GROUP_CURSOR";
    case 14:
      return "GROUP_ICON";
    case 16:
      return "VERSION";
    case 17:
      return "DLGINCLUDE";
    case 19:
      return "PLUGPLAY";
    case 20:
      return "VXD";
    case 21:
      return "ANICURSOR";
    case 22:
      return "ANIICON";
    case 23:
      return "HTML";
    case 24:
      return "MANIFEST";
    default:
      return std::to_string(type);
  }
}

struct Language {
  std::uint16_t id;  // the lower ten bits name the language, the upper six the country
  const char* name;
};

// Countries where they matter, else the language alone.
constexpr Language kLanguages[] = {
    {0x0409, "English, United States"},
    {0x0809, "English, United Kingdom"},
    {0x0404, "Chinese, Taiwan"},
    {0x0804, "Chinese, PRC"},
    {0x0c04, "Chinese, Hong Kong"},
    {0x1004, "Chinese, Singapore"},
    {0x0416, "Portuguese, Brazil"},
    {0x0816, "Portuguese, Portugal"},
    {0x0401, "Arabic, Saudi Arabia"},
    {0x0429, "Persian"},
    {0x0412, "Korean"},
    {0x0812, "Korean (Johab)"},
    {0x0419, "Russian"},
    {0x0422, "Ukrainian"},
    {0x0423, "Belarusian"},
    {0x040d, "Hebrew"},
    {0x0411, "Japanese"},
    {0x041f, "Turkish"},
    {0x042a, "Vietnamese"},
    {0x0420, "Urdu"},
};
constexpr const char* kPrimaryLanguages[] = {"neutral",    "Arabic",     "Bulgarian",
                                             "Catalan",    "Chinese",    "Czech",
                                             "Danish",     "German",     "Greek",
                                             "English",    "Spanish",    "Finnish",
                                             "French",     "Hebrew",     "Hungarian",
                                             "Icelandic",  "Italian",    "Japanese",
                                             "Korean",     "Dutch",      "Norwegian",
                                             "Polish",     "Portuguese", "Romansh",
                                             "Romanian",   "Russian",    "Croatian or Serbian",
                                             "Slovak",     "Albanian",   "Swedish",
                                             "Thai",       "Turkish",    "Urdu",
                                             "Indonesian", "Ukrainian",  "Belarusian",
                                             "Slovenian",  "Estonian",   "Latvian",
                                             "Lithuanian", "Tajik",      "Persian",
                                             "Vietnamese", "Armenian",   "Azerbaijani",
                                             "Basque"};

std::string language_text(std::uint32_t id) {
  std::string text = hex_number(id);
  if (text.size() < 6) text = "0x" + std::string(6 - text.size(), '0') + text.substr(2);
  const auto known = std::ranges::find(kLanguages, id, &Language::id);
  if (known != std::end(kLanguages)) return text + " (" + known->name + ")";
  const std::size_t primary = id & 0x3ff;
  return primary < std::size(kPrimaryLanguages) ? text + " (" + kPrimaryLanguages[primary] + ")" : text;
}

class ResourceReader {
 public:
  explicit ResourceReader(const PeFile& file)
      : file_(file), tree_(file.from_rva(file.directories[kResources].address)) {}

  std::vector<Resource> read() {
    if (file_.directories[kResources].address != 0) read_level(0, 0, {});
    return std::move(found_);
  }

 private:
  std::string name_at(std::uint64_t offset) const {
    const std::uint64_t length = tree_.read_or_zero<std::uint16_t>(offset);
    return utf16_text(tree_.clamp(offset + 2, 2 * std::min<std::uint64_t>(length, 256)));
  }

  void read_level(std::uint64_t at, unsigned depth, const Resource& outer) {
    if (!tree_.contains(at, 16)) return;
    const std::uint64_t count = tree_.read_or_zero<std::uint16_t>(at + 12) + tree_.read_or_zero<std::uint16_t>(at + 14);
    for (std::uint64_t i = 0; i < count && visited_ < kMaxEntries; i++) {
      const std::uint64_t entry = at + 16 + i * 8;
      if (!tree_.contains(entry, 8)) return;
      visited_++;
      const auto id = tree_.read_or_zero<std::uint32_t>(entry), target = tree_.read_or_zero<std::uint32_t>(entry + 4);
      constexpr std::uint32_t kHigh = 0x80000000;
      const bool named = (id & kHigh) != 0;
      Resource resource = outer;
      if (depth == 0) {
        resource.type = named ? 0 : id;
        resource.type_name = named ? name_at(id & ~kHigh) : type_text(id);
      } else if (depth == 1) {
        resource.name = named ? name_at(id & ~kHigh) : std::to_string(id);
      } else {
        resource.language = named ? 0 : id;
      }
      if ((target & kHigh) != 0) {
        if (depth < 2) read_level(target & ~kHigh, depth + 1, resource);
        continue;
      }
      if (!tree_.contains(target, 16)) continue;
      resource.content = file_.from_rva(tree_.read_or_zero<std::uint32_t>(target))
                             .clamp(0, tree_.read_or_zero<std::uint32_t>(target + 4));
      found_.push_back(std::move(resource));
    }
  }

  const PeFile& file_;
  ByteView tree_;
  std::size_t visited_ = 0;
  std::vector<Resource> found_;
};

// One node of a version resource, cut out of its parent.
struct Node {
  std::string key;
  ByteView value, children;
  bool text = false;
  std::uint64_t size = 0;  // with padding
};

std::optional<Node> node_at(ByteView parent, std::uint64_t at) {
  const ByteView rest = parent.clamp(at);
  const std::uint64_t length = rest.read_or_zero<std::uint16_t>(0);
  if (length < 6 || length > rest.size()) return std::nullopt;
  const ByteView whole = rest.clamp(0, length);
  Node node;
  node.text = whole.read_or_zero<std::uint16_t>(4) == 1;
  std::uint64_t end = 6;
  while (end + 2 <= length && whole.read_or_zero<std::uint16_t>(end) != 0) end += 2;
  node.key = utf16_text(whole.clamp(6, end - 6));
  const std::uint64_t value_at = (end + 2 + 3) & ~3ull;
  const std::uint64_t value_size = whole.read_or_zero<std::uint16_t>(2) * (node.text ? 2ull : 1ull);
  node.value = whole.clamp(value_at, value_size);
  node.children = whole.clamp((value_at + value_size + 3) & ~3ull);
  node.size = (length + 3) & ~3ull;
  return node;
}

void read_version(ByteView content, Image& image) {
  const auto root = node_at(content, 0);
  if (!root || root->key != "VS_VERSION_INFO") return;
  constexpr std::uint32_t kFixedMagic = 0xfeef04bd;
  if (root->value.read_or_zero<std::uint32_t>(0) == kFixedMagic) {
    const auto version = [&](std::uint64_t at) {
      std::string text;
      for (const std::uint64_t part : {at + 2, at, at + 6, at + 4}) {
        if (!text.empty()) text += '.';
        text += std::to_string(root->value.read_or_zero<std::uint16_t>(part));
      }
      return text;
    };
    add_trace(image, TraceKind::kVersionResource, "fixed file version", version(8));
  }
  for (std::uint64_t at = 0; const auto info = node_at(root->children, at);) {
    at += info->size;
    if (info->key != "StringFileInfo") continue;
    for (std::uint64_t table_at = 0; const auto table = node_at(info->children, table_at);) {
      table_at += table->size;
      add_trace(image, TraceKind::kVersionResource, "language and code page", table->key);
      for (std::uint64_t string_at = 0; const auto string = node_at(table->children, string_at);) {
        string_at += string->size;
        // Some tools count the value in bytes, not in characters: the NUL ends it in any case.
        const std::string value = utf16_text(string->value);
        if (string->key == "OriginalFilename") add_trace(image, TraceKind::kOriginalName, "version resource", value);
        add_trace(image, TraceKind::kVersionResource, string->key, value);
      }
    }
  }
}

}  // namespace

void read_resources(const PeFile& file, Image& image) {
  const std::vector<Resource> resources = ResourceReader(file).read();
  std::set<std::uint32_t> languages;
  for (const Resource& r : resources) {
    if (r.language != 0) languages.insert(r.language);
  }
  for (const std::uint32_t language : languages) {
    add_trace(image, TraceKind::kResourceLanguage, "", language_text(language));
  }
  std::uint64_t bytes_left = file.bytes.size();
  std::size_t hashed = 0;
  for (const Resource& r : resources) {
    if (r.type == kVersion) read_version(r.content, image);
    // Manifests and version resources are much alike everywhere, strings are compared as strings.
    if (r.type == kVersion || r.type == kManifest || r.type == kString || r.content.empty()) continue;
    if (r.content.size() > bytes_left || hashed >= kMaxHashed) continue;
    bytes_left -= r.content.size();
    hashed++;
    add_trace(image, TraceKind::kResource, r.type_name + "/" + r.name,
              "sha256 " + sha256_hex(r.content) + ", " + std::to_string(r.content.size()) + " bytes");
  }
}

}  // namespace samehand::image
