// docs/format/names.md: magic, version, length, contents, checksum.
#include "samehand/base/codec.h"
#include "samehand/base/hash.h"
#include "samehand/naming/name_list.h"

namespace samehand::naming {
namespace {

constexpr std::string_view kMagic = "SHNAMES\n";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kHead = kMagic.size() + 1;
constexpr std::size_t kTail = 8;

void write_texts(ByteWriter& out, const std::vector<std::string>& texts) {
  out.varint(texts.size());
  for (const std::string& text : texts) out.text(text);
}

std::vector<std::string> read_texts(ByteReader& in) {
  std::vector<std::string> texts(in.count());
  for (std::string& text : texts) text = in.text();
  return texts;
}

}  // namespace

bool is_name_list(ByteView file) {
  return file.clamp(0, kMagic.size()).text() == kMagic;
}

std::vector<std::uint8_t> save_names(const NameList& list) {
  ByteWriter out;
  for (const char c : kMagic) out.u8(static_cast<std::uint8_t>(c));
  out.u8(kVersion);
  write_texts(out, list.origins());
  out.varint(list.names().size());
  for (const NameEntry& entry : list.names()) {
    out.u8(static_cast<std::uint8_t>(entry.kind));
    out.text(entry.id);
    out.text(entry.name);
    write_texts(out, entry.aliases);
  }
  out.varint(list.techniques().size());
  for (const TechniqueEntry& entry : list.techniques()) {
    out.text(entry.id);
    out.text(entry.name);
  }
  write_texts(out, list.ordinary_words());
  out.fixed64(hash64(ByteView(out.bytes())));
  return out.take();
}

Result<NameList> load_names(ByteView file, std::string_view where) {
  const auto bad = [&](std::string message) {
    return fail(ErrorCode::kMalformed, std::move(message), std::string(where));
  };
  if (!is_name_list(file)) return bad("not a list of names that Samehand wrote");
  if (file.size() < kHead + kTail)
    return fail(ErrorCode::kTruncated, "the list of names is cut short", std::string(where));
  if (file[kMagic.size()] != kVersion)
    return fail(ErrorCode::kNotSupported, "a list of names of another version: import it again", std::string(where));
  const ByteView body = file.slice(0, file.size() - kTail);
  if (file.read_or_zero<std::uint64_t>(file.size() - kTail) != hash64(body))
    return bad("the list of names is damaged: its checksum does not agree");
  ByteReader in(body.clamp(kHead));
  const std::vector<std::string> origins = read_texts(in);
  std::vector<NameEntry> names(in.count(4));
  for (NameEntry& entry : names) {
    const std::uint8_t kind = in.u8();
    if (kind > static_cast<std::uint8_t>(NameKind::kCampaign)) return bad("the list of names holds an unknown kind");
    entry.kind = static_cast<NameKind>(kind);
    entry.id = in.text();
    entry.name = in.text();
    entry.aliases = read_texts(in);
  }
  std::vector<TechniqueEntry> techniques(in.count(2));
  for (TechniqueEntry& entry : techniques) {
    entry.id = in.text();
    entry.name = in.text();
  }
  std::vector<std::string> ordinary = read_texts(in);
  if (!in.ok() || !in.at_end()) return bad("the list of names is malformed");
  NameList list;
  list.add(std::move(names), std::move(techniques), {}, std::move(ordinary));
  for (const std::string& origin : origins) list.add({}, {}, origin);
  return list;
}

}  // namespace samehand::naming
