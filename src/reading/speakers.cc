// Problem: how many sources are "James Comey", "the FBI director", "FBI Director Comey", "the Federal Bureau of
// Investigation", "officials" and "an unnamed official"? A source counts once, and what cannot be shown to be another
// counts as the same: the number of voices is then a lower bound that a sceptic accepts.
//
// Method: capitals and a short list of role words take the phrase apart; keys of persons, organisations and roles are
// joined. An organisation's employee speaks for it when the page introduces him so.
//
// Known failures: two people of one surname; an organisation with several names ("the bureau"); languages that
// capitalise otherwise.
#include "speakers.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "groups.h"

namespace samehand::reading {
namespace {

// Those who speak with a name or for an organisation, in the singular. A word ending in one of these is a role too
// ("spokeswoman").
constexpr auto kRoles = std::to_array<std::string_view>(
    {"official",     "spokesman",  "spokeswoman", "spokesperson", "researcher", "expert",    "analyst",
     "diplomat",     "source",     "executive",   "employee",     "director",   "president", "chief",
     "minister",     "ambassador", "secretary",   "officer",      "founder",    "professor", "hacker",
     "investigator", "agent",      "senator",     "lawmaker",     "company",    "firm",      "government",
     "agency",       "ministry",   "commission",  "team",         "group",      "person",    "people",
     "insider",      "consultant", "specialist",  "engineer",     "lawyer",     "attorney",  "prosecutor",
     "journalist",   "reporter",   "author",      "adviser",      "advisor",    "envoy",     "delegate",
     "leader",       "member",     "head",        "manager",      "scientist",  "victim",    "witness",
     "observer",     "critic",     "vendor",      "police",       "authority",  "regulator", "representative"});

constexpr auto kTitles = std::to_array<std::string_view>(
    {"Mr",      "Mr.",       "Mrs",       "Mrs.",      "Ms",          "Ms.",        "Dr",        "Dr.",     "Prof",
     "Prof.",   "Sir",       "President", "Director",  "Minister",    "Ambassador", "Secretary", "General", "Gen.",
     "Senator", "Sen.",      "Rep.",      "Professor", "Chief",       "Deputy",     "Assistant", "Special", "Agent",
     "Officer", "Executive", "Attorney",  "Spokesman", "Spokeswoman", "CEO",        "CTO",       "CISO",    "Vice"});

// Whose officials are many: a place, a nation, or its adjective. The endings below catch the rest ("Korean",
// "Chinese").
constexpr auto kPlaces = std::to_array<std::string_view>(
    {"US",         "U.S.",   "UK",     "U.K.",     "EU",        "UN",       "American", "French",    "German",
     "Dutch",      "Greek",  "Swiss",  "Thai",     "Czech",     "Iraqi",    "Israeli",  "Pakistani", "Saudi",
     "Washington", "London", "Moscow", "Beijing",  "Pyongyang", "Seoul",    "Tokyo",    "Tehran",    "Kyiv",
     "Kiev",       "Paris",  "Berlin", "Brussels", "Western",   "European", "State",    "Federal",   "Korea",
     "China",      "Russia", "Iran",   "Ukraine",  "Israel",    "America",  "States"});
constexpr auto kSpeaksForAll =
    std::to_array<std::string_view>({"spokesman", "spokeswoman", "spokesperson", "government", "ministry", "president",
                                     "company", "firm", "agency", "commission", "police"});

constexpr auto kSmall =
    std::to_array<std::string_view>({"of", "for", "and", "the", "&", "de", "von", "van", "al", "bin"});
constexpr auto kArticles =
    std::to_array<std::string_view>({"the", "a", "an", "some", "several", "many", "other", "two", "three"});

template <std::size_t N>
bool among(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

std::string lower(std::string_view word) {
  std::string out(word);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

bool capital(std::string_view word) {
  return !word.empty() && ((word[0] >= 'A' && word[0] <= 'Z') || static_cast<unsigned char>(word[0]) >= 0xc3);
}

// "officials" -> "official"; empty for a word that is no role.
std::string role_of(std::string_view word) {
  std::string w = lower(word);
  if (w == "spokesmen" || w == "spokeswomen") w.replace(w.size() - 2, 1, "a");
  for (const std::string& form : {w, w.ends_with("s") ? w.substr(0, w.size() - 1) : w,
                                  w.ends_with("ies") ? w.substr(0, w.size() - 3) + "y" : w}) {
    if (among(kRoles, form)) return form;
  }
  return {};
}

std::vector<std::string> words_of(std::string_view speaker) {
  std::vector<std::string> words;
  std::string word;
  const auto end_word = [&] {
    for (const std::string_view suffix : {"'s", "\xe2\x80\x99s", "'", "\xe2\x80\x99"}) {
      if (word.size() > suffix.size() && word.ends_with(suffix)) {
        word.resize(word.size() - suffix.size());
        break;
      }
    }
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (const char c : speaker) {
    if (c == ' ' || c == '\n' || c == '\t') {
      end_word();
    } else if (c == ',' || c == ';' || c == '(' || c == ')') {
      end_word();
      words.emplace_back(",");
    } else if (c != '"') {
      word += c;
    }
  }
  end_word();
  return words;
}

bool is_place(std::string_view name) {
  const std::string_view last = name.substr(name.rfind(' ') + 1);
  if (among(kPlaces, last)) return true;
  return last.size() >= 6 &&
         (last.ends_with("ean") || last.ends_with("ian") || last.ends_with("ese") || last.ends_with("ish"));
}

std::string joined(std::span<const std::string> words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

// Runs of capitalised words, small words allowed between them: "Federal Bureau of Investigation".
struct CapitalRun {
  std::size_t begin, end;
};

std::vector<CapitalRun> capital_runs(const std::vector<std::string>& words) {
  std::vector<CapitalRun> runs;
  for (std::size_t i = 0; i < words.size();) {
    if (!capital(words[i]) || among(kArticles, lower(words[i]))) {
      ++i;
      continue;
    }
    std::size_t end = i + 1;
    for (std::size_t k = end; k < words.size(); ++k) {
      if (capital(words[k]))
        end = k + 1;
      else if (!(lower(words[k]) == "of" || lower(words[k]) == "and" || words[k] == "&") || k + 1 >= words.size() ||
               !capital(words[k + 1]))
        break;
    }
    runs.push_back({i, end});
    i = end;
  }
  return runs;
}

bool all_capitals(std::string_view word) {
  return word.size() >= 2 &&
         std::ranges::all_of(word, [](char c) { return (c >= 'A' && c <= 'Z') || c == '.' || c == '&'; });
}

std::string acronym(std::string_view name) {
  std::string out;
  bool start = true;
  for (const char c : name) {
    if (start && c >= 'A' && c <= 'Z') out += c;
    start = c == ' ' || c == '-';
  }
  return out;
}

}  // namespace

SpeakerName take_apart(std::string_view speaker) {
  SpeakerName name;
  std::vector<std::string> words = words_of(speaker);
  while (!words.empty() && (among(kArticles, lower(words.front())) || words.front() == ",")) words.erase(words.begin());
  // The last lower-case role word before any preposition is what the speaker is: "spokesman for the ministry".
  for (const std::string& word : words) {
    if (word == "for" || word == "at" || word == "from" || word == "with" || word == "," || word == "of" ||
        word == "who") {
      if (!name.role.empty()) break;
      continue;
    }
    if (const std::string role = role_of(word); !role.empty() && !capital(word)) name.role = role;
  }
  for (const CapitalRun& run : capital_runs(words)) {
    // Titles split a run: "FBI Director James Comey".
    std::vector<std::string> before, after;
    bool titled = false;
    for (std::size_t i = run.begin; i < run.end; ++i) {
      if (among(kTitles, words[i])) {
        titled = true;
        if (name.role.empty()) name.role = role_of(words[i]);
      } else {
        (titled ? after : before).push_back(words[i]);
      }
    }
    const bool at_end = run.end == words.size() || words[run.end] == ",";
    if (titled) {
      if (!before.empty() && name.organisation.empty()) name.organisation = joined(before);
      if (!after.empty() && name.person.empty()) name.person = joined(after);
    } else if (at_end && !name.role.empty() && run.begin > 0 && !role_of(words[run.begin - 1]).empty()) {
      name.person = joined(before);  // "spokesman Kim Song"
    } else if (at_end && run.begin == 0 && before.size() >= 2 &&
               !std::ranges::any_of(before, [](const auto& w) { return all_capitals(w) || among(kSmall, lower(w)); })) {
      name.person = joined(before);  // "Kim Song"; an organisation of two words is a person too, which does no harm
    } else if (name.organisation.empty()) {
      name.organisation = joined(before);
    }
  }
  // A company's researchers speak for it; a country's officials are many, unless one speaks for all.
  name.unnamed =
      name.person.empty() && (name.organisation.empty() ||
                              (!name.role.empty() && is_place(name.organisation) && !among(kSpeaksForAll, name.role)));
  return name;
}

std::vector<std::uint32_t> same_speakers(std::span<const std::string> speakers) {
  std::vector<SpeakerName> names;
  for (const std::string& speaker : speakers) names.push_back(take_apart(speaker));
  // Long forms by their acronym, full names by their surname; an ambiguous one joins nothing.
  std::map<std::string, std::set<std::string>> long_forms, full_names;
  for (const SpeakerName& n : names) {
    for (const std::string* form : {&n.organisation, &n.person}) {
      if (const std::string letters = acronym(*form); letters.size() >= 3) long_forms[letters].insert(lower(*form));
    }
    if (const auto space = n.person.rfind(' '); space != std::string::npos)
      full_names[lower(n.person.substr(space + 1))].insert(lower(n.person));
  }
  const auto only = [](const auto& map, const std::string& key) -> const std::string* {
    const auto at = map.find(key);
    return at != map.end() && at->second.size() == 1 ? &*at->second.begin() : nullptr;
  };
  Groups groups(speakers.size());
  std::map<std::string, std::uint32_t> first;
  const auto join = [&](const std::string& key, std::uint32_t i) {
    groups.join(first.try_emplace(key, i).first->second, i);
  };
  for (std::uint32_t i = 0; i < names.size(); ++i) {
    const SpeakerName& n = names[i];
    std::string organisation = lower(n.organisation);
    if (const auto* longer = only(long_forms, n.organisation); longer != nullptr && all_capitals(n.organisation))
      organisation = *longer;
    std::string person = lower(n.person);
    if (const auto* full = only(full_names, organisation); full != nullptr && person.empty() && n.role.empty())
      person = *full;
    if (const auto* full = only(full_names, person)) person = *full;
    if (n.unnamed) {
      join("unnamed " + n.role + " of " + organisation, i);
    } else {
      if (!person.empty()) join("name " + person, i);
      if (!organisation.empty() && organisation != lower(n.person) && (person.empty() || !n.organisation.empty()) &&
          person != organisation)
        join("name " + organisation, i);
    }
  }
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 0; i < names.size(); ++i) out.push_back(groups.find(i));
  return out;
}

}  // namespace samehand::reading
