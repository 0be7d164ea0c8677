// What a worker read, as the message that it sends.
#include <algorithm>

#include "samehand/base/codec.h"
#include "samehand/exchange/evidence.h"

namespace samehand::exchange {

namespace {

using WeightsByName = std::vector<std::pair<std::uint32_t, evidence::Weight>>;

void put(ByteWriter& out, const WeightsByName& weights) {
  out.varint(weights.size());
  for (const auto& [hypothesis, w] : weights) {
    out.varint(hypothesis);
    out.real(w.low_db);
    out.real(w.mid_db);
    out.real(w.high_db);
  }
}

// False where an index is beyond `names`.
bool take(ByteReader& in, WeightsByName& weights, std::size_t names) {
  bool known = true;
  weights.resize(in.count(25));
  for (auto& [hypothesis, w] : weights) {
    const std::uint64_t index = in.varint();
    known = known && index < names;
    hypothesis = static_cast<std::uint32_t>(index);
    w.low_db = in.real();
    w.mid_db = in.real();
    w.high_db = in.real();
  }
  return known;
}

void put(ByteWriter& out, std::int32_t name) {
  out.varint(static_cast<std::uint64_t>(name + 1));
}

bool take(ByteReader& in, std::int32_t& name, std::size_t names) {
  const std::uint64_t index = in.varint();
  name = index <= names ? static_cast<std::int32_t>(index) - 1 : -1;
  return index <= names;
}

void put(ByteWriter& out, const ImportedExhibit& imported) {
  const evidence::Exhibit& e = imported.exhibit;
  for (const std::string* text : {&e.sha256, &e.name, &e.source, &e.collected}) out.text(*text);
  out.u8(static_cast<std::uint8_t>(e.kind));
  out.varint(e.size_bytes);
  put(out, imported.known_of);
  out.varint(imported.findings.size());
  for (const auto& [method, answer] : imported.findings) {
    out.text(method);
    out.text(ByteView(answer).text());
  }
}

bool take(ByteReader& in, ImportedExhibit& imported, std::size_t names) {
  evidence::Exhibit& e = imported.exhibit;
  for (std::string* text : {&e.sha256, &e.name, &e.source, &e.collected}) *text = in.text();
  const std::uint8_t kind = in.u8();
  e.kind = static_cast<evidence::ExhibitKind>(kind);
  e.size_bytes = in.varint();
  e.by_reference = true;
  bool known = kind <= static_cast<std::uint8_t>(evidence::ExhibitKind::kImport);
  known &= take(in, imported.known_of, names);
  imported.findings.resize(in.count(2));
  for (auto& [method, answer] : imported.findings) {
    method = in.text();
    const auto bytes = ByteView::of_text(in.text()).span();
    answer.assign(bytes.begin(), bytes.end());
  }
  return known;
}

void put(ByteWriter& out, const ImportedJudgement& j) {
  for (const std::string* text : {&j.field, &j.value, &j.reason}) out.text(*text);
  put(out, j.points_at);
  put(out, j.weights);
}

bool take(ByteReader& in, ImportedJudgement& j, std::size_t names) {
  for (std::string* text : {&j.field, &j.value, &j.reason}) *text = in.text();
  const bool known = take(in, j.points_at, names);
  return take(in, j.weights, names) && known;
}

void put(ByteWriter& out, const evidence::Locus& locus) {
  out.varint(static_cast<std::uint64_t>(locus.exhibit));
  out.text(locus.member);
  out.u8(static_cast<std::uint8_t>(locus.unit));
  out.varint(locus.begin);
  out.varint(locus.end);
}

bool take(ByteReader& in, evidence::Locus& locus, std::size_t exhibits) {
  const std::uint64_t exhibit = in.varint();
  locus.exhibit = static_cast<std::int64_t>(exhibit);
  locus.member = in.text();
  const std::uint8_t unit = in.u8();
  locus.unit = static_cast<evidence::Locus::Unit>(unit);
  locus.begin = in.varint();
  locus.end = in.varint();
  return exhibit < exhibits && unit <= static_cast<std::uint8_t>(evidence::Locus::Unit::kAddress);
}

}  // namespace

std::vector<std::uint8_t> encode(const Evidence& evidence) {
  ByteWriter out;
  out.boolean(evidence.of_case);
  out.text(evidence.title);
  out.varint(evidence.names.size());
  for (const std::string& name : evidence.names) out.text(name);
  out.varint(evidence.hypotheses.size());
  for (const ImportedHypothesis& h : evidence.hypotheses) {
    out.u8(static_cast<std::uint8_t>(h.hypothesis.role));
    out.boolean(h.has_prior);
    out.real(h.hypothesis.prior);
    out.text(h.hypothesis.description);
    out.varint(h.hypothesis.also.size());
    for (const std::string& name : h.hypothesis.also) out.text(name);
  }
  out.varint(evidence.exhibits.size());
  for (const ImportedExhibit& e : evidence.exhibits) put(out, e);
  out.varint(evidence.items.size());
  for (const ImportedItem& i : evidence.items) {
    for (const std::string* text : {&i.item.name, &i.item.group, &i.item.statement, &i.item.source, &i.item.known})
      out.text(*text);
    out.u8(static_cast<std::uint8_t>(i.item.kind));
    out.text(to_string(i.item.reliability));
    out.u8(static_cast<std::uint8_t>(i.item.forgeability));
    out.boolean(i.item.against);
    out.u8(i.item.public_before ? 1 + *i.item.public_before : 0);
    put(out, i.points_at);
    put(out, i.weights);
    out.u8(static_cast<std::uint8_t>(i.item.origin));
    out.text(i.item.method);
    out.boolean(i.item.excluded);
    out.varint(i.item.loci.size());
    for (const evidence::Locus& locus : i.item.loci) put(out, locus);
    out.varint(i.judgements.size());
    for (const ImportedJudgement& j : i.judgements) put(out, j);
    out.varint(i.subjects.size());
    for (const std::string& subject : i.subjects) out.text(subject);
  }
  out.varint(evidence.remarks.count);
  out.varint(evidence.remarks.first.size());
  for (const std::string& remark : evidence.remarks.first) out.text(remark);
  return out.take();
}

Result<Evidence> decode(ByteView message) {
  ByteReader in(message);
  Evidence out;
  bool known = true;  // every word and index
  out.of_case = in.boolean();
  out.title = in.text();
  out.names.resize(in.count());
  for (std::string& name : out.names) name = in.text();
  out.hypotheses.resize(in.count(12));
  known = known && out.hypotheses.size() <= out.names.size();
  for (std::size_t h = 0; h < out.hypotheses.size() && known; ++h) {
    ImportedHypothesis& imported = out.hypotheses[h];
    imported.hypothesis.name = out.names[h];
    const std::uint8_t role = in.u8();
    known = known && role < evidence::kRoles;
    imported.hypothesis.role = static_cast<evidence::Role>(role);
    imported.has_prior = in.boolean();
    imported.hypothesis.prior = in.real();
    imported.hypothesis.description = in.text();
    imported.hypothesis.also.resize(in.count());
    for (std::string& name : imported.hypothesis.also) name = in.text();
  }
  const std::size_t exhibits = in.count(8);
  if (known) out.exhibits.resize(exhibits);
  for (ImportedExhibit& e : out.exhibits) {
    known = take(in, e, out.names.size()) && known;
    if (!in.ok() || !known) break;
  }
  const std::size_t count = in.count(18);
  if (known) out.items.resize(count);
  for (ImportedItem& i : out.items) {
    for (std::string* text : {&i.item.name, &i.item.group, &i.item.statement, &i.item.source, &i.item.known})
      *text = in.text();
    const std::uint8_t kind = in.u8();
    const auto reliability = evidence::parse_admiralty(in.text());
    const std::uint8_t forgeability = in.u8();
    i.item.against = in.boolean();
    const std::uint8_t before = in.u8();
    known = known && kind < evidence::kItemKinds && reliability && forgeability <= 3 && before <= 2;
    known = take(in, i.points_at, out.names.size()) && known;
    known = take(in, i.weights, out.names.size()) && known;
    const std::uint8_t origin = in.u8();
    known = known && origin <= static_cast<std::uint8_t>(evidence::Origin::kTool);
    i.item.origin = static_cast<evidence::Origin>(origin);
    i.item.method = in.text();
    i.item.excluded = in.boolean();
    i.item.loci.resize(in.count(5));
    for (evidence::Locus& locus : i.item.loci) known = take(in, locus, out.exhibits.size()) && known;
    i.judgements.resize(in.count(5));
    for (ImportedJudgement& j : i.judgements) known = take(in, j, out.names.size()) && known;
    i.subjects.resize(in.count());
    for (std::string& subject : i.subjects) subject = in.text();
    if (!in.ok() || !known) break;
    i.item.kind = static_cast<evidence::ItemKind>(kind);
    i.item.reliability = *reliability;
    i.item.forgeability = static_cast<evidence::Forgeability>(forgeability);
    if (before > 0) i.item.public_before = before == 2;
  }
  if (known) {
    out.remarks.count = in.varint();
    out.remarks.first.resize(in.count());
    for (std::string& remark : out.remarks.first) remark = in.text();
  }
  if (!in.ok() || !in.at_end() || !known) return fail(ErrorCode::kMalformed, "the worker sent damaged evidence");
  return out;
}

}  // namespace samehand::exchange
