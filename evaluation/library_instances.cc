// Instances of the C++ library's templates, as programs commonly hold them, for list_runtime.py: which functions they
// become is listed as library code. Only functions of namespaces std and __gnu_cxx that this compiles to are taken.
//
// Instances depend on their types by size, by how they are copied and destroyed, and little else: std::vector<T*> is
// the same code for every T. So the types here stand for all of their like.
#include <algorithm>
#include <array>
#include <deque>
#include <fstream>
#include <functional>
#include <iostream>
#include <list>
#include <map>
#include <memory>
#include <numeric>
#include <queue>
#include <random>
#include <set>
#include <sstream>
#include <stack>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace instances {

template <std::size_t kBytes>
struct Plain {  // copied as bytes
  long words[kBytes / sizeof(long)];
  bool operator<(const Plain& other) const { return words[0] < other.words[0]; }
  bool operator==(const Plain& other) const { return words[0] == other.words[0]; }
};

struct Owner {  // with members of its own to copy and destroy, outside of this file
  Owner();
  Owner(const Owner&);
  Owner& operator=(const Owner&);
  ~Owner();
  bool operator<(const Owner&) const;
  bool operator==(const Owner&) const;
  void* what;
};
struct Record {  // as most are: a few strings and numbers
  std::string name, value;
  int number;
  bool operator<(const Record& other) const { return name < other.name; }
  bool operator==(const Record& other) const { return name == other.name; }
};
struct Base {
  virtual ~Base();
  virtual int act(int);
};

Owner::Owner() : what(nullptr) {}
Owner::Owner(const Owner& other) : what(other.what) {}
Owner& Owner::operator=(const Owner& other) {
  what = other.what;
  return *this;
}
Owner::~Owner() {
  if (what != nullptr) std::cerr << what;
}
bool Owner::operator<(const Owner& other) const {
  return what < other.what;
}
bool Owner::operator==(const Owner& other) const {
  return what == other.what;
}
Base::~Base() = default;
int Base::act(int n) {
  return n;
}

using Strings = std::pair<std::string, std::string>;
using Numbers = std::pair<int, int>;

}  // namespace instances

using namespace instances;

// One part of this file is compiled at a time (-DPART=0 and so on, from list_runtime.py): GCC inlines less in a unit of
// more than --param large-unit-insns, so that all of it at once becomes functions that no program of common size holds.
// A part is one type of value, and one group of what is made of it.
#define GROUPS 4
#if PART / GROUPS == 0
using Value = char;
#elif PART / GROUPS == 1
using Value = short;
#elif PART / GROUPS == 2
using Value = int;
#elif PART / GROUPS == 3
using Value = long;
#elif PART / GROUPS == 4
using Value = double;
#elif PART / GROUPS == 5
using Value = void*;
#elif PART / GROUPS == 6
using Value = Plain<16>;
#elif PART / GROUPS == 7
using Value = Plain<24>;
#elif PART / GROUPS == 8
using Value = std::string;
#elif PART / GROUPS == 9
using Value = Record;
#elif PART / GROUPS == 10
using Value = std::shared_ptr<Base>;
#elif PART / GROUPS == 11
using Value = std::vector<int>;
#elif PART / GROUPS == 12
using Value = std::vector<std::string>;
#else
#error "no such part"
#endif

#if PART % GROUPS == 0
template class std::vector<Value>;
template class std::deque<Value>;
template class std::list<Value>;
template class std::vector<bool>;
#endif

template <typename K, typename V>
void use_maps(const K& key, const V& value, std::ostream& out) {
  std::map<K, V> map;
  map[key] = value;
  map.insert({key, value});
  map.emplace(key, value);
  if (map.count(key) != 0 && map.find(key) != map.end()) out << &map.at(key);
  map.erase(key);
  map.erase(map.lower_bound(key), map.upper_bound(key));
  std::map<K, V> copy = map, other;
  other = copy;
  std::multimap<K, V> many(map.begin(), map.end());
  many.insert({key, value});
  many.erase(key);
  out << many.count(key) << (map == copy);
}

template <typename K, typename V>
void use_hashes(const K& key, const V& value, std::ostream& out) {
  std::unordered_map<K, V> map;
  map[key] = value;
  map.insert({key, value});
  map.emplace(key, value);
  map.reserve(100);
  map.erase(key);
  if (auto at = map.find(key); at != map.end()) map.erase(at);
  std::unordered_map<K, V> copy = map, other;
  other = copy;
  other = std::move(copy);
  std::unordered_set<K> set;
  set.insert(key);
  set.erase(key);
  std::unordered_multimap<K, V> many;
  many.insert({key, value});
  out << map.count(key) << set.count(key) << many.count(key);
}

template <typename K>
void use_sets(const K& key, std::ostream& out) {
  std::set<K> set;
  set.insert(key);
  set.emplace(key);
  set.erase(key);
  set.erase(set.lower_bound(key), set.upper_bound(key));
  std::set<K> copy = set, other(copy.begin(), copy.end());
  other = copy;
  std::multiset<K> many(set.begin(), set.end());
  many.insert(key);
  out << set.count(key) << many.count(key) << (set.find(key) == set.end()) << (set == other);
}

template <typename T>
void use_algorithms(std::vector<T>& v, const T& value, std::ostream& out) {
  std::sort(v.begin(), v.end());
  std::sort(v.begin(), v.end(), [](const T& a, const T& b) { return b < a; });
  std::stable_sort(v.begin(), v.end());
  std::partial_sort(v.begin(), v.begin() + 1, v.end());
  std::nth_element(v.begin(), v.begin() + 1, v.end());
  std::reverse(v.begin(), v.end());
  std::rotate(v.begin(), v.begin() + 1, v.end());
  v.erase(std::unique(v.begin(), v.end()), v.end());
  v.erase(std::remove(v.begin(), v.end(), value), v.end());
  std::make_heap(v.begin(), v.end());
  std::push_heap(v.begin(), v.end());
  std::pop_heap(v.begin(), v.end());
  std::swap_ranges(v.begin(), v.begin() + 1, v.begin() + 2);
  v.insert(v.end(), {value, value});
  v.insert(v.begin(), v.begin() + 1, v.end());
  v.resize(v.size() + 3, value);
  v.assign(7, value);
  const T* const some = v.data();
  v.assign(some, some + 2);
  const std::list<T> list(v.begin(), v.end());
  v.assign(list.begin(), list.end());
  v.insert(v.begin(), list.begin(), list.end());
  std::vector<T> copy(list.begin(), list.end()), moved;
  moved = std::move(copy);
  moved.swap(v);
  moved.shrink_to_fit();
  v.reserve(99);
  v.emplace_back(value);
  std::vector<std::vector<T>> rows(3, v);
  rows.push_back(v);
  rows.resize(7);
  rows.erase(rows.begin());
  std::priority_queue<T> queue;
  queue.push(value);
  queue.pop();
  std::stack<T> stack;
  stack.push(value);
  stack.push(stack.top());
  while (!stack.empty()) stack.pop();
  std::stack<T, std::vector<T>> flat;
  flat.push(value);
  flat.pop();
  std::queue<T> fifo;
  fifo.push(value);
  fifo.pop();
  out << (std::find(v.begin(), v.end(), value) - v.begin()) << std::count(v.begin(), v.end(), value)
      << (std::lower_bound(v.begin(), v.end(), value) - v.begin()) << std::binary_search(v.begin(), v.end(), value)
      << (std::max_element(v.begin(), v.end()) - v.begin()) << std::equal(v.begin(), v.end(), v.rbegin());
}
#if PART % GROUPS == 1
template void use_algorithms(std::vector<Value>&, Value const&, std::ostream&);
#endif

// Trees and tables differ by their keys, and by their values' copies.
#if PART % GROUPS == 2
#define MAPS(K)                                                  \
  template void use_maps(K const&, Value const&, std::ostream&); \
  template class std::_Rb_tree<K, std::pair<K const, Value>, std::_Select1st<std::pair<K const, Value>>, std::less<K>>;
MAPS(int)
MAPS(void*)
MAPS(std::string)
template void use_sets(Value const&, std::ostream&);
#elif PART % GROUPS == 3
template void use_hashes(int const&, Value const&, std::ostream&);
template void use_hashes(void* const&, Value const&, std::ostream&);
template void use_hashes(std::string const&, Value const&, std::ostream&);
template class std::unordered_map<std::string, Value>;
#endif

template <typename T>
void use_pointers(T value, std::ostream& out) {
  auto shared = std::make_shared<T>(value);
  std::shared_ptr<T> again = shared, taken(new T(value));
  std::weak_ptr<T> weak = again;
  std::unique_ptr<T> one(new T(value));
  std::vector<std::unique_ptr<T>> many;
  many.push_back(std::move(one));
  many.emplace_back(new T(value));
  many.resize(9);
  many.erase(many.begin());
  std::map<std::string, std::unique_ptr<T>> named;
  named["x"].reset(new T(value));
  std::map<int, std::shared_ptr<T>> numbered;
  numbered[1] = shared;
  std::function<void(T)> call = [&out](T) { out << 1; };
  std::function<T(const std::string&)> other = [shared](const std::string&) { return *shared; };
  call(other("x"));
  std::vector<std::function<void(T)>> calls;
  calls.push_back(call);
  out << weak.expired() << shared.use_count() << taken.get() << named.size() << numbered.size();
}
#if PART % GROUPS == 0
template void use_pointers(Value, std::ostream&);
#endif

// Of strings and streams, what headers define and programs therefore hold themselves; once is enough.
#if PART == 0
std::string use_strings(const std::string& a, const char* b, char c, std::istream& in) {
  std::string s = a + b + c + std::string(b, b + 3) + (b + a) + (c + a) + std::string(5, c);
  s.insert(s.begin(), a.begin(), a.end());
  s.replace(s.begin(), s.begin() + 1, a);
  s.erase(std::remove(s.begin(), s.end(), c), s.end());
  std::transform(s.begin(), s.end(), s.begin(), [](char x) { return static_cast<char>(x + 1); });
  s += std::to_string(7) + std::to_string(7u) + std::to_string(7l) + std::to_string(7ull) + std::to_string(.5);
  s +=
      static_cast<char>(std::stoi(s) + std::stol(s) + static_cast<int>(std::stod(s)) + static_cast<int>(std::stoul(s)));
  std::ostringstream text;
  text << s << 1 << 2.5 << c << b << std::hex << 7 << std::endl;
  std::istringstream parts(text.str());
  for (std::string line; std::getline(parts, line) && std::getline(in, line, c);) s += line;
  std::ifstream file(s);
  std::ofstream copy(s, std::ios::binary);
  copy << file.rdbuf();
  std::mt19937 random(5);
  s += static_cast<char>(std::uniform_int_distribution<int>(1, 7)(random));
  std::shuffle(s.begin(), s.end(), random);
  const char* const words[] = {b, b + 1, b + 2};
  std::vector<std::string> lines(words, words + 2);
  lines.assign(words, words + 3);
  lines.insert(lines.begin(), words, words + 2);
  const std::set<std::string> sorted(words, words + 3);
  return s + lines.back() + *sorted.begin();
}
int main(int argc, char** argv) {
  return static_cast<int>(use_strings(argv[0], argv[1], argv[1][0], std::cin).size()) + argc;
}
#else
int main() {}
#endif
