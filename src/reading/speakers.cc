// Problem: how many sources are "James Comey", "the FBI director", "FBI Director Comey", "the Federal Bureau of
// Investigation", "officials" and "an unnamed official"? A source counts once, and what cannot be shown to be another
// counts as the same: the number of voices is then a lower bound that a sceptic accepts.
//
// Method: capitals and a short list of role words take the phrase apart; keys of persons, organisations, offices and
// roles are joined. An organisation's employee speaks for it when the page introduces him so. Offices without a name of
// their own are what they are and whose ("Velm's interior minister" and "the interior ministry of Velm"); where only
// one owner of such an office is named, "the interior ministry" is that one's. A state's unnamed officials are many,
// and keep apart from its named offices.
//
// Known failures: two people of one surname; an organisation with several names ("the bureau"); languages that
// capitalise otherwise.
#include "speakers.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "groups.h"
#include "nations.h"
#include "samehand/base/ascii.h"
#include "samehand/base/one_of.h"

namespace samehand::reading {
namespace {

// Those who speak with a name or for an organisation, in the singular. A word ending in one of these is a role too
// ("spokeswoman").
constexpr auto kRoles = std::to_array<std::string_view>(
    {"official",     "spokesman",   "spokeswoman", "spokesperson", "researcher", "expert",     "analyst",
     "diplomat",     "source",      "executive",   "employee",     "director",   "president",  "chief",
     "minister",     "ambassador",  "secretary",   "officer",      "founder",    "professor",  "hacker",
     "investigator", "agent",       "senator",     "lawmaker",     "company",    "firm",       "government",
     "agency",       "ministry",    "commission",  "team",         "group",      "person",     "people",
     "insider",      "consultant",  "specialist",  "engineer",     "lawyer",     "attorney",   "prosecutor",
     "journalist",   "reporter",    "author",      "adviser",      "advisor",    "envoy",      "delegate",
     "leader",       "member",      "head",        "manager",      "scientist",  "victim",     "witness",
     "observer",     "critic",      "vendor",      "police",       "authority",  "regulator",  "representative",
     "gang",         "crew",        "criminal",    "attacker",     "intruder",   "laboratory", "paper",
     "newspaper",    "broadcaster", "magazine",    "blogger"});

constexpr auto kTitles = std::to_array<std::string_view>(
    {"Mr",      "Mr.",       "Mrs",       "Mrs.",      "Ms",          "Ms.",        "Dr",        "Dr.",     "Prof",
     "Prof.",   "Sir",       "President", "Director",  "Minister",    "Ambassador", "Secretary", "General", "Gen.",
     "Senator", "Sen.",      "Rep.",      "Professor", "Chief",       "Deputy",     "Assistant", "Special", "Agent",
     "Officer", "Executive", "Attorney",  "Spokesman", "Spokeswoman", "CEO",        "CTO",       "CISO",    "Vice"});

constexpr auto kSpeaksForAll =
    std::to_array<std::string_view>({"spokesman", "spokeswoman", "spokesperson", "government", "ministry", "president",
                                     "company", "firm", "agency", "commission", "police"});

constexpr auto kSmall =
    std::to_array<std::string_view>({"of", "for", "and", "the", "&", "de", "von", "van", "al", "bin"});
constexpr auto kArticles =
    std::to_array<std::string_view>({"the", "a", "an", "some", "several", "many", "other", "two", "three"});

bool capital(std::string_view word) {
  return !word.empty() && (is_upper(word[0]) || static_cast<unsigned char>(word[0]) >= 0xc3);
}

// "officials" -> "official"; empty for a word that is no role.
std::string role_of(std::string_view word) {
  std::string w = lower(word);
  if (w == "spokesmen" || w == "spokeswomen") w.replace(w.size() - 2, 1, "a");
  for (const std::string& form : {w, w.ends_with("s") ? w.substr(0, w.size() - 1) : w,
                                  w.ends_with("ies") ? w.substr(0, w.size() - 3) + "y" : w}) {
    if (one_of(form, kRoles)) return form;
  }
  return {};
}

// Behind these a speaker is told of, not named.
constexpr auto kClauses =
    std::to_array<std::string_view>({"who", "which", "whose", "whom", "that", "quoted", "according", "citing",
                                     "speaking", "when", "where", "because", "was", "were", "is", "has", "had"});

// They may open a sentence, and then have a capital that says nothing.
constexpr auto kQualities = std::to_array<std::string_view>(
    {"independent", "unnamed",      "security", "cyber",   "senior",       "foreign", "former", "current",
     "government",  "anonymous",    "local",    "private", "outside",      "leading", "most",   "computer",
     "network",     "intelligence", "military", "retired", "unidentified", "both",    "one",    "another",
     "certain",     "top",          "industry", "law",     "criminal",     "regional"});

struct Word {
  std::string text;  // without "'s"
  bool possessive = false;
  bool used = false;  // as part of an office
};

std::vector<Word> words_of(std::string_view speaker) {
  std::vector<Word> words;
  std::string word;
  const auto end_word = [&] {
    bool possessive = false;
    for (const std::string_view suffix : {"'s", "\xe2\x80\x99s", "'", "\xe2\x80\x99"}) {
      if (word.size() > suffix.size() && word.ends_with(suffix)) {
        word.resize(word.size() - suffix.size());
        possessive = true;
        break;
      }
    }
    if (!word.empty()) words.push_back({std::move(word), possessive});
    word.clear();
  };
  for (const char c : speaker) {
    if (c == ' ' || c == '\n' || c == '\t') {
      end_word();
    } else if (c == ',' || c == ';' || c == '(' || c == ')') {
      end_word();
      words.push_back({","});
    } else if (c != '"') {
      word += c;
    }
  }
  end_word();
  return words;
}

std::string joined(std::span<const std::string> words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

// Institutions without a name of their own, and those who hold them.
constexpr auto kOffices = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"ministry", "ministry"},
    {"ministries", "ministry"},
    {"minister", "ministry"},
    {"ministers", "ministry"},
    {"mission", "mission"},
    {"delegation", "mission"},
    {"embassy", "embassy"},
    {"ambassador", "embassy"},
    {"prosecutor", "prosecutor"},
    {"prosecutors", "prosecutor"},
    {"union", "union"},
    {"parliament", "parliament"},
    {"army", "army"},
    {"regulator", "regulator"},
    {"centre", "centre"},
    {"center", "centre"},
    {"bureau", "bureau"},
    {"institute", "institute"},
    {"department", "department"},
    {"council", "council"},
    {"service", "service"},
    {"agency", "agency"},
    {"commission", "commission"},
    {"authority", "authority"},
});
// From here on only in small letters: with a capital they are parts of names.
constexpr std::size_t kCapitalOffices = 14;

std::string_view office_of(std::string_view word) {
  const std::string w = lower(word);
  const auto at = std::ranges::find(kOffices, w, [](const auto& entry) { return entry.first; });
  if (at == kOffices.end() || (capital(word) && at >= kOffices.begin() + kCapitalOffices)) return {};
  return at->second;
}

bool names_united_nations(const std::vector<Word>& words, std::size_t i) {
  return words[i].text == "UN" || words[i].text == "U.N." ||
         (words[i].text == "United" && i + 1 < words.size() && words[i + 1].text == "Nations");
}

// Words that neither qualify an office nor own it.
bool ends_qualifiers(const Word& word) {
  static constexpr auto kEnds = std::to_array<std::string_view>(
      {",", "of", "for", "at", "from", "with", "to", "in", "by", "and", "its", "his", "her", "their", "our", "this"});
  return one_of(word.text, kEnds) || one_of(lower(word.text), kArticles) || !role_of(word.text).empty();
}

// The capitalised words that end at `end`, as one name; they count as used.
std::string name_before(std::vector<Word>& words, std::size_t end) {
  std::size_t begin = end;
  while (begin > 0 && capital(words[begin - 1].text) && !one_of(lower(words[begin - 1].text), kArticles)) --begin;
  std::string name;
  for (std::size_t i = begin; i < end; ++i) {
    words[i].used = true;
    name += (name.empty() ? "" : " ") + words[i].text;
  }
  return name;
}

// "Velm's interior minister", "the Interior Ministry of Velm", "Velm's mission to the United Nations", "the nurses'
// union"; marks the words that it takes.
void find_office(std::vector<Word>& words, SpeakerName& name) {
  const auto at = std::ranges::find_if(words, [](const Word& w) { return !office_of(w.text).empty(); });
  std::size_t i = static_cast<std::size_t>(at - words.begin());
  const auto un = [&] {
    for (std::size_t k = 0; k < words.size(); ++k) {
      if (names_united_nations(words, k)) return k;
    }
    return words.size();
  }();
  const auto use_un = [&] {
    words[un].used = true;
    if (words[un].text == "United") words[un + 1].used = true;
  };
  if (at == words.end()) {
    // "Velm's spokesman at the United Nations", "Velm's UN envoy"
    const auto owner = std::ranges::find_if(words, [](const Word& w) { return w.possessive && capital(w.text); });
    if (un == words.size() || owner == words.end() || name.role.empty()) return;
    use_un();
    name.office = "un mission";
    name.owner = name_before(words, static_cast<std::size_t>(owner - words.begin()) + 1);
    return;
  }
  const std::string noun(office_of(at->text));
  if (noun == "union" && capital(at->text)) return;  // "the European Union"
  at->used = true;
  std::string qualifiers;
  std::size_t k = i;
  while (k > 0 && i - k < 3 && !ends_qualifiers(words[k - 1])) {
    const Word& w = words[k - 1];
    if (capital(w.text) && (w.possessive || is_place(w.text)) && !names_united_nations(words, k - 1)) {
      name.owner = name_before(words, k);
      break;
    }
    words[k - 1].used = true;
    if (!w.possessive || noun == "union") {
      const std::string text = w.text == "UN" || w.text == "U.N." ? "un" : lower(w.text);
      if (text != "country" && text != "former" && text != "deputy") qualifiers.insert(0, text + " ");
    }
    --k;
  }
  if (i + 1 < words.size() && words[i + 1].text == "of") {
    std::size_t first = i + 2;
    while (first < words.size() && one_of(lower(words[first].text), kArticles)) ++first;
    std::size_t last = first;
    if (first < words.size() && capital(words[first].text)) {
      while (last < words.size() && capital(words[last].text)) ++last;
      name.owner = name_before(words, last);
    } else if (first < words.size() && words[first].text != ",") {
      qualifiers.insert(0, lower(words[first].text) + " ");
    }
  }
  if (un != words.size() && noun != "ministry") {
    use_un();
    if (!qualifiers.contains("un ")) qualifiers += "un ";
  }
  name.office = qualifiers + (qualifiers == "un " && noun == "embassy" ? "mission" : noun);
}

// Runs of capitalised words, small words allowed between them: "Federal Bureau of Investigation".
struct CapitalRun {
  std::size_t begin, end;
};

std::vector<CapitalRun> capital_runs(const std::vector<Word>& words) {
  std::vector<CapitalRun> runs;
  const auto begins = [&](std::size_t i) { return !words[i].used && capital(words[i].text); };
  for (std::size_t i = 0; i < words.size();) {
    if (!begins(i) || one_of(lower(words[i].text), kArticles)) {
      ++i;
      continue;
    }
    std::size_t end = i + 1;
    for (std::size_t k = end; k < words.size(); ++k) {
      if (begins(k))
        end = k + 1;
      else if (!(lower(words[k].text) == "of" || lower(words[k].text) == "and" || words[k].text == "&") ||
               k + 1 >= words.size() || !begins(k + 1))
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

// "the World Health Organization (WHO)" -> "the World Health Organization"; of a state its acronym is enough: "the
// Democratic People's Republic of Korea (DPRK)" -> "DPRK".
std::string_view without_acronym(std::string_view speaker) {
  const std::size_t open = speaker.rfind(" (");
  if (open == std::string_view::npos || !speaker.ends_with(')')) return speaker;
  const std::string_view inside = speaker.substr(open + 2, speaker.size() - open - 3);
  if (inside.size() < 2 || acronym(speaker.substr(0, open)) != inside) return speaker;
  return is_place(inside) ? inside : speaker.substr(0, open);
}

}  // namespace

std::string_view without_clauses(std::string_view speaker) {
  for (std::size_t begin = 0; begin < speaker.size();) {
    const std::size_t end = std::min(speaker.find(' ', begin), speaker.size());
    std::size_t cut = begin;
    if (cut > 0 && one_of(speaker.substr(begin, end - begin), kClauses)) {
      // "the company for which they work", "Hale, according to"
      while (cut > 0 && (speaker[cut - 1] == ' ' || speaker[cut - 1] == ',')) --cut;
      for (const std::string_view preposition : {" for", " in", " at", " of", " to", " with"}) {
        if (speaker.substr(0, cut).ends_with(preposition)) cut -= preposition.size();
      }
      return speaker.substr(0, cut);
    }
    begin = end + 1;
  }
  return speaker;
}

SpeakerName take_apart(std::string_view speaker) {
  // Of these a name follows as of a company: "the security firm Halden Labs".
  static constexpr auto kBodies = std::to_array<std::string_view>(
      {"company", "firm", "group", "agency", "team", "vendor", "government", "police", "commission", "authority",
       "gang", "crew", "laboratory", "paper", "newspaper", "broadcaster", "magazine"});
  SpeakerName name;
  std::vector<Word> words = words_of(without_acronym(without_clauses(speaker)));
  while (!words.empty() && (one_of(lower(words.front().text), kArticles) || words.front().text == ","))
    words.erase(words.begin());
  // "Hackers: we did it", "Independent researchers say"
  if (!words.empty()) {
    const std::string first = lower(words.front().text);
    if (words.size() == 1 ? !role_of(first).empty() : one_of(first, kQualities) && !capital(words[1].text))
      words.front().text = first;
  }
  // The last lower-case role word before any preposition is what the speaker is: "spokesman for the ministry".
  bool qualified = false;
  for (const Word& word : words) {
    if (word.text == "for" || word.text == "at" || word.text == "from" || word.text == "with" || word.text == "," ||
        word.text == "of") {
      if (!name.role.empty()) break;
      continue;
    }
    if (const std::string role = role_of(word.text); !role.empty() && !capital(word.text))
      name.role = role;
    else if (!capital(word.text))
      qualified = true;
  }
  find_office(words, name);
  for (const CapitalRun& run : capital_runs(words)) {
    // Titles split a run: "FBI Director James Comey".
    std::vector<std::string> before, after;
    bool titled = run.begin > 0 && words[run.begin - 1].used && capital(words[run.begin - 1].text);
    for (std::size_t i = run.begin; i < run.end; ++i) {
      if (words[i].text.ends_with("-based")) {  // "the Port Sarn-based company"
        before.clear();
      } else if (one_of(words[i].text, kTitles)) {
        titled = true;
        if (name.role.empty()) name.role = role_of(words[i].text);
      } else {
        (titled ? after : before).push_back(words[i].text);
      }
      // "Norland's National Cyber Centre" has a name of its own.
      const auto rest = std::span(words).subspan(i + 1, run.end - i - 1);
      if (words[i].possessive && rest.size() > 2 && !titled &&
          std::ranges::none_of(rest, [](const Word& w) { return one_of(w.text, kTitles); }))
        before.clear();
    }
    // "Mr Lund of Pelagic Security"
    if (const auto of = std::ranges::find(after, "of"); of != after.end()) {
      if (name.organisation.empty()) name.organisation = joined(std::span(of + 1, after.end()));
      after.erase(of, after.end());
    }
    const bool at_end = run.end == words.size() || words[run.end].text == ",";
    // What the name is introduced by, across a comma too: "one of the analysts, Ann Hale".
    std::size_t introduced = run.begin;
    if (introduced > 1 && words[introduced - 1].text == ",") --introduced;
    const std::string by = introduced > 0 ? role_of(words[introduced - 1].text) : std::string();
    if (titled) {
      if (!before.empty() && name.organisation.empty()) name.organisation = joined(before);
      if (!after.empty() && name.person.empty()) name.person = joined(after);
    } else if (at_end && !by.empty() && !words[introduced - 1].possessive && !one_of(by, kBodies) &&
               name.person.empty()) {
      name.person = joined(before);  // "spokesman Kim Song"
    } else if (at_end && run.begin == 0 && before.size() >= 2 && !std::ranges::any_of(before, [](const auto& w) {
                 return all_capitals(w) || one_of(lower(w), kSmall);
               })) {
      name.person = joined(before);  // "Kim Song"; an organisation of two words is a person too, which does no harm
    } else if (at_end && run.begin > 0 && words[run.begin - 1].text == "," && before.size() == 2 &&
               name.person.empty() && !name.role.empty()) {
      name.person = joined(before);  // "Pelagic's head of research, Jory Lund"
    } else if (name.organisation.empty()) {
      name.organisation = joined(before);
    }
  }
  const bool named_office = !name.owner.empty() || name.office.contains(' ');
  // A company's researchers speak for it; a country's officials are many, unless one speaks for all.
  name.unnamed = name.person.empty() && !named_office &&
                 (name.organisation.empty() ||
                  (!name.role.empty() && is_place(name.organisation) && !one_of(name.role, kSpeaksForAll)));
  name.is_short_form = name.unnamed && name.organisation.empty() && !name.role.empty() &&
                       (!qualified || (!name.office.empty() && !named_office));
  return name;
}

std::vector<SpeakerKeys> keys_of(std::span<const std::string> speakers) {
  std::vector<SpeakerName> names;
  for (const std::string& speaker : speakers) {
    SpeakerName& name = names.emplace_back(take_apart(speaker));
    // "North Korea" has the looks of a person's name.
    if (name.organisation.empty() && name.role.empty() && is_state(name.person))
      std::swap(name.organisation, name.person);
  }
  // Long forms by their acronym or first word, full names by their surname, the owners of an office; an ambiguous one
  // joins nothing. States are those that have officials, a government or ministries.
  std::map<std::string, std::set<std::string>> long_forms, first_words, full_names, owners;
  std::set<std::string> nations;
  for (const SpeakerName& n : names) {
    for (const std::string* form : {&n.organisation, &n.person}) {
      if (const std::string letters = acronym(*form); letters.size() >= 3) long_forms[letters].insert(lower(*form));
      if (const auto space = form->find(' '); space != std::string::npos)
        first_words[lower(form->substr(0, space))].insert(lower(*form));
    }
    if (const auto space = n.person.rfind(' '); space != std::string::npos)
      full_names[lower(n.person.substr(space + 1))].insert(lower(n.person));
    if (!n.owner.empty() && !n.office.ends_with("union") && !n.office.ends_with("regulator"))
      nations.insert(nation_key(n.owner));
    if (!n.owner.empty()) owners[n.office].insert(nation_key(n.owner));
    if (!n.organisation.empty() && (is_place(n.organisation) || n.role == "government"))
      nations.insert(nation_key(n.organisation));
  }
  const auto only = [](const auto& map, const std::string& key) -> const std::string* {
    const auto at = map.find(key);
    return at != map.end() && at->second.size() == 1 ? &*at->second.begin() : nullptr;
  };
  std::map<std::string, std::set<std::string>> endings;  // the last two words of organisations
  for (const SpeakerName& n : names) {
    const std::string name = lower(n.organisation);
    const auto last = name.rfind(' ');
    if (last == std::string::npos || last == 0) continue;
    const auto before_last = name.rfind(' ', last - 1);
    endings[name.substr(before_last == std::string::npos ? 0 : before_last + 1)].insert(name);
  }
  std::map<std::string, std::set<std::string>> offices;  // noun -> keys of those that are told apart
  const auto office_key = [&](const SpeakerName& n) {
    std::string owner = n.owner.empty() ? std::string() : nation_key(n.owner);
    if (const auto* known = only(owners, n.office); known != nullptr && owner.empty()) owner = *known;
    // "the cyber centre", where one name ends so: "National Cyber Centre"
    if (owner.empty()) {
      if (const auto* whole = only(endings, n.office); whole != nullptr) return "name " + *whole;
    }
    return "office " + n.office + " of " + owner;
  };
  for (const SpeakerName& n : names) {
    if (!n.owner.empty() || n.office.contains(' '))
      offices[n.office.substr(n.office.rfind(' ') + 1)].insert(office_key(n));
  }
  std::vector<SpeakerKeys> out;
  for (std::size_t s = 0; s < names.size(); ++s) {
    const SpeakerName& n = names[s];
    SpeakerKeys& keys = out.emplace_back();
    keys.role = n.role;
    std::string organisation = lower(n.organisation);
    if (const auto* longer = only(long_forms, n.organisation); longer != nullptr && all_capitals(n.organisation))
      organisation = *longer;
    else if (const auto* whole = only(first_words, organisation); whole != nullptr)
      organisation = *whole;
    std::string person = lower(n.person);
    if (const auto* full = only(full_names, organisation); full != nullptr && person.empty() && n.role.empty())
      person = *full;
    if (const auto* full = only(full_names, person)) person = *full;
    if (!n.office.empty() && n.owner.empty() && !n.office.contains(' ')) {
      // "the ministry", "the ministry's spokeswoman", where only one is named
      if (const auto* whole = only(offices, n.office); whole != nullptr) keys.named.push_back(*whole);
    } else if (!n.office.empty() && !n.unnamed) {
      keys.named.push_back(office_key(n));
    }
    const std::string nation = n.organisation.empty() ? std::string() : nation_key(n.organisation);
    if (!nation.empty() && nations.contains(nation)) keys.nation = nation;
    if (!person.empty()) keys.named.push_back("name " + person);
    if (!organisation.empty() && organisation != lower(n.person) && person != organisation && keys.nation.empty())
      keys.named.push_back("name " + organisation);
    if (!keys.named.empty()) continue;
    // "The operator", a page without a name: nothing but the words themselves tells who it is.
    keys.unnamed = n.role.empty() && organisation.empty() && keys.nation.empty() ? "unnamed " + lower(speakers[s])
                   : keys.nation.empty() ? "unnamed " + n.role + " of " + organisation
                   : n.unnamed           ? "unnamed " + n.role + " of " + keys.nation
                                         : "state " + keys.nation;
  }
  return out;
}

std::vector<std::uint32_t> same_speakers(std::span<const std::string> speakers) {
  Groups groups(speakers.size());
  std::map<std::string, std::uint32_t> first;
  const auto join = [&](const std::string& key, std::uint32_t i) {
    groups.join(first.try_emplace(key, i).first->second, i);
  };
  const auto keys = keys_of(speakers);
  for (std::uint32_t i = 0; i < keys.size(); ++i) {
    for (const std::string& key : keys[i].named) join(key, i);
    if (keys[i].named.empty()) join(keys[i].unnamed, i);
  }
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 0; i < keys.size(); ++i) out.push_back(groups.find(i));
  return out;
}

}  // namespace samehand::reading
