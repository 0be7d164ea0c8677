#include "case_items.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "case_methods.h"
#include "samehand/base/ascii.h"
#include "samehand/base/text_span.h"
#include "samehand/dossier/reading.h"
#include "samehand/evidence/defaults.h"
#include "shared_traces.h"

namespace samehand::flow {
namespace {

using claim::About;
using claim::SpeakerKind;
using claim::Stance;
using evidence::Item;
using evidence::ItemKind;

constexpr std::size_t kNameBytes = 160;  // of an item; the statement has the rest

std::string cut(std::string text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) --bytes;
  return text.substr(0, bytes) + "…";
}

bool is_word(char c) {
  return is_alnum(c) || is_high(c);
}

// `name` stands in `text` as whole words; both in lower case.
bool holds_words(std::string_view text, std::string_view name) {
  if (name.empty()) return false;
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const auto end = at + name.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]))) return true;
  }
  return false;
}

// How far the kinds of speakers are trusted until somebody judges them one by one (docs/case.md). What is only asserted
// is possibly true (3), what is hedged doubtful (4).
char reliability_of(SpeakerKind kind) {
  switch (kind) {
    case SpeakerKind::kGovernment:
    case SpeakerKind::kVendor:
      return 'B';
    case SpeakerKind::kVictim:
    case SpeakerKind::kResearcher:
    case SpeakerKind::kPress:
    case SpeakerKind::kOutlet:
      return 'C';
    case SpeakerKind::kAnonymous:
      return 'D';
    case SpeakerKind::kUnknown:
    case SpeakerKind::kAccused:
    case SpeakerKind::kAttacker:
      return 'F';
  }
  return 'F';
}

struct ClaimKind {
  ItemKind kind = ItemKind::kOther;
  bool against = false;
  const char* says = "";
};

// What kind of item a claim makes; kOther: none.
ClaimKind kind_of(const claim::Claim& c) {
  const bool denies = c.stance == Stance::kDenies || c.stance == Stance::kDoubts;
  const bool hedged = c.stance == Stance::kSuggests || c.stance == Stance::kDoubts;
  const bool interested = c.speaker_kind == SpeakerKind::kAccused || c.speaker_kind == SpeakerKind::kAttacker;
  if (c.stance == Stance::kThreatens) return {ItemKind::kThreat, false, "a threat"};
  if (c.about != About::kResponsibility && c.about != About::kOrigin && c.about != About::kSimilarity &&
      c.about != About::kMotive)
    return {};
  if (c.stance == Stance::kDeclines) return {ItemKind::kNoComment, false, "no comment"};
  if (c.stance == Stance::kReportsDenial || (interested && denies)) return {ItemKind::kDenial, false, "a denial"};
  if (interested) return {ItemKind::kBoast, false, "a boast"};
  if (c.about == About::kSimilarity)
    return {ItemKind::kSimilarity, denies,
            denies   ? "no likeness to"
            : hedged ? "perhaps a likeness to"
                     : "a likeness to"};
  if (c.about == About::kMotive)
    return {ItemKind::kMotive, denies, denies ? "no motive of" : hedged ? "perhaps a motive of" : "a motive of"};
  if (denies) return {ItemKind::kAttribution, true, hedged ? "doubts that it was" : "it was not"};
  return {ItemKind::kAttribution, false, hedged ? "perhaps it was" : "it was"};
}

std::string joined(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, "; "));
}

}  // namespace

const evidence::Hypothesis* meant_by(std::span<const std::string> names,
                                     std::span<const evidence::Hypothesis> hypotheses) {
  const evidence::Hypothesis* found = nullptr;
  for (const std::string& name : names) {
    const std::string text = lower(name);
    for (const evidence::Hypothesis& h : hypotheses) {
      bool meant = holds_words(text, lower(h.name));
      for (const std::string& also : h.also) meant = meant || holds_words(text, lower(also));
      if (!meant || found == &h) continue;
      if (found != nullptr) return nullptr;
      found = &h;
    }
  }
  return found;
}

std::vector<Item> items_of(const reading::Reading& reading, const evidence::Exhibit& exhibit,
                           std::span<const evidence::Hypothesis> hypotheses) {
  const std::string_view text = reading.document.text;
  const CodePoints points(text);
  const page::Metadata& m = reading.document.metadata;
  const std::string known =
      m.published.known() && m.published.year != 0 ? page::to_iso(m.published) : exhibit.collected;
  std::vector<Item> out;
  const auto locus = [&](TextSpan first, TextSpan last) -> evidence::Locus {
    return {.exhibit = exhibit.number,
            .member = {},
            .unit = evidence::Locus::Unit::kCharacters,
            .begin = points.before(first.begin),
            .end = points.before(last.end)};
  };

  std::map<std::tuple<std::string, ItemKind, bool, std::int64_t>, std::size_t> made;
  // Of a claim within another's words one counts. Who passes on what somebody else says ("X denied it, according to Y")
  // says nothing of their own: X is the voice, and Y, taken for one, would even accuse whom X defends. Where both are
  // of one speaker ("X declined to say whether it was Z") the outer one says how it is meant.
  std::vector<bool> counts(reading.claims.size(), true);
  std::vector<bool> tells(reading.claims.size());          // it or a claim within it makes an item
  for (std::size_t i = reading.claims.size(); i-- > 0;) {  // children stand behind their parents
    const claim::Claim& c = reading.claims[i];
    tells[i] = tells[i] || kind_of(c).kind != ItemKind::kOther;
    if (!tells[i] || c.parent < 0 || static_cast<std::size_t>(c.parent) >= i) continue;
    const auto parent = static_cast<std::size_t>(c.parent);
    if (reading.claims[parent].speaker != c.speaker)
      counts[parent] = false;
    else if (kind_of(reading.claims[parent]).kind != ItemKind::kOther)
      counts[i] = false;
    tells[parent] = true;
  }
  for (std::size_t i = 0; i < reading.claims.size(); ++i) {
    const claim::Claim& c = reading.claims[i];
    const ClaimKind is = kind_of(c);
    if (is.kind == ItemKind::kOther || !counts[i]) continue;
    const evidence::Hypothesis* target = meant_by(c.subjects, hypotheses);
    const std::int64_t points_at = target == nullptr ? 0 : target->number;
    const auto [it, fresh] = made.try_emplace({c.speaker, is.kind, is.against, points_at}, out.size());
    if (!fresh) {
      out[it->second].loci.push_back(locus(c.content.front(), c.content.back()));
      continue;
    }
    Item& item = out.emplace_back();
    const std::string who = c.speaker.empty() ? "somebody" : c.speaker;
    std::string subjects = joined(c.subjects);
    if (is.kind == ItemKind::kNoComment || is.kind == ItemKind::kDenial || is.kind == ItemKind::kBoast)
      subjects = subjects.empty() ? "" : "(" + subjects + ")";
    item.name = cut(fmt::format("{}: {}{}{}", who, is.says, subjects.empty() ? "" : " ", subjects), kNameBytes);
    std::string words;
    for (const TextSpan piece : c.content) words += (words.empty() ? "" : " … ") + std::string(piece.of(text));
    item.statement = cut(fmt::format("{} [{}{}]", words, fmt::format("{}", fmt::join(c.chain, " > ")),
                                     c.hedge.empty() ? "" : "; hedged: " + c.hedge),
                         4000);
    item.kind = is.kind;
    item.against = is.against;
    item.origin = evidence::Origin::kReport;
    item.method = kReadMethod;
    item.source = cut(who, 500);
    item.reliability = {reliability_of(c.speaker_kind),
                        c.stance == Stance::kSuggests || c.stance == Stance::kDoubts ? '4' : '3'};
    item.forgeability = evidence::default_of(is.kind).forgeability;
    item.points_at = points_at;
    item.known = cut(c.said.known() && c.said.year != 0 ? page::to_iso(c.said) : known, 100);
    item.loci.push_back(locus(c.content.front(), c.content.back()));
  }

  const auto summary = [&](ItemKind kind, std::string name, std::string statement, TextSpan first) {
    Item& item = out.emplace_back();
    item.name = cut(std::move(name), kNameBytes);
    item.statement = cut(std::move(statement), 4000);
    item.kind = kind;
    item.origin = evidence::Origin::kReport;
    item.method = kReadMethod;
    item.source = cut(m.outlet.empty() ? exhibit.name : m.outlet, 500);
    item.reliability = {'C', '3'};
    item.forgeability = evidence::default_of(kind).forgeability;
    item.known = cut(known, 100);
    item.loci.push_back(locus(first, first));
  };
  std::vector<std::string> ids;
  for (const auto& t : reading.techniques) {
    if (std::ranges::find(ids, t.id) == ids.end()) ids.push_back(t.id);
  }
  if (!ids.empty()) {
    summary(ItemKind::kTechnique,
            fmt::format("{} technique{} in {}", ids.size(), ids.size() == 1 ? "" : "s", exhibit.name), joined(ids),
            reading.techniques.front().where);
  }
  std::vector<std::string> addresses;
  TextSpan first;
  for (const auto& i : reading.indicators) {
    using indicator::Kind;
    const bool network =
        i.kind == Kind::kIpv4 || i.kind == Kind::kIpv6 || i.kind == Kind::kDomain || i.kind == Kind::kUrl;
    if (!network || i.benign || std::ranges::find(addresses, i.value) != addresses.end()) continue;
    if (addresses.empty()) first = i.where;
    addresses.push_back(i.value);
  }
  if (!addresses.empty())
    summary(ItemKind::kAddress, fmt::format("{} addresses and domains in {}", addresses.size(), exhibit.name),
            joined(addresses), first);
  return out;
}

std::vector<Item> items_of(const dossier::ToolReading& tool, const evidence::Exhibit& exhibit,
                           std::span<const evidence::Hypothesis> hypotheses) {
  using image::TraceKind;
  struct TraceItem {
    TraceKind trace;
    ItemKind kind;
    const char* what;
  };
  static constexpr std::array kTraces = {
      TraceItem{TraceKind::kBuildTime, ItemKind::kBuildTime, "built"},
      TraceItem{TraceKind::kRichHeader, ItemKind::kToolchain, "Rich header"},
      TraceItem{TraceKind::kCompiler, ItemKind::kToolchain, "compiler"},
      TraceItem{TraceKind::kLinker, ItemKind::kToolchain, "linker"},
      TraceItem{TraceKind::kResourceLanguage, ItemKind::kLanguage, "resource language"},
      TraceItem{TraceKind::kPdbPath, ItemKind::kBuildPath, "build path"},
      TraceItem{TraceKind::kSigner, ItemKind::kPrivateKey, "signed by"},
      TraceItem{TraceKind::kOriginalName, ItemKind::kText, "original name"},
      TraceItem{TraceKind::kVersionResource, ItemKind::kText, "version resource"},
      TraceItem{TraceKind::kExportName, ItemKind::kText, "export name"},
  };
  std::vector<Item> out;
  // One item for each value, however many samples of the exhibit carry it; all of one file stand or fall together.
  std::map<std::tuple<ItemKind, std::string>, std::size_t> made;
  const auto add = [&](ItemKind kind, std::string name, std::string statement, const std::string& member) -> Item* {
    evidence::Locus locus;
    locus.exhibit = exhibit.number;
    locus.member = cut(member, 900);
    const auto [it, fresh] = made.try_emplace({kind, name}, out.size());
    if (!fresh) {
      out[it->second].loci.push_back(std::move(locus));
      return nullptr;
    }
    Item& item = out.emplace_back();
    item.name = cut(std::move(name), kNameBytes);
    item.statement = cut(std::move(statement), 4000);
    item.kind = kind;
    item.origin = evidence::Origin::kTool;
    item.method = kTracesMethod;
    item.source = cut(exhibit.name, 500);
    item.reliability = {'A', '1'};
    item.forgeability = evidence::default_of(kind).forgeability;
    item.group = cut(fmt::format("{} in {}", to_string(kind), exhibit.name), 500);
    item.known = exhibit.collected;
    item.loci.push_back(std::move(locus));
    return &item;
  };
  for (const dossier::SampleSummary& sample : tool.samples) {
    for (const image::Trace& trace : sample.traces) {
      const auto it = std::ranges::find(kTraces, trace.kind, &TraceItem::trace);
      if (it == kTraces.end() || !trace.valid || trace.value.empty()) continue;
      // A bare name, as every stripped Debian program's link to its debugging file, tells of nobody's folders.
      if (it->kind == ItemKind::kBuildPath && trace.value.find_first_of("/\\") == std::string::npos) continue;
      const std::string key = trace.key.empty() ? "" : " (" + trace.key + ")";
      add(it->kind, fmt::format("{}: {} {}{}", exhibit.name, it->what, trace.value, key), trace.value, sample.path);
    }
  }
  const auto false_flag = std::ranges::find(hypotheses, evidence::Role::kFalseFlag, &evidence::Hypothesis::role);
  for (const std::string& line : contradictions(tool.samples)) {
    Item* item = add(ItemKind::kContradiction, fmt::format("{}: traces contradict each other", exhibit.name), line, "");
    if (item == nullptr) continue;
    // Packers and odd build tools make such files too.
    item->reliability = {'A', '3'};
    if (false_flag != hypotheses.end()) item->points_at = false_flag->number;
  }
  return out;
}

std::vector<std::pair<std::int64_t, std::string>> voice_groups(const dossier::CaseView& view) {
  // Who speaks in each claim: the fullest name of its source, and on which matter.
  std::map<std::uint32_t, const std::string*> names;
  std::map<std::tuple<std::int64_t, std::uint32_t>, std::string> group_at;  // exhibit, first character
  std::vector<CodePoints> points;
  points.reserve(view.readings.size());
  for (const reading::Reading& r : view.readings) points.emplace_back(r.document.text);
  const auto matter = [](About about) {
    switch (about) {
      case About::kSimilarity:
        return "on likeness";
      case About::kMotive:
        return "on motive";
      case About::kResponsibility:
      case About::kOrigin:
        return "on who did it";
      default:
        return "otherwise";
    }
  };
  const auto note = [&](const std::string& speaker, About about, reading::ClaimRef ref) {
    const claim::Claim& c = view.readings[ref.page].claims[ref.claim];
    group_at[{view.reading_exhibit[ref.page], points[ref.page].before(c.content.front().begin)}] =
        cut(speaker, 300) + " " + matter(about);
  };
  for (const reading::Voice& voice : view.voices.voices) {
    const std::string*& name = names.try_emplace(voice.speaker, &voice.source).first->second;
    for (const reading::ClaimRef& ref : voice.claims) note(*name, voice.about, ref);
  }
  // A page alone has no voices yet: each speaker is one.
  if (view.readings.size() == 1) {
    for (std::uint32_t k = 0; k < view.readings[0].claims.size(); ++k) {
      const claim::Claim& c = view.readings[0].claims[k];
      if (!c.speaker.empty()) note(c.speaker, c.about, {0, k});
    }
  }
  std::vector<std::pair<std::int64_t, std::string>> out;
  for (const Item& item : view.contents.items) {
    if (item.origin != evidence::Origin::kReport || item.loci.empty()) continue;
    const evidence::Locus& l = item.loci.front();
    const auto it = group_at.find({l.exhibit, static_cast<std::uint32_t>(l.begin)});
    if (it != group_at.end()) out.emplace_back(item.number, it->second);
  }
  return out;
}

}  // namespace samehand::flow
