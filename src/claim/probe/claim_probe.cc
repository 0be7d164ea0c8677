// Claims of plain text files as JSON lines, for evaluation/run_claims.py: offsets are those of the file, in code
// points.
//
//   claim_probe [--without IDEA]… [--outlet NAME] [--published DATE] FILE…     IDEA: a number of Idea in passes.h
//   claim_probe --tags FILE…                                parts of speech and subjects instead

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "finder.h"

namespace {

using namespace samehand;
using nlohmann::json;

std::string_view name(claim::Stance stance) {
  constexpr std::string_view kNames[] = {"asserts", "denies",         "declines",  "suggests",
                                         "doubts",  "reports denial", "threatens", "apologises"};
  return kNames[static_cast<std::size_t>(stance)];
}
std::string_view name(claim::SpeakerKind kind) {
  constexpr std::string_view kNames[] = {"unknown",    "accused", "victim",    "government", "vendor",
                                         "researcher", "press",   "anonymous", "attacker",   "outlet"};
  return kNames[static_cast<std::size_t>(kind)];
}
std::string_view name(claim::About about) {
  constexpr std::string_view kNames[] = {"other",       "responsibility", "similarity", "motive",
                                         "loss volume", "loss kind",      "origin",     "technique"};
  return kNames[static_cast<std::size_t>(about)];
}

std::string_view name(claim::Pass pass) {
  constexpr std::string_view kNames[] = {"before", "inversion", "according to", "colon",  "verb",     "passive",
                                         "noun",   "adjective", "continued",    "adverb", "own voice"};
  return kNames[static_cast<std::size_t>(pass)];
}
std::string frames(std::uint32_t frame) {
  constexpr std::string_view kNames[] = {"that",   "bare", "wh",       "quote", "inverted", "after", "person",
                                         "object", "to",   "objectto", "ing",   "passive",  "seem",  "objectof"};
  std::string out;
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    if ((frame >> i & 1) != 0) out += (out.empty() ? "" : " ") + std::string(kNames[i]);
  }
  return out;
}

json to_json(const claim::Claim& c, const claim::Provenance& why, std::string_view text, const CodePoints& points) {
  json spans = json::array();
  std::string words;
  for (const TextSpan span : c.content) {
    spans.push_back({points.before(span.begin), points.before(span.end)});
    words += (words.empty() ? "" : " … ") + std::string(span.of(text));
  }
  json out = {{"text", words},
              {"speaker", c.speaker},
              {"source_kind", name(c.speaker_kind)},
              {"stance", name(c.stance)},
              {"hedge", c.hedge},
              {"about", name(c.about)},
              {"subjects", c.subjects},
              {"direct", c.direct},
              {"said", page::to_iso(c.said)},
              {"chain", c.chain},
              {"spans", spans},
              {"pass", name(why.pass)},
              {"frame", frames(why.frame)},
              {"strength", static_cast<int>(why.sense.strength)},
              {"lemma", why.lemma}};
  if (!c.content.empty()) {
    out["start"] = points.before(c.content.front().begin);
    out["end"] = points.before(c.content.back().end);
  }
  if (!c.source.empty()) {
    out["source"] = c.source.of(text);
    out["source_start"] = points.before(c.source.begin);
    out["source_end"] = points.before(c.source.end);
  }
  if (!c.cue.empty()) {
    out["cue"] = c.cue.of(text);
    out["cue_start"] = points.before(c.cue.begin);
    out["cue_end"] = points.before(c.cue.end);
  }
  return out;
}

json tree(const std::vector<claim::Claim>& claims, const std::vector<claim::Provenance>& why, std::string_view text) {
  const CodePoints points(text);
  std::vector<json> nodes;
  for (std::size_t i = 0; i < claims.size(); ++i) nodes.push_back(to_json(claims[i], why[i], text, points));
  json top = json::array();
  for (std::size_t i = claims.size(); i-- > 0;) {
    if (claims[i].parent >= 0) {
      json& nested = nodes[static_cast<std::size_t>(claims[i].parent)]["nested"];
      if (nested.is_null()) nested = json::array();
      nested.insert(nested.begin(), std::move(nodes[i]));
    } else {
      top.insert(top.begin(), std::move(nodes[i]));
    }
  }
  return top;
}

}  // namespace

// "word/tag" for every token, and the subject of every verb: to see why something was missed.
void print_tags(std::string_view text) {
  constexpr std::string_view kNames[] = {"noun",  "name",  "pron",  "det",  "adj",  "adv",   "verb", "modal", "aux",
                                         "prep",  "sub",   "coord", "to",   "that", "wh",    "num",  "poss",  "quote",
                                         "comma", "colon", "semi",  "dash", "open", "close", "stop", "other"};
  claim::Reading reading;
  reading.text = text;
  claim::split_tokens(reading);
  claim::lay_out(reading, {});
  claim::tag_words(reading);
  claim::group_verbs(reading);
  claim::find_subjects(reading);
  for (int i = 0; i < reading.size(); ++i) {
    std::printf("%.*s/%s", static_cast<int>(reading[i].lower.size()), reading[i].lower.data(),
                kNames[static_cast<std::size_t>(reading[i].tag)].data());
    const claim::VerbGroup* group = reading.group_at(i);
    if (group) {
      const std::string_view subject = reading.span_of(group->subject).of(text);
      std::printf("{%.*s%s}", static_cast<int>(subject.size()), subject.data(), group->finite ? "" : ", not finite");
    }
    std::putchar(' ');
  }
  std::putchar('\n');
}

int main(int argc, char** argv) {
  claim::Switches switches;
  std::string outlet;
  page::Date published;
  bool tags = false;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--without" && i + 1 < argc) {
      switches.off |= 1U << std::strtoul(argv[++i], nullptr, 10);
      continue;
    }
    if (argument == "--published" && i + 1 < argc) {
      published = page::parse_date(argv[++i]).value_or(page::Date{});
      continue;
    }
    if (argument == "--tags") {
      tags = true;
      continue;
    }
    if (argument == "--outlet" && i + 1 < argc) {
      outlet = argv[++i];
      continue;
    }
    std::ifstream file(argument, std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "claim_probe: cannot read %s\n", argument.c_str());
      return 3;
    }
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    if (tags) {
      print_tags(text);
      continue;
    }
    std::vector<claim::Provenance> why;
    const auto claims = claim::find_claims(text, {}, outlet, published, switches, &why);
    const json out = {{"file", argument}, {"claims", tree(claims, why, text)}};
    std::puts(out.dump(-1, ' ', false, json::error_handler_t::replace).c_str());
  }
}
