// Wording of boilerplate.
//
// Method: a line is folded (lower case, one blank between words, nothing else) and compared with whole lines,
// beginnings and phrases that no author writes as a sentence of a story. Beginnings and phrases only count in short
// lines: a paragraph of 60 words that says "cookies" may be about cookies. Known failures: English mostly; house
// phrases of a single publisher ("— Additional reporting by …") are not collected.
#include "boilerplate.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "samehand/base/ascii.h"
#include "samehand/base/one_of.h"
#include "samehand/page/date.h"

namespace samehand::page {
namespace {

constexpr std::size_t kShort = 220;  // bytes

constexpr std::string_view kWhole[] = {
    "ad",
    "ads",
    "advert",
    "adverts",
    "advertisement",
    "advertisements",
    "advertising",
    "anuncio",
    "anzeige",
    "back to gallery",
    "back to top",
    "caption",
    "close",
    "comment",
    "comments",
    "continue reading",
    "continue reading below",
    "copy link",
    "don t miss",
    "download",
    "email",
    "embed",
    "facebook",
    "follow",
    "iklan",
    "leave a comment",
    "leave a reply",
    "like this",
    "like loading",
    "load more",
    "loading",
    "more",
    "more info",
    "most read",
    "next",
    "page",
    "play",
    "popular",
    "previous",
    "print",
    "publicidad",
    "publicidade",
    "publicite",
    "read more",
    "recommended",
    "related",
    "related articles",
    "related content",
    "related posts",
    "related stories",
    "related topics",
    "replay",
    "reply",
    "save",
    "see also",
    "share",
    "share on facebook",
    "share on twitter",
    "share this",
    "share this article",
    "share this post",
    "share this story",
    "show more",
    "skip ad",
    "sponsored",
    "story continues",
    "story continues below",
    "story continues below advertisement",
    "subscribe",
    "subscribe now",
    "tags",
    "tell us what you think",
    "this slideshow requires javascript",
    "topics",
    "trending",
    "tweet",
    "twitter",
    "video",
    "watch",
    "what do you think",
    "whatsapp",
    "werbung",
};

constexpr std::string_view kBeginnings[] = {
    "also read ",
    "article continues ",
    "all rights reserved",
    "by continuing to use ",
    "chat with us ",
    "click here to ",
    "copyright ",
    "download our ",
    "download the ",
    "enjoyed this ",
    "filed under",
    "find us on ",
    "follow us ",
    "for more stories like this",
    "get the latest ",
    "have a news tip",
    "image credit",
    "image source",
    "join our ",
    "join the ",
    "like us on ",
    "listen to newsbeat",
    "more from ",
    "more on this ",
    "must read ",
    "our newsletter",
    "photo by ",
    "photo credit",
    "photo courtesy",
    "please enable javascript",
    "read also ",
    "read also",
    "read more ",
    "read next ",
    "recommended reading",
    "related ",
    "scroll down to ",
    "see also ",
    "sign up for ",
    "sign up to ",
    "share this ",
    "subscribe to ",
    "support our ",
    "tags ",
    "thanks for reading",
    "this site uses ",
    "this website uses ",
    "this post may contain ",
    "this article was originally published ",
    "this slideshow requires ",
    "to comment on ",
    "view the full ",
    "watch live ",
    "watch next ",
    "we use cookies",
    "you may also ",
    "you might also ",
    "your browser does not ",
    "your email address ",
    "story continues below",
    "want more ",
};

constexpr std::string_view kPhrases[] = {
    " affiliate links",        " all rights reserved",
    " free newsletter",        " newsletter here",
    " on instagram facebook ", " on facebook twitter ",
    " facebook and twitter",   " twitter and facebook",
    " our cookie policy",      " our privacy policy",
    " terms of service ",      " sign up here",
    " click here for more",    " click here to ",
    " download our app",       " enable javascript",
    " uses cookies ",          " use of cookies",
    " follow us on ",          " like us on facebook",
    " cookie policy",          " opt out if you wish",
    " subscribe to our ",      " share your thoughts in the comments",
    " rights reserved",        " not be published broadcast rewritten",
};

constexpr std::string_view kControls[] = {
    "a a",
    "about",
    "about us",
    "account",
    "advertise",
    "all",
    "all news",
    "apps",
    "archive",
    "audio",
    "blogs",
    "bookmark",
    "breaking news",
    "business",
    "careers",
    "community standards",
    "community standardsdiscussion",
    "contact",
    "contact us",
    "cookies",
    "culture",
    "discussion",
    "donate",
    "e mail",
    "economy",
    "edition",
    "editions",
    "entertainment",
    "events",
    "faq",
    "follow us",
    "galleries",
    "gallery",
    "get short url",
    "health",
    "help",
    "home",
    "index",
    "international",
    "jobs",
    "latest",
    "latest news",
    "life",
    "lifestyle",
    "listen",
    "listen live",
    "live",
    "local",
    "log in",
    "log out",
    "login",
    "main",
    "media",
    "menu",
    "multimedia",
    "my account",
    "news",
    "newsletter",
    "newsletters",
    "opinion",
    "photo",
    "photos",
    "podcasts",
    "politics",
    "print this",
    "privacy",
    "privacy policy",
    "radio",
    "register",
    "rss",
    "science",
    "search",
    "sections",
    "send",
    "services",
    "shop",
    "short url",
    "sign in",
    "sign out",
    "sign up",
    "site map",
    "sitemap",
    "skip to content",
    "skip to main content",
    "society",
    "sport",
    "sports",
    "store",
    "tech",
    "technology",
    "terms",
    "terms of use",
    "text size",
    "top stories",
    "tv",
    "u s",
    "us",
    "videos",
    "viral",
    "watch live",
    "weather",
    "world",
};

// Headings of readers' comments, without numbers.
constexpr std::string_view kCommentHeadings[] = {
    "add a comment",
    "add comment",
    "add your comment",
    "comment",
    "comment s",
    "comments",
    "comments so far",
    "comments are closed",
    "discussion",
    "join the conversation",
    "join the discussion",
    "kommentare",
    "comentarios",
    "commentaires",
    "commenti",
    "leave a comment",
    "leave a reply",
    "leave comment",
    "leave your comment",
    "latest comments",
    "post a comment",
    "post comment",
    "post your comment",
    "reacties",
    "reader comments",
    "readers comments",
    "recent comments",
    "replies",
    "responses",
    "show comments",
    "user comments",
    "view comments",
    "view all comments",
    "write a comment",
    "your comments",
    "kommentar schreiben",
    "deja un comentario",
    "laisser un commentaire",
    "comment on this story",
    "be the first to comment",
};
constexpr std::string_view kCommentBeginnings[] = {
    "comments on ", "comment on ",  "response to ",  "responses to ", "replies to ",    "reply to ",
    "thought on ",  "thoughts on ", "comments for ", "comments to ",  "leave a reply ", "leave a comment ",
};
constexpr std::string_view kOtherStories[] = {
    "also on ",          "also read",
    "around the web",    "from around the web",
    "from our partners", "don t miss",
    "editor s picks",    "editors picks",
    "featured stories",  "further reading",
    "in other news",     "keep reading",
    "latest articles",   "latest from ",
    "latest headlines",  "latest news",
    "latest posts",      "latest stories",
    "latest videos",     "more articles",
    "more by ",          "more for you",
    "more from ",        "more in ",
    "more like this",    "more news",
    "more on this",      "more posts",
    "more stories",      "more to explore",
    "more top stories",  "most commented",
    "most popular",      "most read",
    "most recent",       "most shared",
    "most viewed",       "newsletter",
    "other stories",     "people also ",
    "popular",           "previous post",
    "next post",         "read more",
    "read next",         "recent articles",
    "recent news",       "recent posts",
    "recommended",       "related",
    "see also",          "share this",
    "similar articles",  "similar posts",
    "similar stories",   "sponsored",
    "stay connected",    "subscribe",
    "suggested",         "today s top",
    "top news",          "top stories",
    "trending",          "up next",
    "what to read next", "what others are reading",
    "you may also ",     "you might also ",
    "you may like",      "you might like",
};

std::string fold(std::string_view line) {
  std::string out;
  for (const char c : line.substr(0, 600)) {
    const auto b = static_cast<unsigned char>(c);
    if (b >= 'A' && b <= 'Z') {
      out += static_cast<char>(c + 32);
    } else if ((b >= 'a' && b <= 'z') || (b >= '0' && b <= '9')) {
      out += c;
    } else if (b < 0x80 || b >= 0xe2) {  // letters of Latin, Greek, Cyrillic stay out, but do not part words
      if (!out.empty() && out.back() != ' ') out += ' ';
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

bool is_word_of_dates(std::string_view word) {
  static constexpr std::string_view kWords[] = {
      "posted",    "published", "updated", "last",     "modified", "on",       "at",          "by",
      "date",      "created",   "first",   "edited",   "am",       "pm",       "a",           "m",
      "p",         "et",        "est",     "edt",      "pt",       "pst",      "pdt",         "gmt",
      "utc",       "bst",       "cet",     "ist",      "mon",      "tue",      "tues",        "wed",
      "thu",       "thur",      "thurs",   "fri",      "sat",      "sun",      "monday",      "tuesday",
      "wednesday", "thursday",  "friday",  "saturday", "sunday",   "original", "publication", "min",
      "read",      "minutes",   "ago",     "hours",    "the",      "of",       "time",        "eastern"};
  return one_of(word, kWords);
}

}  // namespace

bool is_boilerplate(std::string_view line) {
  if (line.size() > kShort * 2) return false;
  const std::string text = fold(line);
  if (text.empty()) return line.find_first_not_of("_-=*. \n\t|#~/") == line.npos;
  if (one_of(text, kWhole)) return true;
  if (line.size() > kShort) return false;
  for (const std::string_view beginning : kBeginnings) {
    if (text.starts_with(beginning) && (text.size() <= 120 || !beginning.ends_with("read more "))) return true;
  }
  const std::string padded = " " + text + " ";
  return std::ranges::any_of(kPhrases, [&](std::string_view phrase) { return padded.find(phrase) != padded.npos; });
}

bool is_date_line(std::string_view line) {
  if (line.size() > 120) return false;
  const std::vector<FoundDate> dates = find_dates(line);
  if (dates.empty()) return false;
  std::string rest(line);
  for (const FoundDate& found : dates) std::fill_n(rest.begin() + found.where.begin, found.where.size(), ' ');
  const std::string text = fold(rest);
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = std::string_view(text).substr(at, end - at);
    const bool number = word.find_first_not_of("0123456789") == word.npos;
    if (!number && !is_word_of_dates(word)) return false;
    at = end + 1;
  }
  return true;
}

bool is_control(std::string_view line) {
  if (line.size() > 40) return false;
  const std::string text = fold(line);
  return text.find_first_not_of("0123456789 ") == text.npos || one_of(text, kControls) || one_of(text, kWhole);
}

bool heads_comments(std::string_view line) {
  if (line.size() > 160) return false;
  const std::string text = fold(line);
  std::size_t begin = 0, end = text.size();
  const auto is_digit_or_blank = [&](std::size_t i) { return text[i] == ' ' || (text[i] >= '0' && text[i] <= '9'); };
  while (begin < end && is_digit_or_blank(begin)) begin++;
  while (end > begin && is_digit_or_blank(end - 1)) end--;
  const std::string_view words = std::string_view(text).substr(begin, end - begin);
  return one_of(words, kCommentHeadings) || std::ranges::any_of(kCommentBeginnings, [&](std::string_view beginning) {
           return words.starts_with(beginning);
         });
}

bool heads_other_stories(std::string_view line) {
  if (line.size() > 80) return false;
  const std::string text = fold(line);
  return std::ranges::any_of(kOtherStories, [&](std::string_view beginning) { return text.starts_with(beginning); });
}

bool same_words(std::string_view a, std::string_view b) {
  return !a.empty() && !b.empty() && fold(a) == fold(b);
}

bool holds_evidence(std::string_view text) {
  for (const std::string_view mark :
       {"[.]", "[:]", "[dot]", "(dot)", "hxxp", "hXXp", "HKEY_", "HKLM\\", "HKCU\\", ":\\"}) {
    if (text.find(mark) != text.npos) return true;
  }
  // Hashes of 32, 40, 64, 96 or 128 hexadecimal digits; four numbers between points.
  for (std::size_t at = 0; at < text.size();) {
    const auto in_token = [](char c) { return is_alpha(c) || is_digit(c) || c == '.'; };
    if (!in_token(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at, digits = 0, hex = 0, points = 0;
    for (; end < text.size() && in_token(text[end]); ++end) {
      const char c = to_lower(text[end]);
      digits += is_digit(c);
      hex += is_digit(c) || (c >= 'a' && c <= 'f');
      points += c == '.';
    }
    const std::size_t size = end - at;
    if (hex == size && digits > 0 && (size == 32 || size == 40 || size == 64 || size == 96 || size == 128)) return true;
    const std::size_t last = text[end - 1] == '.';  // a full stop
    if (points - last == 3 && digits >= 7 && digits + points == size) return true;
    at = end;
  }
  return false;
}

bool heads_evidence(std::string_view text) {
  constexpr std::size_t kLongest = 80;
  if (text.size() > kLongest) return false;
  std::string low(text);
  std::ranges::transform(low, low.begin(), to_lower);
  if (low.contains("indicators of compromise") || low.contains("indicator of compromise")) return true;
  for (const std::string_view word : {"iocs", "ioc"}) {
    const std::size_t at = low.find(word);
    if (at == low.npos) continue;
    const bool begins = at == 0 || !is_alpha(low[at - 1]);
    const bool ends = at + word.size() == low.size() || !is_alpha(low[at + word.size()]);
    if (begins && ends) return true;
  }
  return false;
}

}  // namespace samehand::page
