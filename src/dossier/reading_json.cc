#include <cmath>
#include <nlohmann/json.hpp>

#include "samehand/base/text_span.h"
#include "samehand/dossier/printable.h"
#include "samehand/dossier/reading.h"

namespace samehand::dossier {
namespace {

using Json = nlohmann::ordered_json;

Json texts(const std::vector<std::string>& list) {
  Json out = Json::array();
  for (const std::string& text : list) out.push_back(valid_utf8(text));
  return out;
}

std::string_view word(page::Format format) {
  switch (format) {
    case page::Format::kHtml:
      return "html";
    case page::Format::kText:
      return "text";
    case page::Format::kMarkdown:
      return "markdown";
    case page::Format::kPdf:
      return "pdf";
    case page::Format::kDocx:
      return "docx";
    case page::Format::kEml:
      return "eml";
  }
  return "text";
}

std::string_view word(naming::FoundTechnique::How how) {
  switch (how) {
    case naming::FoundTechnique::How::kId:
      return "id";
    case naming::FoundTechnique::How::kName:
      return "name";
    case naming::FoundTechnique::How::kWording:
      return "wording";
  }
  return "id";
}

std::string_view word(naming::FoundName::How how) {
  switch (how) {
    case naming::FoundName::How::kList:
      return "list";
    case naming::FoundName::How::kForm:
      return "form";
    case naming::FoundName::How::kPhrase:
      return "phrase";
    case naming::FoundName::How::kRepeated:
      return "repeated";
  }
  return "list";
}

std::string line(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

class Page {
 public:
  explicit Page(const reading::Reading& reading) : reading_(reading), text_(reading.document.text), points_(text_) {}

  Json write() const {
    const page::Document& d = reading_.document;
    const page::Metadata& m = d.metadata;
    Json out = {{"file", valid_utf8(reading_.file)},
                {"format", word(d.format)},
                {"title", valid_utf8(m.title)},
                {"outlet", valid_utf8(m.outlet)},
                {"authors", texts(m.authors)},
                {"url", valid_utf8(m.url)},
                {"published", page::to_iso(m.published)},
                {"modified", page::to_iso(m.modified)},
                {"stored", page::to_iso(m.stored)},
                {"place", valid_utf8(m.place)},
                {"language", valid_utf8(m.language)},
                {"topic", valid_utf8(m.topic.name)},
                {"topic_stories", m.topic.stories},
                {"tags", texts(m.tags)},
                {"text", valid_utf8(text_)},
                {"claims_read", reading_.claims_read},
                {"claims", claims()},
                {"indicators", Json::array()},
                {"techniques", Json::array()},
                {"names", Json::array()},
                {"figures", Json::array()},
                {"remarks", texts(d.remarks)}};
    for (const auto& i : reading_.indicators) {
      Json value = {{"kind", indicator::to_string(i.kind)}, {"value", valid_utf8(i.value)}};
      place(value, "", i.where);
      if (i.port != 0) value["port"] = i.port;
      if (i.defanged) value["defanged"] = true;
      if (i.benign) value["benign"] = valid_utf8(i.why_benign);
      out["indicators"].push_back(std::move(value));
    }
    for (const auto& t : reading_.techniques) {
      Json value = {{"id", valid_utf8(t.id)}};
      place(value, "", t.where);
      value["how"] = word(t.how);
      value["score"] = std::round(static_cast<double>(t.score) * 1e4) / 1e4;
      out["techniques"].push_back(std::move(value));
    }
    for (const auto& n : reading_.names) {
      Json value = {{"kind", naming::to_string(n.kind)}, {"value", valid_utf8(n.value)}};
      place(value, "", n.where);
      if (!n.ids.empty()) value["ids"] = texts(n.ids);
      value["how"] = word(n.how);
      out["names"].push_back(std::move(value));
    }
    for (const auto& f : reading_.figures) {
      Json value = {{"text", valid_utf8(f.where.of(text_))},
                    {"amount", f.amount},
                    {"unit", valid_utf8(f.unit)},
                    {"of", valid_utf8(f.of)},
                    {"hedge", naming::to_string(f.hedge)}};
      if (f.bytes > 0) value["bytes"] = f.bytes;
      place(value, "", f.where);
      out["figures"].push_back(std::move(value));
    }
    return out;
  }

 private:
  void place(Json& value, const std::string& part, TextSpan span) const {
    value[part + "start"] = points_.before(span.begin);
    value[part + "end"] = points_.before(span.end);
  }

  // Outer claims, each with those inside it under "nested".
  Json claims() const {
    const auto& all = reading_.claims;
    std::vector<std::vector<std::size_t>> children(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].parent >= 0) children[static_cast<std::size_t>(all[i].parent)].push_back(i);
    }
    // Children stand behind their parents, so from the back each is complete before it is taken.
    std::vector<Json> values(all.size());
    for (std::size_t i = all.size(); i-- > 0;) {
      values[i] = claim_of(all[i]);
      if (children[i].empty()) continue;
      values[i]["nested"] = Json::array();
      for (const std::size_t child : children[i]) values[i]["nested"].push_back(std::move(values[child]));
    }
    Json out = Json::array();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].parent < 0) out.push_back(std::move(values[i]));
    }
    return out;
  }

  Json claim_of(const claim::Claim& c) const {
    const TextSpan whole{c.content.front().begin, c.content.back().end};
    Json value = {{"text", valid_utf8(whole.of(text_))}};
    place(value, "", whole);
    if (c.content.size() > 1) {
      value["spans"] = Json::array();
      for (const TextSpan span : c.content)
        value["spans"].push_back({points_.before(span.begin), points_.before(span.end)});
    }
    value["cue"] = valid_utf8(c.cue.of(text_));
    if (!c.cue.empty()) place(value, "cue_", c.cue);
    value["source"] = valid_utf8(c.speaker);
    if (!c.source.empty()) place(value, "source_", c.source);
    value["source_kind"] = dossier::word(c.speaker_kind);
    value["stance"] = dossier::word(c.stance);
    value["hedge"] = valid_utf8(c.hedge);
    value["about"] = dossier::word(c.about);
    value["subjects"] = texts(c.subjects);
    value["direct"] = c.direct;
    value["said"] = page::to_iso(c.said);
    if (c.said_from.known()) {
      value["said_from"] = page::to_iso(c.said_from);
      value["said_until"] = page::to_iso(c.said_until);
    }
    value["chain"] = texts(c.chain);
    return value;
  }

  const reading::Reading& reading_;
  std::string_view text_;
  CodePoints points_;
};

}  // namespace

std::string reading_json(const reading::Reading& reading) {
  return line(Page(reading).write());
}

std::string voices_json(const reading::Voices& voices, std::span<const reading::Reading> readings) {
  const auto files = [&](std::span<const std::uint32_t> pages) {
    Json out = Json::array();
    for (const std::uint32_t page : pages) out.push_back(valid_utf8(readings[page].file));
    return out;
  };
  std::vector<CodePoints> points;
  for (const reading::Reading& reading : readings) points.emplace_back(reading.document.text);
  Json out = {{"pages", readings.size()},
              {"voices_on_responsibility", voices.on_responsibility},
              {"voices", Json::array()},
              {"copies", Json::array()},
              {"contradictions", Json::array()}};
  for (const reading::Voice& v : voices.voices) {
    const reading::ClaimRef first = v.claims.front();
    const reading::Reading& page = readings[first.page];
    const claim::Claim& c = page.claims[first.claim];
    Json places = Json::array();
    for (const reading::ClaimRef& ref : v.claims) {
      const claim::Claim& said = readings[ref.page].claims[ref.claim];
      places.push_back({{"file", valid_utf8(readings[ref.page].file)},
                        {"start", points[ref.page].before(said.content.front().begin)},
                        {"end", points[ref.page].before(said.content.back().end)}});
    }
    Json also = Json::array();
    for (const std::string& name : v.also) also.push_back(valid_utf8(name));
    out["voices"].push_back({{"source", valid_utf8(v.source)},
                             {"also", std::move(also)},
                             {"about", word(v.about)},
                             {"stance", word(v.stance)},
                             {"files", files(v.pages)},
                             {"source_kind", word(v.kind)},
                             {"suspect", valid_utf8(v.suspect_name)},
                             {"speaker", v.speaker},
                             {"claims", v.claims.size()},
                             {"places", std::move(places)},
                             {"text", valid_utf8(c.content.front().of(page.document.text))}});
  }
  for (const auto& group : voices.copies) out["copies"].push_back(files(group));
  for (const reading::Contradiction& c : voices.contradictions) {
    Json value = {{"about", word(c.about)}, {"matter", valid_utf8(c.matter)}, {"sides", Json::array()}};
    for (const auto& side : c.sides) value["sides"].push_back({{"says", side.says}, {"voices", side.voices}});
    out["contradictions"].push_back(std::move(value));
  }
  return line(out);
}

}  // namespace samehand::dossier
