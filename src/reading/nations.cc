#include "nations.h"

#include <algorithm>
#include <array>
#include <utility>

#include "samehand/base/ascii.h"
#include "samehand/base/one_of.h"

namespace samehand::reading {
namespace {

// Those whose adjective, people, capital or seat of government does not grow out of the name.
constexpr auto kIrregular = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"american", "us"},
    {"americans", "us"},
    {"america", "us"},
    {"u.s", "us"},
    {"united states", "us"},
    {"washington", "us"},
    {"white house", "us"},
    {"british", "uk"},
    {"britain", "uk"},
    {"u.k", "uk"},
    {"united kingdom", "uk"},
    {"london", "uk"},
    {"european", "eu"},
    {"brussels", "eu"},
    {"european union", "eu"},
    {"moscow", "russ"},
    {"kremlin", "russ"},
    {"beijing", "chin"},
    {"pyongyang", "north kor"},
    {"dprk", "north kor"},
    {"democratic people's republic of korea", "north kor"},
    {"republic of korea", "south kor"},
    {"rok", "south kor"},
    {"people's republic of china", "chin"},
    {"prc", "chin"},
    {"russian federation", "russ"},
    {"islamic republic of iran", "iran"},
    {"seoul", "south kor"},
    {"tehran", "iran"},
    {"iranian", "iran"},
    {"iranians", "iran"},
    {"tokyo", "japan"},
    {"japanese", "japan"},
    {"kyiv", "ukrain"},
    {"kiev", "ukrain"},
    {"israeli", "israel"},
    {"israelis", "israel"},
    {"french", "france"},
    {"paris", "france"},
    {"german", "germany"},
    {"germans", "germany"},
    {"berlin", "germany"},
    {"dutch", "netherlands"},
    {"the hague", "netherlands"},
    {"swiss", "switzerland"},
    {"greek", "greece"},
    {"thai", "thailand"},
    {"pakistani", "pakistan"},
    {"iraqi", "iraq"},
    {"saudi", "saudi arab"},
    {"spanish", "spain"},
    {"polish", "poland"},
    {"swedish", "sweden"},
    {"danish", "denmark"},
    {"finnish", "finland"},
    {"turkish", "turkey"},
    {"indian", "india"},
    {"syrian", "syria"},
    {"united nations", "un"},
    {"japan", "japan"},
    {"iran", "iran"},
    {"india", "india"},
    {"u.n", "un"},
});

// Places that no ending tells.
constexpr auto kPlaces = std::to_array<std::string_view>(
    {"us",    "u.s",   "uk",     "u.k",    "eu",     "un",      "western", "state",  "federal",
     "korea", "china", "russia", "iran",   "israel", "ukraine", "states",  "france", "germany",
     "japan", "india", "syria",  "turkey", "poland", "spain",   "sweden",  "czech"});

// "The U.S." -> "u.s"
std::string bare(std::string_view name) {
  std::string out = lower(name);
  while (!out.empty() && out.back() == '.') out.pop_back();
  if (out.starts_with("the ") && out != "the hague") out.erase(0, 4);
  return out;
}

std::string_view irregular(std::string_view name) {
  const auto at = std::ranges::find(kIrregular, name, [](const auto& entry) { return entry.first; });
  return at == kIrregular.end() ? std::string_view{} : at->second;
}

}  // namespace

std::string nation_key(std::string_view name) {
  std::string key = bare(name);
  if (const auto known = irregular(key); !known.empty()) return std::string(known);
  const std::size_t last = key.rfind(' ') == std::string::npos ? 0 : key.rfind(' ') + 1;
  const auto cut = [&](std::string_view ending, std::size_t shortest) {
    if (!key.ends_with(ending) || key.size() < last + shortest + ending.size()) return false;
    key.resize(key.size() - ending.size());
    return true;
  };
  for (const std::string_view ending : {"ians", "eans", "ian", "ean", "ese", "ish"}) {
    if (cut(ending, 3)) break;
  }
  while (key.size() > last + 3 && (key.back() == 'a' || key.back() == 'i' || key.back() == 'e')) key.pop_back();
  return key;
}

bool is_state(std::string_view name) {
  const std::string all = bare(name);
  const std::string_view last = std::string_view(all).substr(all.rfind(' ') + 1);
  return one_of(last, kPlaces) || !irregular(all).empty();
}

bool is_place(std::string_view name) {
  const std::string all = bare(name);
  const std::string_view last = std::string_view(all).substr(all.rfind(' ') + 1);
  if (one_of(last, kPlaces) || !irregular(last).empty() || !irregular(all).empty()) return true;
  return last.size() >= 6 &&
         (last.ends_with("ean") || last.ends_with("ian") || last.ends_with("ese") || last.ends_with("ish"));
}

}  // namespace samehand::reading
