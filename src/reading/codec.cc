// Field by field in the order of the structs; docs/format/worker.md says how integers and text are written. The message
// is also what a case keeps of a page: what later versions add stands at its end and may be missing.
#include "samehand/base/codec.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "samehand/reading/reading.h"

namespace samehand::reading {
namespace {

// One description of each struct serves both directions: a Writer puts a field, a Reader takes it.
class Writer {
 public:
  void field(const std::string& text) { out_.text(text); }
  void field(bool value) { out_.boolean(value); }
  void field(float value) { out_.real(value); }
  void field(double value) { out_.real(value); }
  void field(std::uint32_t value) { out_.varint(value); }
  void field(std::uint16_t value) { out_.varint(value); }
  void field(std::int32_t value) { out_.varint(static_cast<std::uint32_t>(value)); }
  void field(std::int16_t value) { out_.varint(static_cast<std::uint16_t>(value)); }
  void field(std::int8_t value) { out_.u8(static_cast<std::uint8_t>(value)); }
  void field(TextSpan span) {
    out_.varint(span.begin);
    out_.varint(span.end);
  }
  template <class Enum>
  void one_of(Enum value, Enum) {
    out_.u8(static_cast<std::uint8_t>(value));
  }
  template <class T, class Each>
  void list(const std::vector<T>& items, Each each) {
    out_.varint(items.size());
    for (const T& item : items) each(*this, item);
  }
  std::vector<std::uint8_t> take() { return out_.take(); }

 private:
  ByteWriter out_;
};

class Reader {
 public:
  explicit Reader(ByteView bytes) : in_(bytes) {}

  void field(std::string& text) { text = in_.text(); }
  void field(bool& value) { value = in_.boolean(); }
  void field(float& value) { value = static_cast<float>(in_.real()); }
  void field(double& value) { value = in_.real(); }
  void field(std::uint32_t& value) { value = number<std::uint32_t>(); }
  void field(std::uint16_t& value) { value = number<std::uint16_t>(); }
  void field(std::int32_t& value) { value = static_cast<std::int32_t>(number<std::uint32_t>()); }
  void field(std::int16_t& value) { value = static_cast<std::int16_t>(number<std::uint16_t>()); }
  void field(std::int8_t& value) { value = static_cast<std::int8_t>(in_.u8()); }
  void field(TextSpan& span) {
    span.begin = number<std::uint32_t>();
    span.end = number<std::uint32_t>();
  }
  template <class Enum>
  void one_of(Enum& value, Enum last) {
    const std::uint8_t number = in_.u8();
    if (number > static_cast<std::uint8_t>(last))
      good_ = false;
    else
      value = static_cast<Enum>(number);
  }
  template <class T, class Each>
  void list(std::vector<T>& items, Each each) {
    // Grown as items arrive: a count that lies would otherwise allocate some 250 bytes for each byte of the message.
    const std::size_t count = in_.count();
    for (std::size_t i = 0; i < count && in_.ok(); ++i) each(*this, items.emplace_back());
  }
  bool at_end() const { return in_.at_end(); }
  bool complete() const { return good_ && in_.ok() && in_.at_end(); }

 private:
  template <class T>
  T number() {
    const std::uint64_t value = in_.varint();
    if (value > std::numeric_limits<T>::max()) good_ = false;
    return static_cast<T>(value);
  }

  ByteReader in_;
  bool good_ = true;
};

constexpr auto kText = [](auto& io, auto& text) { io.field(text); };
constexpr auto kSpan = [](auto& io, auto& span) { io.field(span); };

template <class Io, class Date>
void date(Io& io, Date& d) {
  io.field(d.year);
  io.field(d.month);
  io.field(d.day);
  io.field(d.hour);
  io.field(d.minute);
}

void zone(Writer& io, const std::optional<std::int16_t>& offset) {
  io.field(offset.has_value());
  io.field(offset.value_or(0));
}

void zone(Reader& io, std::optional<std::int16_t>& offset) {
  bool stated = false;
  std::int16_t minutes = 0;
  io.field(stated);
  io.field(minutes);
  if (stated) offset = minutes;
}

template <class Io, class Date>
void dated(Io& io, Date& d) {
  date(io, d);
  zone(io, d.utc_offset_min);
}

template <class Io, class Document>
void document(Io& io, Document& d) {
  io.one_of(d.format, page::Format::kEml);
  io.field(d.text);
  io.list(d.blocks, [](auto& in, auto& block) {
    in.one_of(block.kind, page::BlockKind::kCode);
    in.field(block.where);
  });
  io.list(d.links, [](auto& in, auto& link) {
    in.field(link.where);
    in.field(link.url);
  });
  auto& m = d.metadata;
  io.field(m.title);
  io.field(m.outlet);
  io.field(m.url);
  io.field(m.language);
  io.list(m.authors, kText);
  io.list(m.tags, kText);
  io.field(m.topic.name);
  io.field(m.topic.stories);
  io.field(m.place);
  dated(io, m.published);
  dated(io, m.modified);
  dated(io, m.stored);
  io.list(d.remarks, kText);
}

template <class Io, class Claim>
void claims(Io& io, Claim& c) {
  io.list(c.content, kSpan);
  io.field(c.source);
  io.field(c.cue);
  io.field(c.speaker);
  io.one_of(c.speaker_kind, claim::SpeakerKind::kOutlet);
  io.one_of(c.stance, claim::Stance::kApologises);
  io.field(c.hedge);
  io.one_of(c.about, claim::About::kTechnique);
  io.list(c.subjects, kText);
  io.field(c.direct);
  dated(io, c.said);
  io.list(c.chain, kText);
  io.field(c.parent);
}

template <class Io, class Reading>
void fields(Io& io, Reading& r) {
  document(io, r.document);
  io.field(r.claims_read);
  io.list(r.claims, [](auto& in, auto& c) { claims(in, c); });
  io.list(r.indicators, [](auto& in, auto& i) {
    in.one_of(i.kind, indicator::Kind::kTlp);
    in.field(i.value);
    in.field(i.where);
    in.field(i.port);
    in.field(i.defanged);
    in.field(i.benign);
    in.field(i.why_benign);
  });
  io.list(r.names, [](auto& in, auto& n) {
    in.one_of(n.kind, naming::NameKind::kFigure);
    in.field(n.value);
    in.list(n.ids, kText);
    in.field(n.where);
    in.one_of(n.how, naming::FoundName::How::kRepeated);
  });
  io.list(r.techniques, [](auto& in, auto& t) {
    in.field(t.id);
    in.field(t.where);
    in.one_of(t.how, naming::FoundTechnique::How::kWording);
    in.field(t.score);
  });
  io.list(r.figures, [](auto& in, auto& f) {
    in.field(f.where);
    in.field(f.amount);
    in.field(f.unit);
    in.field(f.of);
    in.one_of(f.hedge, naming::Figure::Hedge::kAlmost);
    in.field(f.bytes);
  });
}

// When claims were said, where the text gives a span of days: after everything else, and only if there is one, so that
// messages of before still read.
struct SaidWithin {
  std::uint32_t claim = 0;
  page::Date from, until;
};

template <class Io, class Spans>
void said_within(Io& io, Spans& spans) {
  io.list(spans, [](auto& in, auto& s) {
    in.field(s.claim);
    dated(in, s.from);
    dated(in, s.until);
  });
}

// Whether every place lies in the text, so that nobody after this has to ask.
bool places_lie_within(const Reading& r) {
  const auto size = r.document.text.size();
  const auto inside = [size](TextSpan span) { return span.begin <= span.end && span.end <= size; };
  const auto all = [&](const auto& items) {
    return std::ranges::all_of(items, [&](const auto& x) { return inside(x.where); });
  };
  if (!all(r.document.blocks) || !all(r.document.links) || !all(r.indicators) || !all(r.names) || !all(r.techniques) ||
      !all(r.figures))
    return false;
  for (std::size_t i = 0; i < r.claims.size(); ++i) {
    const claim::Claim& c = r.claims[i];
    if (c.content.empty() || !std::ranges::all_of(c.content, inside) || !inside(c.source) || !inside(c.cue))
      return false;
    if (c.parent < -1 || c.parent >= static_cast<std::int32_t>(i)) return false;
  }
  return true;
}

}  // namespace

std::vector<std::uint8_t> encode(const Reading& reading) {
  Writer out;
  fields(out, reading);
  std::vector<SaidWithin> spans;
  for (std::size_t i = 0; i < reading.claims.size(); ++i) {
    const claim::Claim& c = reading.claims[i];
    if (c.said_from.known()) spans.push_back({static_cast<std::uint32_t>(i), c.said_from, c.said_until});
  }
  if (!spans.empty()) said_within(out, std::as_const(spans));
  return out.take();
}

Result<Reading> decode(ByteView message) {
  Reader in(message);
  Reading reading;
  fields(in, reading);
  std::vector<SaidWithin> spans;
  if (!in.at_end()) said_within(in, spans);
  for (const SaidWithin& s : spans) {
    if (s.claim >= reading.claims.size()) return fail(ErrorCode::kMalformed, "the worker sent a damaged reading");
    reading.claims[s.claim].said_from = s.from;
    reading.claims[s.claim].said_until = s.until;
  }
  if (!in.complete() || !places_lie_within(reading))
    return fail(ErrorCode::kMalformed, "the worker sent a damaged reading");
  return reading;
}

}  // namespace samehand::reading
