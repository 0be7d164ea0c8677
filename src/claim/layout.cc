// Tokens -> paragraphs, quotations, sentences.
//
// Paragraphs are the blocks of the page, or lines and empty lines of plain text. Quotation marks are paired within a
// paragraph: straight ones toggle, curly ones say what they are; one that stays open ends with its paragraph, and goes
// on in the next one if that opens with a mark (the way newspapers print long quotations). Single marks count where a
// paragraph has no double ones.
//
// Example: “It is over. We lost,” he said. -> one quotation of two sentences.
// Cost: linear. Known failures: a lost closing mark swallows the rest of its paragraph.

#include <algorithm>

#include "reading.h"

namespace samehand::claim {
namespace {

// Begin of each paragraph, as token indices, the end of the text last.
struct Paragraphs {
  std::vector<int> begins;
  std::vector<bool> heading;
};

bool heading_block(page::BlockKind kind) {
  return kind == page::BlockKind::kTitle || kind == page::BlockKind::kHeading;
}

Paragraphs paragraphs_of(const Reading& reading, std::span<const page::Block> blocks) {
  Paragraphs result;
  const int count = reading.size();
  if (!blocks.empty()) {
    int token = 0;
    for (const page::Block& block : blocks) {
      while (token < count && reading[token].where.begin < block.where.begin) ++token;
      if (token >= count) break;
      if (!result.begins.empty() && result.begins.back() == token) continue;
      result.begins.push_back(token);
      result.heading.push_back(heading_block(block.kind));
    }
    if (result.begins.empty() || result.begins.front() != 0) {
      result.begins.insert(result.begins.begin(), 0);
      result.heading.insert(result.heading.begin(), false);
    }
  } else {
    // Text whose lines are longer than any terminal is not wrapped: there every line is a paragraph.
    constexpr std::size_t kWidestWrap = 160;
    const std::string_view text = reading.text;
    bool wrapped = true;
    for (std::size_t at = 0; at < text.size() && wrapped;) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      wrapped = end - at <= kWidestWrap;
      at = end + 1;
    }
    for (int i = 0; i < count; ++i) {
      bool begins = i == 0;
      if (i > 0 && reading[i].space_before) {
        const std::string_view gap =
            text.substr(reading[i - 1].where.end, reading[i].where.begin - reading[i - 1].where.end);
        const auto lines = std::ranges::count(gap, '\n');
        begins = lines > 1 || (lines == 1 && !wrapped);
      }
      if (begins) {
        result.begins.push_back(i);
        result.heading.push_back(false);
      }
    }
  }
  result.begins.push_back(count);
  return result;
}

enum class Mark : std::uint8_t { kNone, kOpens, kCloses, kEither };

// What a mark can be, by its character and the space around it.
Mark mark_of(const Reading& reading, int i, bool single) {
  const Token& token = reading[i];
  const std::string_view bytes = token.where.of(reading.text);
  const bool space_after = i + 1 >= reading.size() || reading[i + 1].space_before;
  if (!single) {
    if (bytes == "“" || bytes == "„" || bytes == "«" || bytes == "``") return Mark::kOpens;
    if (bytes == "”" || bytes == "»") return Mark::kCloses;
    if (token.tag != Tag::kQuote) return Mark::kNone;
    if (token.space_before && !space_after) return Mark::kOpens;
    if (!token.space_before && space_after) return Mark::kCloses;
    return Mark::kEither;
  }
  if (token.lower != "'" || token.tag == Tag::kPossessive) return Mark::kNone;
  if (bytes == "‘") return Mark::kOpens;
  if (token.space_before && !space_after) return bytes == "’" ? Mark::kNone : Mark::kOpens;
  const bool after_stop = i > 0 && (reading.is(i - 1, Tag::kStop) || reading.is(i - 1, Tag::kComma));
  if (!token.space_before &&
      (space_after || after_stop || reading.is(i + 1, Tag::kComma) || reading.is(i + 1, Tag::kStop)))
    return Mark::kCloses;
  return Mark::kNone;
}

void pair_marks(Reading& reading, Range paragraph, int number, bool single) {
  int open = -1;
  const auto close = [&](int last, bool continues) {
    Quotation quotation;
    quotation.tokens = {open, last};
    quotation.paragraph = number;
    quotation.continues = continues;
    for (int i = open + 1; i < last - (continues ? 0 : 1); ++i) {
      reading.tokens[static_cast<std::size_t>(i)].quote = open;
      quotation.words += reading[i].tag == Tag::kNoun || reading[i].tag == Tag::kNumber;
    }
    reading.tokens[static_cast<std::size_t>(open)].partner = last - 1;
    if (!continues) reading.tokens[static_cast<std::size_t>(last - 1)].partner = open;
    reading.quotations.push_back(quotation);
    open = -1;
  };
  for (int i = paragraph.first; i < paragraph.last; ++i) {
    const Mark mark = mark_of(reading, i, single);
    if (mark == Mark::kNone) continue;
    reading.tokens[static_cast<std::size_t>(i)].tag = Tag::kQuote;
    if (open < 0) {
      if (mark != Mark::kCloses) open = i;
    } else if (mark == Mark::kCloses || (mark == Mark::kEither && i > open + 1)) {
      close(i + 1, false);
    } else if (mark == Mark::kOpens && reading[i].where.of(reading.text) == "\"" && i > open + 1) {
      close(i + 1, false);  // straight marks toggle, whatever the space around them
    }
  }
  if (open >= 0) {
    // A single mark that never closes was an apostrophe.
    if (single) {
      reading.tokens[static_cast<std::size_t>(open)].tag = Tag::kOther;
    } else if (paragraph.last - open > 2) {
      close(paragraph.last, true);
    }
  }
}

// Whether the full stop at i ends its sentence.
bool ends_sentence(const Reading& reading, int i, int last) {
  int next = i + 1;
  while (next < last && (reading.is(next, Tag::kQuote) || reading.is(next, Tag::kClose)) && !reading[next].space_before)
    ++next;
  if (next >= last) return true;
  if (!reading[next].space_before) return false;
  const Token& token = reading[next];
  return token.capital || token.tag == Tag::kQuote || token.tag == Tag::kNumber || token.tag == Tag::kOpen ||
         token.tag == Tag::kDash || token.tag == Tag::kOther;
}

// "Mr.", "U.S.": ends a sentence only before a capital that no name explains; titles never do.
bool abbreviation_ends(const Reading& reading, int i, int last) {
  const Token& token = reading[i];
  if (!token.where.of(reading.text).ends_with('.') || token.tag == Tag::kStop) return false;
  if ((token.word->classes & kTitle) != 0 || token.lower.size() == 1) return false;
  if (i + 1 >= last) return true;
  const Token& next = reading[i + 1];
  constexpr std::uint32_t kStarters =
      kDeterminer | kSubjectPronoun | kPreposition | kSubordinator | kPossessive | kCoordinator | kAdverb;
  return next.space_before && next.capital && (next.word->classes & kStarters) != 0;
}

bool title_case(const Reading& reading, Range tokens) {
  int words = 0, capitals = 0;
  for (int i = tokens.first; i < tokens.last; ++i) {
    if (reading[i].tag != Tag::kNoun || reading[i].where.size() < 4) continue;
    ++words;
    capitals += reading[i].capital;
  }
  return words >= 3 && capitals * 10 >= words * 8;
}

// Where the story begins after its dateline: "PORT SARN, March 6 (Northern Wire) -- ", "WASHINGTON (AP) — ". It says
// where and when the story was written, and is nobody's words. The paragraph's begin where there is none.
int dateline_end(const Reading& reading, Range paragraph) {
  constexpr int kLongest = 18;
  const auto shouted = [&](int i) {
    const std::string_view word = reading[i].where.of(reading.text);
    return word.size() > 2 &&
           std::ranges::all_of(word, [](char c) { return (c >= 'A' && c <= 'Z') || c == '.' || c == '-'; });
  };
  if (paragraph.empty() || !shouted(paragraph.first)) return paragraph.first;
  bool bracket = false;
  for (int i = paragraph.first; i < std::min(paragraph.last - 1, paragraph.first + kLongest); ++i) {
    const Token& token = reading[i];
    if (token.tag == Tag::kDash && token.space_before && reading[i + 1].space_before) return i + 1;
    bracket |= token.tag == Tag::kOpen;
    const bool fits = bracket || token.capital || token.tag == Tag::kComma || token.tag == Tag::kNumber ||
                      token.tag == Tag::kStop || token.tag == Tag::kOther;
    if (token.tag == Tag::kClose) bracket = false;
    if (!fits) break;
  }
  return paragraph.first;
}

// `alone`: the paragraph is all there is, so that it is no headline even without a full stop (a short message).
void split_sentences(Reading& reading, Range paragraph, int number, bool heading, bool alone) {
  const auto add = [&](int first, int last, bool stop) {
    Sentence sentence{.tokens = {first, last},
                      .paragraph = number,
                      .heading = heading || (!stop && !alone && first == paragraph.first),
                      .title_case = false};
    sentence.title_case = title_case(reading, sentence.tokens);
    for (int i = first; i < last; ++i)
      reading.tokens[static_cast<std::size_t>(i)].sentence = static_cast<int>(reading.sentences.size());
    reading.sentences.push_back(sentence);
  };
  int first = paragraph.first;
  if (const int story = dateline_end(reading, paragraph); story > first) {
    add(first, story, true);
    reading.sentences.back().heading = true;
    first = story;
  }
  for (int i = first; i < paragraph.last; ++i) {
    bool ends = reading.is(i, Tag::kStop) ? ends_sentence(reading, i, paragraph.last)
                                          : abbreviation_ends(reading, i, paragraph.last);
    int last = i + 1;
    if (ends) {
      // The closing mark or bracket after the stop belongs to the sentence.
      while (last < paragraph.last && !reading[last].space_before &&
             (reading.is(last, Tag::kClose) || reading.is(last, Tag::kQuote) || reading.is(last, Tag::kStop)))
        ++last;
      // “… over?” he asked: the sentence goes on in lower case.
      if (last < paragraph.last && reading.is(last - 1, Tag::kQuote) && !reading[last].capital &&
          reading[last].tag == Tag::kNoun)
        ends = false;
    }
    if (!ends && last - first >= kMaxSentence) ends = true;
    if (!ends) continue;
    add(first, last, true);
    first = last;
    i = last - 1;
  }
  if (first < paragraph.last) add(first, paragraph.last, false);
}

}  // namespace

void lay_out(Reading& reading, std::span<const page::Block> blocks) {
  const Paragraphs paragraphs = paragraphs_of(reading, blocks);
  for (std::size_t i = 0; i + 1 < paragraphs.begins.size(); ++i) {
    const Range paragraph{paragraphs.begins[i], paragraphs.begins[i + 1]};
    const bool has_double =
        std::any_of(reading.tokens.begin() + paragraph.first, reading.tokens.begin() + paragraph.last,
                    [](const Token& token) { return token.tag == Tag::kQuote; });
    pair_marks(reading, paragraph, static_cast<int>(i), !has_double);
    const auto first = reading.sentences.size();
    const bool alone = !blocks.empty() && paragraphs.begins.size() == 2 && !paragraphs.heading[i];
    split_sentences(reading, paragraph, static_cast<int>(i), paragraphs.heading[i], alone);
    // A page's first line without a full stop is its headline, whatever its markup says.
    const bool headline =
        paragraphs.heading[i] || (i == 0 && !blocks.empty() && reading.sentences.size() == first + 1 &&
                                  reading.sentences[first].heading && !has_double);
    for (std::size_t s = first; s < reading.sentences.size(); ++s) reading.sentences[s].headline = headline;
  }
}

}  // namespace samehand::claim
