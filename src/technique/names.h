// Names of groups and malware in running text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace samehand::technique {

struct Named {
  bool group = false;       // else software
  std::uint32_t index = 0;  // into the catalogue's groups or traits
  friend bool operator==(const Named&, const Named&) = default;
};

class Names {
 public:
  // Takes a name of four bytes and up that begins and ends with a letter or digit, has at most six words and some
  // capital or digit ("at", "page" and the like would be found everywhere); others are passed over.
  void add(std::string_view name, Named what);
  // What the text names, each once, in the order of the text: exactly as written, whole words, the longest name first.
  // Cost: six look-ups a word, whatever the names are.
  std::vector<Named> find_in(std::string_view text) const;

 private:
  std::unordered_map<std::string, std::vector<Named>> names_;
};

// A description as ATT&CK writes it: sentences, each followed by "(Citation: NAME)" for what it rests on.
struct Sentence {
  std::string_view text;                    // without the citations
  std::vector<std::string_view> citations;  // names
};
std::vector<Sentence> sentences_of(std::string_view description);

}  // namespace samehand::technique
