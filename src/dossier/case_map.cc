// Problem: who said it, through whom, and where was it read, in one drawing.
//
//   an unnamed diplomat ──────────── Voice of America, 2014-12-03
//                       └─ Guardian ─ Sputnik, 2014-12-04
//
// Method: three columns: speakers (one node for each source that the voices tell apart), relays, pages. Every claim on
// who did it, what it resembles, where it came from or why is one line through its chain; equal lines are drawn once.
// Speakers stand in the order of what they say and when; relays and pages at the mean height of what leads to them, as
// the barycentre method of layered drawings has it (Sugiyama, Tagawa, Toda 1981, one sweep). Text is as wide as its
// column allows; longer names are cut and whole in a title. Cost: linear but for the sorting. Known limit: chains of
// two relays and more are drawn through the first only.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "case_page.h"
#include "figures.h"
#include "markup.h"
#include "reading_words.h"
#include "samehand/base/ascii.h"
#include "samehand/dossier/printable.h"
#include "samehand/dossier/reading.h"

namespace samehand::dossier {
namespace {

constexpr std::size_t kSpeakers = 40, kPages = 60, kLetters = 54;
constexpr double kRow = 24, kTop = 30, kWidth = 1120, kLeft = 400, kMiddle = 570, kRight = 740;

struct Node {
  std::string name, full;
  double y = 0;
  double sum = 0;  // of the heights of what leads to it
  std::size_t count = 0;
};

struct Line {
  std::size_t speaker = 0, relay = 0, page = 0;  // relay: kDirect for none
  std::string_view tint;
  friend auto operator<=>(const Line&, const Line&) = default;
};
constexpr std::size_t kDirect = ~std::size_t{0};

// Nodes in the order of their means, a row apart.
void settle(std::vector<Node>& nodes, double height) {
  std::vector<std::size_t> order(nodes.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto mean = [&](std::size_t i) {
    return nodes[i].sum / static_cast<double>(std::max<std::size_t>(1, nodes[i].count));
  };
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return mean(a) < mean(b); });
  // As near to the mean as the row above and those still to come allow.
  double next = kTop;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const double latest = height - kRow * static_cast<double>(order.size() - k);
    Node& node = nodes[order[k]];
    node.y = std::max(next, std::min(mean(order[k]), std::max(next, latest)));
    next = node.y + kRow;
  }
}

// A name to find it again by: in small letters, without its article.
std::string bare(std::string_view name) {
  std::string out = lower(name);
  return out.starts_with("the ") ? out.substr(4) : out;
}

std::string curve(double x0, double y0, double x1, double y1) {
  const double middle = (x0 + x1) / 2;
  return fmt::format("M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", x0, y0, middle, y0, middle, y1, x1,
                     y1);
}

// Letters have widths that only the browser knows; what may be too wide for its column is squeezed into it.
std::string squeezed(std::string_view text, double most) {
  double width = 0;
  for (const char c : text)
    width += c == 'W' || c == 'M' || c == '@' ? 12.5 : is_alpha(c) && to_upper(c) == c ? 9 : 7.5;
  return width > most ? fmt::format(" textLength=\"{:.0f}\" lengthAdjust=\"spacingAndGlyphs\"", most) : std::string();
}

std::string label(const Node& node, double x, std::string_view anchor, std::string_view kind) {
  return fmt::format(
      "<g class=\"{}\"><title>{}</title><circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\"/><text x=\"{:.1f}\" y=\"{:.1f}\" "
      "text-anchor=\"{}\"{}>{}</text></g>",
      kind, shown(node.full, 200), x, node.y,
      anchor == "end"     ? x - 10
      : anchor == "start" ? x + 10
                          : x,
      anchor == "middle" ? node.y - 8 : node.y + 4, anchor,
      squeezed(node.name, anchor == "middle" ? 190
                          : anchor == "end"  ? kLeft - 15
                                             : kWidth - kRight - 15),
      node.name);
}

}  // namespace

std::string voice_map_svg(const DossierFacts& f) {
  const auto& readings = f.dossier.view.readings;
  const reading::Voices& voices = f.dossier.view.voices;
  // Speakers, by the number that the voices give one source; in the order of the voices (by matter, most repeated
  // first).
  std::map<reading::ClaimRef, std::uint32_t> speaker_of;
  std::map<std::uint32_t, std::string> names;
  std::map<std::string, std::uint32_t> speaker_named;  // for claims that no voice holds
  std::map<std::uint32_t, std::vector<std::string>> officers;
  for (const reading::Voice& voice : voices.voices) {
    const auto [name, first] = names.try_emplace(voice.speaker, voice.source);
    // An organisation rather than one of its officers, though the officer alone spoke of the first matter.
    if (!first && !voice.also.empty()) name->second = voice.source;
    auto& also = officers[voice.speaker];
    also.insert(also.end(), voice.also.begin(), voice.also.end());
    for (const reading::ClaimRef& ref : voice.claims) {
      speaker_of[ref] = voice.speaker;
      speaker_named.try_emplace(bare(readings[ref.page].claims[ref.claim].speaker), voice.speaker);
    }
  }
  for (auto& [speaker, also] : officers) {
    std::set<std::string> told = {bare(names[speaker])};
    std::string list;
    for (const std::string& officer : also)
      if (told.insert(bare(officer)).second) list += (list.empty() ? " (also " : "; ") + officer;
    if (!list.empty()) names[speaker] += list + ")";
  }
  std::vector<Node> speakers, relays, pages;
  std::map<std::string, std::size_t> speaker_at, relay_at;
  std::map<std::uint32_t, std::size_t> page_at;
  std::set<Line> lines;
  std::size_t left_out = 0;
  // Claims in the order of their dates, so that the first to speak stand on top.
  std::vector<const DatedClaim*> claims;
  for (const DatedClaim& d : f.claims) claims.push_back(&d);
  std::ranges::stable_sort(claims, {}, [](const DatedClaim* d) { return d->date.substr(0, 10); });
  for (const DatedClaim* d : claims) {
    const reading::Reading& reading = readings[d->ref.page];
    const claim::Claim& c = reading.claims[d->ref.claim];
    using claim::About;
    if (c.about != About::kResponsibility && c.about != About::kOrigin && c.about != About::kSimilarity &&
        c.about != About::kMotive)
      continue;
    const page::Metadata& m = reading.document.metadata;
    std::optional<std::uint32_t> known;
    if (const auto of = speaker_of.find(d->ref); of != speaker_of.end())
      known = of->second;
    else if (const auto named = speaker_named.find(bare(c.speaker)); named != speaker_named.end() && !c.speaker.empty())
      known = named->second;
    const std::string full = known && !names[*known].empty() ? names[*known]
                             : c.speaker.empty()             ? d->outlet
                                                             : c.speaker;
    const std::string key = known ? fmt::format("{}", *known) : "=" + lower(full);
    const bool new_speaker = !speaker_at.contains(key), new_page = !page_at.contains(d->ref.page);
    if ((new_speaker && speakers.size() == kSpeakers) || (new_page && pages.size() == kPages)) {
      ++left_out;
      continue;
    }
    Line line{.relay = kDirect, .tint = tint(c.stance)};
    line.speaker = speaker_at.try_emplace(key, speakers.size()).first->second;
    if (new_speaker) speakers.push_back({.name = shown(full, kLetters), .full = full});
    line.page = page_at.try_emplace(d->ref.page, pages.size()).first->second;
    if (new_page) {
      std::string name = d->outlet;
      if (m.published.known() && m.published.year != 0 &&
          name.find(page::to_iso(m.published).substr(0, 10)) == std::string::npos)
        name += ", " + page::to_iso(m.published).substr(0, 10);
      pages.push_back({.name = shown(name, kLetters), .full = fmt::format("{} ({})", name, reading.file)});
    }
    if (c.chain.size() > 2) {
      const std::string& relay = c.chain[c.chain.size() - 2];
      const auto [it, fresh] = relay_at.try_emplace(lower(relay), relays.size());
      if (fresh && relays.size() < kSpeakers) relays.push_back({.name = shown(relay, 26), .full = relay});
      if (it->second < relays.size()) line.relay = it->second;
    }
    lines.insert(line);
  }
  if (lines.empty()) return {};

  const double height = kTop + kRow * static_cast<double>(std::max({speakers.size(), relays.size(), pages.size()}));
  const double step = (height - kTop) / static_cast<double>(speakers.size());
  for (std::size_t i = 0; i < speakers.size(); ++i) speakers[i].y = kTop + step * (static_cast<double>(i) + .35);
  const auto leads = [](Node& to, double y) {
    to.sum += y;
    ++to.count;
  };
  for (const Line& line : lines) {
    leads(pages[line.page], speakers[line.speaker].y);
    if (line.relay != kDirect) leads(relays[line.relay], speakers[line.speaker].y);
  }
  settle(pages, height);
  settle(relays, height);

  std::string out = fmt::format(
      "<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"Who says it, through whom, and where it was "
      "read\"><g "
      "class=\"titles\"><text x=\"{}\" y=\"12\" text-anchor=\"end\">says it</text>{}<text x=\"{}\" y=\"12\">read "
      "in</text></g>\n",
      kWidth, height + 6, kLeft,
      relays.empty() ? std::string()
                     : fmt::format("<text x=\"{}\" y=\"12\" text-anchor=\"middle\">passed on by</text>", kMiddle),
      kRight);
  for (const Line& line : lines) {
    const Node &from = speakers[line.speaker], &to = pages[line.page];
    std::string path;
    if (line.relay == kDirect)
      path = curve(kLeft, from.y, kRight, to.y);
    else
      path = curve(kLeft, from.y, kMiddle, relays[line.relay].y) + curve(kMiddle, relays[line.relay].y, kRight, to.y);
    out += fmt::format("<path class=\"chain {}\" d=\"{}\"/>\n", line.tint, path);
  }
  for (const Node& node : speakers) out += label(node, kLeft, "end", "speaker") + "\n";
  for (const Node& node : relays) out += label(node, kMiddle, "middle", "relay") + "\n";
  for (const Node& node : pages) out += label(node, kRight, "start", "page") + "\n";
  out += "</svg>";
  if (left_out > 0)
    out += fmt::format("<p class=\"aside\">{} claims of further speakers and pages are not drawn.</p>", left_out);
  return out;
}

}  // namespace samehand::dossier
