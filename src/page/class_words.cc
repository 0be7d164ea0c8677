// Words of class names.
//
// Example: "ArticleBody__related-links js-track" -> article, body, related, links, js, track -> beside the story.
// Method: the value is cut into words; each word is looked up in one table of what page authors call things, collected
// from the conventions of common publishing systems; pairs such as "article body" are looked at together. The strongest
// statement wins: hidden, then the body itself, then beside the story, then likely.
// Known failures: names that mean nothing ("css-1x2y3z") say nothing; "content" in an advertising system's name.
#include "class_words.h"

#include <algorithm>
#include <array>
#include <vector>

#include "samehand/base/ascii.h"
#include "samehand/base/one_of.h"

namespace samehand::page {
namespace {

struct Word {
  std::string_view word;
  Hint hint;
};

using enum Hint;

// Sorted by word.
constexpr Word kWords[] = {
    {"ad", kAside},
    {"addthis", kAside},
    {"ads", kAside},
    {"adsbygoogle", kAside},
    {"advert", kAside},
    {"advertisement", kAside},
    {"advertising", kAside},
    {"also", kAside},
    {"article", kLikely},
    {"aside", kAside},
    {"author", kByline},
    {"authors", kByline},
    {"banner", kAside},
    {"bio", kAside},
    {"blog", kLikely},
    {"blogroll", kAside},
    {"body", kLikely},
    {"breadcrumb", kAside},
    {"breadcrumbs", kAside},
    {"byline", kByline},
    {"caption", kCaption},
    {"captions", kCaption},
    {"carousel", kAside},
    {"categories", kAside},
    {"category", kNone},
    {"comment", kAside},
    {"commentlist", kAside},
    {"comments", kAside},
    {"content", kLikely},
    {"contentinfo", kAside},
    {"cookie", kAside},
    {"cookies", kAside},
    {"copyright", kAside},
    {"credit", kCaption},
    {"credits", kCaption},
    {"dateline", kNone},
    {"disclaimer", kAside},
    {"disclosure", kAside},
    {"discussion", kAside},
    {"disqus", kAside},
    {"dropdown", kAside},
    {"entry", kLikely},
    {"flyout", kAside},
    {"follow", kAside},
    {"footer", kAside},
    {"footnotes", kNone},
    {"gallery", kNone},
    {"hamburger", kAside},
    {"hentry", kLikely},
    {"hidden", kNone},
    {"infobox", kAside},
    {"jumplink", kAside},
    {"lightbox", kAside},
    {"login", kAside},
    {"main", kLikely},
    {"masthead", kAside},
    {"megamenu", kAside},
    {"menu", kAside},
    {"modal", kAside},
    {"mpu", kAside},
    {"nav", kAside},
    {"navbar", kAside},
    {"navigation", kAside},
    {"newsletter", kAside},
    {"newsletters", kAside},
    {"noprint", kAside},
    {"outbrain", kAside},
    {"pager", kAside},
    {"pagination", kAside},
    {"paywall", kAside},
    {"pingback", kAside},
    {"popover", kAside},
    {"popular", kAside},
    {"popup", kAside},
    {"post", kLikely},
    {"print", kNone},
    {"promo", kAside},
    {"promos", kAside},
    {"promotion", kAside},
    {"rail", kAside},
    {"ratings", kAside},
    {"readmore", kAside},
    {"recirc", kAside},
    {"recirculation", kAside},
    {"recommendation", kAside},
    {"recommendations", kAside},
    {"recommended", kAside},
    {"related", kAside},
    {"relatedposts", kAside},
    {"respond", kAside},
    {"search", kAside},
    {"share", kAside},
    {"sharebar", kAside},
    {"sharedaddy", kAside},
    {"sharethis", kAside},
    {"sharing", kAside},
    {"sidebar", kAside},
    {"signup", kAside},
    {"skyscraper", kAside},
    {"slideshow", kNone},
    {"social", kAside},
    {"sponsor", kAside},
    {"sponsored", kAside},
    {"story", kLikely},
    {"subnav", kAside},
    {"subscribe", kAside},
    {"subscription", kAside},
    {"taboola", kAside},
    {"tag", kNone},
    {"tagcloud", kAside},
    {"tags", kAside},
    {"text", kLikely},
    {"timestamp", kByline},
    {"toc", kAside},
    {"toolbar", kAside},
    {"toolbox", kAside},
    {"tooltip", kAside},
    {"topics", kAside},
    {"trending", kAside},
    {"utility", kAside},
    {"whatsapp", kAside},
    {"widget", kAside},
    {"widgets", kAside},
};

// Two words in a row that mean more than each.
struct Pair {
  std::string_view first, second;
  Hint hint;
};
constexpr Pair kPairs[] = {
    {"article", "body", kBody},      {"article", "content", kBody},  {"article", "text", kBody},
    {"articlebody", "", kBody},      {"entry", "content", kBody},    {"post", "content", kBody},
    {"post", "body", kBody},         {"story", "body", kBody},       {"story", "content", kBody},
    {"story", "text", kBody},        {"entry", "body", kBody},       {"body", "copy", kBody},
    {"body", "text", kBody},         {"post", "text", kBody},        {"blog", "content", kBody},
    {"news", "content", kBody},      {"news", "text", kBody},        {"main", "text", kBody},
    {"screen", "reader", kHidden},   {"sr", "only", kHidden},        {"visually", "hidden", kHidden},
    {"visuallyhidden", "", kHidden}, {"read", "more", kAside},       {"more", "from", kAside},
    {"more", "stories", kAside},     {"you", "may", kAside},         {"most", "read", kAside},
    {"most", "viewed", kAside},      {"see", "also", kAside},        {"read", "next", kAside},
    {"up", "next", kAside},          {"sign", "up", kAside},         {"skip", "link", kAside},
    {"publish", "date", kByline},    {"published", "date", kByline}, {"post", "meta", kByline},
    {"entry", "meta", kByline},      {"article", "meta", kByline},   {"post", "date", kByline},
    {"entry", "date", kByline},      {"article", "date", kByline},   {"story", "meta", kByline},
    {"wp", "caption", kCaption},     {"article", "footer", kAside},  {"article", "header", kNone},
};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || is_upper(c);
}

constexpr std::size_t kMaxValue = 400;  // longer values are lists of a framework's own classes
constexpr std::size_t kMaxWord = 24;

struct Words {
  std::array<char, kMaxValue> letters{};
  std::vector<std::string_view> list;
};

void cut(std::string_view value, Words& words) {
  std::size_t i = 0, used = 0;
  while (i < value.size()) {
    while (i < value.size() && !is_letter(value[i])) {
      // A blank parts two class names: words on its two sides are no pair.
      if (value[i] == ' ' && !words.list.empty() && !words.list.back().empty()) words.list.push_back({});
      i++;
    }
    const std::size_t begin = i, at = used;
    while (i < value.size() && is_letter(value[i])) {
      const bool hump =
          i > begin && is_upper(value[i]) &&
          (!is_upper(value[i - 1]) || (i + 1 < value.size() && is_letter(value[i + 1]) && !is_upper(value[i + 1])));
      if (hump) break;
      words.letters[used++] = to_lower(value[i++]);
    }
    if (i > begin) words.list.emplace_back(words.letters.data() + at, used - at);
  }
}

int strength(Hint hint) {
  switch (hint) {
    case kHidden:
      return 6;
    case kCaption:
      return 5;
    case kByline:
      return 4;
    case kAside:
      return 3;
    case kBody:
      return 2;
    case kLikely:
      return 1;
    default:
      return 0;
  }
}

HintWord of_word(std::string_view word) {
  if (word.empty() || word.size() > kMaxWord) return {};
  const auto* found = std::ranges::lower_bound(kWords, word, {}, &Word::word);
  if (found != std::end(kWords) && found->word == word) return {found->hint, found->word};
  return {};
}

}  // namespace

HintWord hint_of(std::string_view written) {
  static_assert(std::ranges::is_sorted(kWords, {}, &Word::word));
  Words words;
  cut(written.substr(0, kMaxValue), words);
  HintWord best;
  const auto take = [&](HintWord hint) {
    if (strength(hint.hint) > strength(best.hint)) best = hint;
  };
  for (std::size_t i = 0; i < words.list.size(); ++i) {
    take(of_word(words.list[i]));
    const std::string_view next = i + 1 < words.list.size() ? words.list[i + 1] : std::string_view();
    for (const Pair& pair : kPairs) {
      if (pair.first == words.list[i] && (pair.second.empty() || pair.second == next)) take({pair.hint, pair.first});
    }
  }
  return best;
}

bool is_firm(std::string_view word) {
  static constexpr std::string_view kFirm[] = {
      "comment",       "commentlist",     "comments", "cookie",       "cookies", "disqus",  "outbrain",
      "recirculation", "recommendations", "related",  "relatedposts", "respond", "taboola", "trending"};
  return one_of(word, kFirm);
}

}  // namespace samehand::page
