#include "samehand/naming/name_list.h"

#include <algorithm>
#include <map>
#include <unordered_set>

#include "lexicon.h"
#include "name_index.h"
#include "words.h"

namespace samehand::naming {
namespace {

std::string_view next_line(std::string_view& text) {
  const std::size_t n = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, n);
  text.remove_prefix(std::min(n + 1, text.size()));
  return line;
}

}  // namespace

std::string squeezed(std::string_view name) {
  std::string out;
  for (const char c : name)
    if (is_word_byte(c)) out.push_back(to_lower(c));
  return out;
}

bool is_ordinary_word(std::string_view word) {
  static const std::unordered_set<std::string_view> words = [] {
    std::unordered_set<std::string_view> all;
    std::string_view rest = kOrdinaryWords;
    while (!rest.empty()) {
      std::string_view line = next_line(rest);
      if (line.starts_with('#')) continue;
      while (!line.empty()) {
        const std::size_t n = std::min(line.find(' '), line.size());
        if (n > 0) all.insert(line.substr(0, n));
        line.remove_prefix(std::min(n + 1, line.size()));
      }
    }
    return all;
  }();
  return words.contains(word);
}

std::uint16_t NameList::Index::start_of(std::string_view text) {
  std::uint32_t hash = 0;
  for (std::size_t i = 0; i < 3 && i < text.size(); ++i)
    hash = hash * 0x9e3779b1u + static_cast<unsigned char>(text[i]) + 1;
  return static_cast<std::uint16_t>(hash >> 8 ^ hash);
}

struct NameList::State {
  std::vector<NameEntry> names;
  std::vector<TechniqueEntry> techniques;
  std::vector<std::string> origins;
  std::vector<std::string> ordinary;
  Index index;
  bool trusted = false;  // known_names

  void rebuild_index() {
    index.aliases.clear();
    index.starts.assign(1 << 16, false);
    for (std::uint32_t entry = 0; entry < names.size(); ++entry) {
      add_alias(names[entry].name, entry);
      for (const std::string& alias : names[entry].aliases) add_alias(alias, entry);
    }
  }

  void add_alias(const std::string& written, std::uint32_t entry) {
    const std::string key = squeezed(written);
    if (key.size() < 2 || key.size() > kMaxAliasBytes) return;
    auto [place, fresh] = index.aliases.try_emplace(key);
    Index::Alias& alias = place->second;
    if (fresh) {
      alias.written = written;
      alias.ordinary = needs_context(written, key);
      // A text may write the alias's words apart or together, so the first bytes are all that every spelling shares; a
      // first word shorter than three bytes leaves less.
      index.starts[Index::start_of(key)] = true;
      index.starts[Index::start_of(std::string_view(key).substr(0, 2))] = true;
      index.starts[Index::start_of(std::string_view(key).substr(0, 1))] = true;
    }
    if (alias.entries.empty() || alias.entries.back() != entry) alias.entries.push_back(entry);
  }

  bool needs_context(const std::string& written, const std::string& key) const {
    const bool digit = std::ranges::any_of(key, is_digit);
    // "GRU", "FSB" in capitals are said by our own list to be no words.
    if (key.size() == 3 && trusted && std::ranges::all_of(written, is_upper)) return false;
    if (key.size() < 4 && !digit) return true;
    if (key.size() < 3) return true;
    // Every word ordinary: "Patchwork", "Net", "Sea Turtle" is two ordinary words, but together they are no phrase of
    // English.
    const std::vector<Word> words = words_of(written);
    if (words.size() != 1) return false;
    const std::string small = lower(words[0].of(written));
    return is_ordinary_word(small) || std::ranges::binary_search(ordinary, small);
  }
};

NameList::NameList() : state_(std::make_unique<State>()) {
  state_->rebuild_index();
}
NameList::~NameList() = default;
NameList::NameList(NameList&&) noexcept = default;
NameList& NameList::operator=(NameList&&) noexcept = default;

const std::vector<NameEntry>& NameList::names() const {
  return state_->names;
}
const std::vector<TechniqueEntry>& NameList::techniques() const {
  return state_->techniques;
}
const std::vector<std::string>& NameList::origins() const {
  return state_->origins;
}
const std::vector<std::string>& NameList::ordinary_words() const {
  return state_->ordinary;
}
const NameList::Index& NameList::index() const {
  return state_->index;
}

void NameList::add(std::vector<NameEntry> names, std::vector<TechniqueEntry> techniques, std::string origin,
                   std::vector<std::string> ordinary_words) {
  State& state = *state_;
  std::map<std::pair<NameKind, std::string>, std::size_t> places;
  for (std::size_t i = 0; i < state.names.size(); ++i)
    if (!state.names[i].id.empty()) places.emplace(std::pair(state.names[i].kind, state.names[i].id), i);
  for (NameEntry& entry : names) {
    if (!entry.id.empty()) {
      const auto [place, fresh] = places.emplace(std::pair(entry.kind, entry.id), state.names.size());
      if (!fresh) {
        NameEntry& old = state.names[place->second];
        for (std::string& alias : entry.aliases)
          if (alias != old.name && std::ranges::find(old.aliases, alias) == old.aliases.end())
            old.aliases.push_back(std::move(alias));
        if (entry.name != old.name && std::ranges::find(old.aliases, entry.name) == old.aliases.end())
          old.aliases.push_back(std::move(entry.name));
        continue;
      }
    }
    state.names.push_back(std::move(entry));
  }
  for (TechniqueEntry& technique : techniques) {
    if (std::ranges::find(state.techniques, technique.id, &TechniqueEntry::id) == state.techniques.end())
      state.techniques.push_back(std::move(technique));
  }
  if (!origin.empty() && std::ranges::find(state.origins, origin) == state.origins.end())
    state.origins.push_back(std::move(origin));
  state.ordinary.insert(state.ordinary.end(), ordinary_words.begin(), ordinary_words.end());
  std::ranges::sort(state.ordinary);
  const auto repeated = std::ranges::unique(state.ordinary);
  state.ordinary.erase(repeated.begin(), repeated.end());
  state.rebuild_index();
}

void NameList::add(const NameList& other) {
  const State& from = *other.state_;
  add(from.names, from.techniques, {}, from.ordinary);
  for (const std::string& origin : from.origins)
    if (std::ranges::find(state_->origins, origin) == state_->origins.end()) state_->origins.push_back(origin);
}

// lexicon/known_names.txt: "actor NAME = ALIAS, ALIAS"
const NameList& known_names() {
  static const NameList list = [] {
    std::vector<NameEntry> entries;
    std::string_view rest = kKnownNames;
    while (!rest.empty()) {
      std::string_view line = next_line(rest);
      if (line.empty() || line.starts_with('#')) continue;
      const std::size_t space = line.find(' ');
      if (space == std::string_view::npos) continue;
      const std::string_view kind = line.substr(0, space);
      line.remove_prefix(space + 1);
      NameEntry entry;
      entry.kind = kind == "actor" ? NameKind::kActor : kind == "tool" ? NameKind::kTool : NameKind::kMalware;
      const auto trim = [](std::string_view text) {
        while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
        while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
        return std::string(text);
      };
      const std::size_t equals = line.find('=');
      entry.name = trim(line.substr(0, equals));
      for (std::string_view aliases = equals == std::string_view::npos ? std::string_view() : line.substr(equals + 1);
           !aliases.empty();) {
        const std::size_t comma = std::min(aliases.find(','), aliases.size());
        entry.aliases.push_back(trim(aliases.substr(0, comma)));
        aliases.remove_prefix(std::min(comma + 1, aliases.size()));
      }
      entries.push_back(std::move(entry));
    }
    NameList known;
    known.state_->trusted = true;
    known.add(std::move(entries), {}, "Samehand");
    return known;
  }();
  return list;
}

}  // namespace samehand::naming
