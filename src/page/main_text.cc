// The story of a page.
//
// Problem: of all the lines of a page, which are the article?
// Example: nav | h1 | byline | div.body(p, p, "Advertisement", p, "Read more: ...") | div.related(li, li) | footer
//   -> the three p.
// Method:
//   1. Each passage gets a value from its own looks: words outside links, sentences, commas; headings and short lines
//      count nothing or little, lists of links less than nothing.
//   2. What class names, ids and roles say is believed only where the values do not contradict: an element called
//      "sidebar" that holds most of the page's prose is a layout's wrapper, not a sidebar, and a word by which the page
//      calls nearly all its paragraphs ("widget") says nothing. Comments may be longer than the story. Sections that
//      only a heading tells ("12 Comments", "More from …") are set aside by it.
//   3. The element with the greatest sum of values holds the story (maximum subtree; the idea of the maximum
//      subsequence in Pasternack and Roth, "Extracting article text from the web", WWW 2009), then as deep inside it as
//      nearly all of that sum goes.
//   4. Where the page's own JSON-LD holds the article, its four-word sequences confirm or refute passages.
//   5. Within the element, passages are kept or left by their own looks: links, boilerplate's wording, dates and titles
//      before the first sentence, lines about the author after the last.
// Source: the features are those of Kohlschuetter, Fankhauser and Nejdl, "Boilerplate detection using shallow text
// features", WSDM 2010; the use of them is ours. Thresholds: found on one half of 91 news and blog pages, confirmed on
// the other (docs/evaluation.md, "Reading: main text"). Cost: linear in the passages and nodes. Known failures:
// docs/page.md, "What it misses".
#include "main_text.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "boilerplate.h"
#include "html_names.h"

namespace samehand::page {
namespace {

using enum Tag;

// An element that is called something beside the story, yet holds this share of the page's prose, is a wrapper.
constexpr float kWrapperShare = 0.4f;
// What has to be left of the page, in value (about words) and as a share, where comments take the greater part.
constexpr float kStoryLeft = 60;
constexpr float kStoryLeftShare = 0.15f;
// One step deeper into the page must keep this share of the story's value.
constexpr float kDescendShare = 0.85f;
constexpr float kMaxLinkDensity = 0.6f;
// A JSON-LD body with fewer four-word sequences is a teaser.
constexpr std::size_t kMinBodyShingles = 40;

float looks_value(const Passage& p, bool short_lines_count) {
  const auto words = static_cast<float>(p.words);
  const float density = p.link_density();
  if (p.heading > 0) return density > 0.5f ? -2.0f : 0.0f;
  if (density > 0.5f) return -std::min(words, 15.0f) * 0.5f - 1;
  if (p.words < 8 && p.sentence_ends == 0) return short_lines_count ? words * (1 - 2 * density) * 0.5f : -1.5f;
  float value = words * (1 - 2 * density);
  if (p.sentence_ends == 0 && p.commas == 0) value *= 0.3f;
  return value - 3;
}

// Hashes of all sequences of four words, in order.
std::vector<std::uint64_t> shingles(std::string_view text) {
  std::vector<std::uint64_t> words, out;
  std::uint64_t hash = 0;
  const auto end_word = [&] {
    if (hash != 0) words.push_back(hash);
    hash = 0;
  };
  for (const char c : text) {
    const auto b = static_cast<unsigned char>(c);
    const bool letter = b >= 0x80 || (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
    if (letter) {
      hash = (hash ^ b) * 0x100000001b3ull + 1;
    } else {
      end_word();
    }
  }
  end_word();
  for (std::size_t i = 0; i + 4 <= words.size(); ++i) {
    std::uint64_t h = 0;
    for (std::size_t k = 0; k < 4; ++k) h = (h ^ words[i + k]) * 0x9e3779b97f4a7c15ull + k;
    out.push_back(h);
  }
  return out;
}

class Choice {
 public:
  Choice(const HtmlTree& tree, const Passages& passages, const PageHints& hints)
      : tree_(tree), passages_(passages), hints_(hints) {}

  std::vector<std::uint32_t> run() {
    find_headline();
    judge_hints();
    set_sections_aside();
    compare_with_stated_body();
    choose_element();
    std::vector<std::uint32_t> story;
    for (std::uint32_t i = 0; i < passages_.list.size(); ++i) {
      if (keeps(i)) story.push_back(i);
    }
    trim(story);
    return story;
  }

 private:
  enum class Stated : std::uint8_t { kUnknown, kInside, kOutside };

  float value_of(const Passage& p) const { return looks_value(p, hints_.lines_count); }
  std::string_view text_of(std::uint32_t i) const { return passages_.list[i].where.of(passages_.text); }

  // The passages that are headlines of the page: the title, or the only heading of the first level.
  void find_headline() {
    std::uint32_t firsts = 0, only = 0;
    for (std::uint32_t i = 0; i < passages_.list.size(); ++i) {
      const Passage& p = passages_.list[i];
      if (p.heading == 1) {
        firsts++;
        only = i;
      }
      if (p.heading > 0 && same_words(text_of(i), hints_.title)) headlines_.push_back(i);
    }
    if (headlines_.empty() && firsts == 1) headlines_.push_back(only);
  }

  bool holds_headline(std::uint32_t begin, std::uint32_t end) const {
    return std::ranges::any_of(headlines_, [&](std::uint32_t i) {
      return passages_.list[i].element >= begin && passages_.list[i].element < end;
    });
  }

  // Which hinted elements are beside the story. An element that holds much of the page's prose is a layout's wrapper,
  // whatever it is called; so are many that one word calls so (page builders name each paragraph "widget"). Comments
  // may well be longer than the story: words that mean nothing else are believed as long as a story is left.
  void judge_hints() {
    const std::size_t count = passages_.hinted.size();
    std::vector<float> prose(count, 0);
    for (const Passage& p : passages_.list) prose[p.hinted] += std::max(value_of(p), 0.0f);
    for (std::size_t i = count; i-- > 1;) prose[passages_.hinted[i].outer] += prose[i];
    const float whole = prose[0];
    const auto is_wrapper = [&](std::size_t i) {
      if (prose[i] <= kWrapperShare * whole) return false;
      const HintedElement& h = passages_.hinted[i];
      return !is_firm(h.word) || whole - prose[i] < std::max(kStoryLeft, kStoryLeftShare * whole) ||
             holds_headline(h.node, h.end);
    };
    std::unordered_map<std::string_view, float> of_word;  // prose in the outermost elements that a word calls beside
    std::vector<bool> counted(count, false);
    const auto says_beside = [&](const HintedElement& h) {
      return h.hint == Hint::kAside || h.hint == Hint::kByline || h.hint == Hint::kCaption;
    };
    for (std::size_t i = 1; i < count; ++i) {
      const HintedElement& h = passages_.hinted[i];
      counted[i] = counted[h.outer];
      if (counted[i] || !says_beside(h) || is_wrapper(i)) continue;
      counted[i] = true;
      of_word[h.word] += prose[i];
    }
    const auto is_believed = [&](std::string_view word) {
      const float sum = of_word[word];
      return sum <= kWrapperShare * whole || whole - sum >= std::max(kStoryLeft, kStoryLeftShare * whole);
    };
    beside_.assign(count, false);
    if (!hints_.names_count) return;
    for (std::size_t i = 1; i < count; ++i) {
      const HintedElement& h = passages_.hinted[i];
      beside_[i] = beside_[h.outer];
      if (says_beside(h)) beside_[i] = beside_[i] || (!is_wrapper(i) && is_believed(h.word));
      if (h.hint == Hint::kBody && prose[i] > kWrapperShare * whole) beside_[i] = false;
    }
  }

  // Sections that only their headings tell: readers' comments go to the end of the page, related stories to the end of
  // the element that begins with the heading.
  void set_sections_aside() {
    const std::vector<Passage>& list = passages_.list;
    aside_.assign(list.size(), false);
    std::vector<float> before(list.size() + 1, 0);
    for (std::size_t i = 0; i < list.size(); ++i)
      before[i + 1] = before[i] + (beside(list[i]) ? 0 : std::max(value_of(list[i]), 0.0f));
    const float whole = before.back();
    const std::uint32_t headline = headlines_.empty() ? 0 : headlines_.back();
    for (std::uint32_t i = headline; i < list.size(); ++i) {
      const Passage& p = list[i];
      if (p.words == 0 || p.words > 12 || aside_[i]) continue;
      if (before[i] - before[headline] >= kStoryLeft && heads_comments(text_of(i)) &&
          (p.heading > 0 || p.linked_words == 0)) {
        std::fill(aside_.begin() + i, aside_.end(), true);
        return;
      }
      if (p.heading == 0 || !heads_other_stories(text_of(i))) continue;
      const std::uint32_t end = end_of_section(i, [&](std::uint32_t first, std::uint32_t last) {
        return before[last] - before[first] <= kWrapperShare * whole;
      });
      std::fill(aside_.begin() + i, aside_.begin() + end, true);
    }
  }

  // The passage behind the largest element that begins with passage i and is small enough.
  template <class Small>
  std::uint32_t end_of_section(std::uint32_t i, Small small) const {
    const std::vector<Passage>& list = passages_.list;
    std::uint32_t end = i + 1;
    for (std::uint32_t element = list[i].element; element != 0; element = tree_.nodes[element].parent) {
      const auto is_in = [&](const Passage& p) { return p.element >= element && p.element < tree_.nodes[element].end; };
      if (i > 0 && is_in(list[i - 1])) break;
      std::uint32_t last = end;
      while (last < list.size() && is_in(list[last])) last++;
      if (!small(i, last)) break;
      end = last;
    }
    return end;
  }

  bool beside(const Passage& p) const { return beside_[p.hinted]; }
  bool beside(std::uint32_t i) const { return aside_[i] || beside(passages_.list[i]); }

  void compare_with_stated_body() {
    stated_.assign(passages_.list.size(), Stated::kUnknown);
    const std::vector<std::uint64_t> body = shingles(hints_.article_body);
    if (body.size() < kMinBodyShingles) return;
    const std::unordered_set<std::uint64_t> known(body.begin(), body.end());
    std::size_t covered = 0;
    std::vector<std::uint32_t> outside;
    for (std::uint32_t i = 0; i < passages_.list.size(); ++i) {
      const std::vector<std::uint64_t> own = shingles(text_of(i));
      if (own.empty()) continue;
      const auto common =
          static_cast<std::size_t>(std::ranges::count_if(own, [&](std::uint64_t h) { return known.contains(h); }));
      if (common * 2 >= own.size()) {
        stated_[i] = Stated::kInside;
        covered += common;
      } else if (own.size() >= 4 && common * 10 <= own.size()) {
        outside.push_back(i);
      }
    }
    // Only a body that the page shows whole is a measure of what is not in it; some state a shortened one.
    stated_whole_ = covered * 10 >= body.size() * 8;
    if (stated_whole_) {
      for (const std::uint32_t i : outside) stated_[i] = Stated::kOutside;
    }
  }

  float value(std::uint32_t i) const {
    const Passage& p = passages_.list[i];
    if (stated_[i] == Stated::kInside) return static_cast<float>(p.words);
    if (beside(i)) return 0;
    const float own = value_of(p);
    return stated_[i] == Stated::kOutside ? std::min(own, 0.0f) : own;
  }

  void choose_element() {
    const std::size_t count = tree_.nodes.size();
    std::vector<float> sum(count, 0);
    std::vector<std::uint32_t> valued(count, 0);  // passages that speak for the story
    for (std::uint32_t i = 0; i < passages_.list.size(); ++i) {
      const float own = value(i);
      sum[passages_.list[i].element] += own;
      valued[passages_.list[i].element] += own > 0;
    }
    for (std::size_t i = count; i-- > 1;) {
      sum[tree_.nodes[i].parent] += sum[i];
      valued[tree_.nodes[i].parent] += valued[i];
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      if (sum[i] >= sum[element_]) element_ = i;
    }
    const float whole = sum[element_];
    for (std::uint32_t i = element_ + 1; i < tree_.nodes[element_].end; ++i) {
      // Blocks only: a paragraph of one-paragraph stories may be entered, a word in it not. One long paragraph and a
      // short sentence behind it are no story of one paragraph.
      if (tree_.nodes[i].parent == element_ && kind_of(tree_.nodes[i].tag).is_block &&
          sum[i] >= kDescendShare * whole && (valued[i] > 1 || valued[element_] == valued[i])) {
        element_ = i;
      }
    }
  }

  bool inside(std::uint32_t i) const {
    const std::uint32_t element = passages_.list[i].element;
    return element >= element_ && element < tree_.nodes[element_].end;
  }

  bool keeps(std::uint32_t i) const {
    const Passage& p = passages_.list[i];
    if (stated_[i] == Stated::kInside) return inside(i) || !beside(i);
    if (!inside(i) || beside(i) || stated_[i] == Stated::kOutside) return false;
    if (is_boilerplate(text_of(i))) return false;
    const bool linked = p.link_density() > kMaxLinkDensity;
    const bool sentences = p.sentence_ends > 0 && p.words - p.linked_words >= 15;
    return !linked || sentences || heads_prose(i);
  }

  // A heading that is a link, with text that is none after it.
  bool heads_prose(std::uint32_t i) const {
    if (passages_.list[i].heading == 0 || i + 1 >= passages_.list.size()) return false;
    const Passage& next = passages_.list[i + 1];
    return next.heading == 0 && next.words >= 15 && next.sentence_ends > 0 && next.link_density() < 0.5f &&
           inside(i + 1);
  }

  bool is_prose(std::uint32_t i) const {
    const Passage& p = passages_.list[i];
    return stated_[i] == Stated::kInside || (p.heading == 0 && p.words >= 8 && (p.sentence_ends > 0 || p.words >= 20));
  }

  // Titles, dates and labels before the first sentence; headings and remarks on the author after the last.
  void trim(std::vector<std::uint32_t>& story) const {
    const auto first = std::ranges::find_if(story, [&](std::uint32_t i) { return is_prose(i); });
    if (first == story.end()) return;
    std::erase_if(story, [&, limit = *first](std::uint32_t i) {
      if (i >= limit || stated_[i] == Stated::kInside) return false;
      return passages_.list[i].heading == 1 || same_words(text_of(i), hints_.title) || is_date_line(text_of(i)) ||
             passages_.list[i].words < 4;
    });
    while (story.size() > 1) {
      const std::uint32_t last = story.back();
      const Passage& p = passages_.list[last];
      if (stated_[last] == Stated::kInside) return;
      const bool label = p.heading > 0 || (p.words < 4 && p.kind == BlockKind::kParagraph && p.sentence_ends == 0);
      if (!label && !about_author(text_of(last))) return;
      story.pop_back();
    }
  }

  bool about_author(std::string_view text) const {
    return std::ranges::any_of(hints_.authors, [&](const std::string& author) {
      return author.size() > 4 && text.starts_with(author) && count_words(text) <= 70;
    });
  }

  const HtmlTree& tree_;
  const Passages& passages_;
  const PageHints& hints_;
  std::vector<std::uint32_t> headlines_;
  std::vector<bool> beside_;  // by hinted element
  std::vector<bool> aside_;   // by passage
  std::vector<Stated> stated_;
  bool stated_whole_ = false;
  std::uint32_t element_ = 0;
};

}  // namespace

std::vector<std::uint32_t> find_main_text(const HtmlTree& tree, const Passages& passages, const PageHints& hints) {
  return Choice(tree, passages, hints).run();
}

}  // namespace samehand::page
