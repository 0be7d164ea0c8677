// Language by script and by little words.
//
// Method: other scripts than Latin nearly name the language (Cyrillic and Arabic are told apart by letters that only
// some of their languages have). For Latin, the share of each language's twenty commonest words among all words;
// English texts have 30 to 40 % of them. The best wins if it reaches 6 % and leads the second by a quarter. Cost:
// linear in the first 20,000 bytes. Known failures: Danish and Norwegian are both "da"; Croatian, Serbian and Bosnian
// in Latin letters are unknown.
#include "language.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "samehand/page/page.h"

namespace samehand::page {
namespace {

constexpr std::size_t kLooked = 20000;
constexpr std::size_t kFewestWords = 12;

struct Language {
  std::string_view tag, words;  // words between blanks
};

constexpr Language kLanguages[] = {
    {"en",
     " the of and to in that is was for it with as on be at by this had not are but from or have an they which you "
     "were "},
    {"de",
     " der die und in den von zu das mit sich des auf f\xc3\xbcr ist im dem nicht ein eine als auch es an werden aus "
     "er hat dass sie nach "},
    {"fr",
     " de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec aux cette "},
    {"es",
     " de la que el en y a los se del las un por con no una su para es al lo como m\xc3\xa1s pero sus le ha este "},
    {"pt",
     " de a o que e do da em um para com n\xc3\xa3o uma os no se na por mais as dos como mas ao ele das \xc3\xa0 seu "
     "sua "},
    {"it",
     " di e il la che in a per un del \xc3\xa8 con non una i le da si come dei nel al anche alla pi\xc3\xb9 della sono "
     "ha "},
    {"nl",
     " de het een van en in is dat op te zijn voor met die niet aan er om ook als dan maar bij nog uit door over "},
    {"id",
     " yang dan di ini itu dengan untuk tidak dari dalam akan pada juga ke karena tersebut bisa ada mereka lebih telah "
     "oleh saya kita "},
    {"pl",
     " i w na nie \xc5\xbc"
     "e z do jest si\xc4\x99 to o jak ale po od za przez jego dla czy tak ma by\xc5\x82 jako oraz "},
    {"sv",
     " och i att det som en p\xc3\xa5 \xc3\xa4r av f\xc3\xb6r med till den har de inte om ett han men var jag sig "
     "fr\xc3\xa5n vi s\xc3\xa5 "},
    {"da",
     " og i at det som en p\xc3\xa5 er af for med til den har de ikke om et han men var jeg sig fra vi s\xc3\xa5 der "
     "kan "},
    {"tr",
     " ve bir bu da de i\xc3\xa7in ile olarak olan daha \xc3\xa7ok gibi en kadar sonra ne olduğu ancak ise ya her "},
    {"vi",
     " v\xc3\xa0 c\xe1\xbb\xa7"
     "a l\xc3\xa0 c\xc3\xb3 trong \xc4\x91\xc6\xb0\xe1\xbb\xa3"
     "c cho m\xe1\xbb\x99t c\xc3\xa1"
     "c v\xe1\xbb\x9bi kh\xc3\xb4ng n\xc3\xa0y ng\xc6\xb0\xe1\xbb\x9di nh\xe1\xbb\xafng \xc4\x91\xe1\xba\xbfn khi "
     "t\xe1\xbb\xab "},
    {"cs",
     " a se v na je \xc5\xbe"
     "e s z do to i o jako za pro k ale jsem by bylo jeho po podle kter\xc3\xbd kter\xc3\xa9 "},
    {"ro", " de \xc8\x99i a \xc3\xaen la cu pe o un s\xc4\x83 nu din este mai pentru care se au fost prin sau dar "},
    {"fi",
     " ja on ei se ett\xc3\xa4 oli h\xc3\xa4n mutta ovat my\xc3\xb6s kun niin sen jos tai joka t\xc3\xa4m\xc3\xa4 "
     "hyvin vain "},
    {"hu", " a az \xc3\xa9s hogy nem is egy ez meg volt de csak m\xc3\xa1r mint vagy ha van el azt lesz "},
};
constexpr std::size_t kCount = std::size(kLanguages);

// The code point at `at`; moves on. The text is UTF-8, but nothing outside it is read if it is not.
char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const unsigned lead = byte(at);
  std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  char32_t c = lead < 0x80 ? lead : lead & (0x7fu >> length);
  for (std::size_t i = 1; i < length; ++i) c = (c << 6) | (byte(at + i) & 0x3f);
  at += length;
  return c;
}

struct Scripts {
  std::size_t latin = 0, greek = 0, cyrillic = 0, hebrew = 0, arabic = 0, devanagari = 0, thai = 0, kana = 0, han = 0,
              hangul = 0;
  std::size_t ukrainian = 0, persian = 0;
};

Scripts count_scripts(std::string_view text) {
  Scripts s;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c < 0x250) || (c >= 0x1e00 && c < 0x1f00))
      s.latin++;
    if (c >= 0x370 && c < 0x400) s.greek++;
    if (c >= 0x400 && c < 0x530) s.cyrillic++;
    if (c == 0x456 || c == 0x457 || c == 0x454 || c == 0x491) s.ukrainian++;
    if (c >= 0x590 && c < 0x600) s.hebrew++;
    if (c >= 0x600 && c < 0x700) s.arabic++;
    if (c == 0x67e || c == 0x686 || c == 0x698 || c == 0x6af || c == 0x6cc) s.persian++;
    if (c >= 0x900 && c < 0x980) s.devanagari++;
    if (c >= 0xe00 && c < 0xe80) s.thai++;
    if (c >= 0x3040 && c < 0x3100) s.kana++;
    if (c >= 0x3400 && c < 0xa000) s.han++;
    if (c >= 0xac00 && c < 0xd7b0) s.hangul++;
  }
  return s;
}

std::string other_script(const Scripts& s) {
  const std::size_t east = s.kana + s.han + s.hangul;
  if (3 * east > s.latin && east > 10) return s.hangul * 2 > east ? "ko" : s.kana * 10 > east ? "ja" : "zh";
  if (s.cyrillic > s.latin) return s.ukrainian * 50 > s.cyrillic ? "uk" : "ru";
  if (s.arabic > s.latin) return s.persian * 40 > s.arabic ? "fa" : "ar";
  if (s.greek > s.latin) return "el";
  if (s.hebrew > s.latin) return "he";
  if (s.devanagari > s.latin) return "hi";
  if (s.thai > s.latin) return "th";
  return {};
}

}  // namespace

namespace {

// How many of a text's words are among the little words of each language.
struct Hits {
  std::array<std::size_t, kCount> of{};
  std::size_t words = 0;
};

// Whether a word between blanks is none of a language: hashes, addresses, paths ("9f86d0", "evil[.]example",
// "C:\\x.exe"). Their letters would be counted as little words ("d", "de", "e").
bool is_technical_token(std::string_view token) {
  for (std::size_t i = 0; i < token.size(); ++i) {
    const char c = token[i];
    if (c >= '0' && c <= '9') return true;
    const bool inside = i > 0 && i + 1 < token.size();
    if (inside && (c == '.' || c == '/' || c == '\\' || c == '_' || c == '@' || c == '[')) {
      const char next = token[i + 1];
      if (next == '.' || next == ']' || next == '/' || next == '\\' || (next >= 'a' && next <= 'z')) return true;
    }
  }
  return false;
}

// The text with technical words blanked.
std::string prose_of(std::string_view text) {
  std::string out(text);
  constexpr std::string_view kBlank = " \t\n\r";
  for (std::size_t at = 0; at < out.size();) {
    const std::size_t begin = out.find_first_not_of(kBlank, at);
    if (begin == out.npos) break;
    const std::size_t end = std::min(out.find_first_of(kBlank, begin), out.size());
    if (is_technical_token(std::string_view(out).substr(begin, end - begin)))
      std::fill(out.begin() + static_cast<std::ptrdiff_t>(begin), out.begin() + static_cast<std::ptrdiff_t>(end), ' ');
    at = end;
  }
  return out;
}

Hits count_hits(std::string_view text) {
  Hits found;
  std::string word;
  const auto end_word = [&] {
    if (word.empty()) return;
    found.words++;
    if (word.size() <= 12) {
      const std::string padded = " " + word + " ";
      for (std::size_t i = 0; i < kCount; ++i)
        found.of[i] += kLanguages[i].words.find(padded) != std::string_view::npos;
    }
    word.clear();
  };
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
    if (letter) {
      word += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    } else {
      end_word();
    }
  }
  end_word();
  return found;
}

// Words of short English texts that are little words of other languages, or too rare to tell a long text by.
std::size_t english_too(std::string_view text) {
  static constexpr std::string_view kWords =
      " a i he she we his her their our no do has will would said says say there who what when if so me us been its ";
  std::size_t count = 0;
  std::string word = " ";
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ' ';
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80) {
      word += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      continue;
    }
    count += word.size() > 1 && kWords.find(word + " ") != std::string_view::npos;
    word = " ";
  }
  return count;
}

}  // namespace

std::string recognise_language(std::string_view utf8) {
  const std::string_view text = utf8.substr(0, kLooked);
  if (std::string other = other_script(count_scripts(text)); !other.empty()) return other;
  const auto [hits, words] = count_hits(prose_of(text));
  const std::size_t best = static_cast<std::size_t>(std::ranges::max_element(hits) - hits.begin());
  std::size_t second = 0;
  for (std::size_t i = 0; i < kCount; ++i) {
    if (i != best) second = std::max(second, hits[i]);
  }
  // A few words must be surer: languages share their little ones.
  if (words < kFewestWords && (hits[best] < 2 || hits[best] < second + 2)) return {};
  if (hits[best] * 100 < words * 6 || hits[best] * 4 < second * 5) return {};
  return std::string(kLanguages[best].tag);
}

bool may_be_english(std::string_view text) {
  text = text.substr(0, kLooked);
  if (!other_script(count_scripts(text)).empty()) return false;
  const auto hits = count_hits(prose_of(text)).of;
  static_assert(kLanguages[0].tag == "en");
  return hits[0] + english_too(text) >= *std::max_element(hits.begin() + 1, hits.end());
}

std::string language_tag(std::string_view stated) {
  std::string out;
  for (const char c : stated.substr(0, 20)) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter || (c >= '0' && c <= '9' && !out.empty())) {
      out += c;
    } else if ((c == '-' || c == '_') && out.size() >= 2) {
      out += '-';
    } else if (!out.empty()) {
      break;
    }
  }
  const std::size_t primary = std::min(out.find('-'), out.size());
  if (primary < 2 || primary > 3) return {};
  for (std::size_t i = 0; i < primary; ++i) {
    if (out[i] >= 'A' && out[i] <= 'Z') out[i] = static_cast<char>(out[i] + 32);
  }
  return out;
}

}  // namespace samehand::page
