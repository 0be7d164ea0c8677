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
#define GROUPS 6
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

// What classes hold as members. Used from few places and from several functions, such as constructors, it isn't inlined
// as it is in the functions above, which make all that they use and use all of it.
#if PART % GROUPS == 4
class Members {
 public:
  Members();
  explicit Members(const Value& first);
  Members(const Members& other);
  Members& operator=(const Members& other);
  ~Members();
  void put(const Value& value);
  void name(const std::string& name, const Value& value);
  void take(std::vector<Value>* out);
  Value* find(const std::string& name);
  void clear();

 private:
  std::string title_;
  std::stack<Value> stack_;
  std::queue<Value> fifo_;
  std::deque<Value> both_;
  std::vector<Value> row_;
  std::vector<std::vector<Value>> rows_;
  std::list<Value> list_;
  std::map<std::string, Value> named_;
  std::map<int, Value> numbered_;
  std::map<int, std::vector<Value>> many_;
  std::map<std::string, std::vector<Value>> lists_;
  std::set<std::string> seen_;
  std::set<int> numbers_;
  std::unordered_map<std::string, Value> table_;
};

Members::Members() : row_(7), both_(3) {
  title_ = "none";
}
Members::Members(const Value& first) : title_("one"), both_(2, first), row_(5, first) {
  put(first);
}
Members::Members(const Members& other) = default;
Members& Members::operator=(const Members& other) = default;
Members::~Members() = default;
void Members::put(const Value& value) {
  stack_.push(value);
  fifo_.push(value);
  both_.push_back(value);
  both_.push_front(value);
  row_.push_back(value);
  row_.resize(row_.size() + 2);
  rows_.push_back(row_);
  list_.push_back(value);
  const int n = static_cast<int>(row_.size());
  numbered_[n] = value;
  numbered_.insert(std::make_pair(n + 1, value));
  many_[n].push_back(value);
  numbers_.insert(n);
}
void Members::name(const std::string& name, const Value& value) {
  if (!seen_.insert(name).second) return;
  named_[name] = value;
  named_[name + title_] = value;
  named_.insert(std::make_pair(title_ + name, value));
  named_.emplace(name, value);
  lists_[name].push_back(value);
  table_[name] = value;
  table_.emplace(title_, value);
}
void Members::take(std::vector<Value>* out) {
  while (!stack_.empty()) {
    out->push_back(stack_.top());
    stack_.pop();
  }
  while (!fifo_.empty()) {
    out->push_back(fifo_.front());
    fifo_.pop();
  }
  out->insert(out->end(), both_.begin(), both_.end());
  out->insert(out->end(), row_.begin(), row_.end());
  for (const auto& [n, values] : many_) out->insert(out->end(), values.begin(), values.end());
  while (!both_.empty()) both_.pop_front();
  row_.resize(1);
}
Value* Members::find(const std::string& name) {
  if (const auto at = named_.find(name); at != named_.end()) return &at->second;
  if (const auto at = table_.find(name); at != table_.end()) return &at->second;
  return &lists_[title_].front();
}
void Members::clear() {
  *this = Members();
  std::stack<Value> none;
  stack_.swap(none);
  fifo_ = std::queue<Value>();
  named_.erase(title_);
  numbered_.erase(numbered_.begin());
  seen_.clear();
  rows_.clear();
}
#endif

// One use of one container in a program: what only one other function of the library calls is inlined there, and what
// two functions of a program share isn't. Each use has a type of its own, since what serves another use too stays
// apart.
#if PART % GROUPS == 5
template <int kUse>
struct Lone {
  Value value;
  bool operator<(const Lone& other) const { return value < other.value; }
  bool operator==(const Lone& other) const { return value == other.value; }
};

template <typename Held>
struct Keeper {
  Keeper();
  explicit Keeper(int count);
  ~Keeper();
  Held held;
  int count = 0;
};
template <typename Held>
Keeper<Held>::Keeper() {}
template <typename Held>
Keeper<Held>::Keeper(int n) : count(n) {}
template <typename Held>
Keeper<Held>::~Keeper() {}

#define KEEP(use, ...)                   \
  using Kept##use = Keeper<__VA_ARGS__>; \
  template struct Keeper<__VA_ARGS__>;

KEEP(0, std::stack<Lone<0>>)
void put(Kept0& to, const Lone<0>& value) {
  to.held.push(value);
}
void drop(Kept0& from) {
  from.held.pop();
}
KEEP(1, std::queue<Lone<1>>)
void put(Kept1& to, const Lone<1>& value) {
  to.held.push(value);
}
void drop(Kept1& from) {
  from.held.pop();
}
KEEP(2, std::deque<Lone<2>>)
void put(Kept2& to, const Lone<2>& value) {
  to.held.push_back(value);
  if (to.held.size() > 8) to.held.pop_front();
}
KEEP(3, std::vector<Lone<3>>)
void put(Kept3& to, const Lone<3>& value) {
  to.held.push_back(value);
}
void put_both(Kept3& to, const Lone<3>& one, const Lone<3>& other) {
  to.held.push_back(one);
  to.held.push_back(other);
}
KEEP(4, std::vector<Lone<4>>)
void grow(Kept4& what, std::size_t n) {
  what.held.resize(n);
}
void fill(Kept4& what, std::size_t n) {
  what.held.resize(n + 7);
  what.held.back() = what.held.front();
}
KEEP(5, std::map<std::string, Lone<5>>)
Lone<5>* at(Kept5& in, const std::string& name) {
  return &in.held[name];
}
void set(Kept5& in, const std::string& name, const Lone<5>& value) {
  in.held[name] = value;
  in.held[name + "2"] = value;
}
KEEP(6, std::map<std::string, Lone<6>>)
bool add(Kept6& to, const std::string& name, const Lone<6>& value) {
  return to.held.insert(std::make_pair(name, value)).second;
}
KEEP(7, std::map<std::string, Lone<7>>)
void set(Kept7& to, const char* name, const Lone<7>& value) {
  to.held[name] = value;
  to.held["a"] = value;
}
KEEP(8, std::map<std::string, Lone<8>>)
bool add(Kept8& to, std::string&& name, const Lone<8>& value) {
  return to.held.emplace(std::move(name), value).second;
}
KEEP(9, std::map<int, Lone<9>>)
void set(Kept9& to, int n, const Lone<9>& value) {
  to.held[n] = value;
  to.held[n + 7] = value;
}
bool drop(Kept9& from, int n) {
  return from.held.erase(n) != 0;
}
KEEP(10, std::set<Lone<10>>)
bool add(Kept10& to, const Lone<10>& value) {
  return to.held.insert(value).second;
}
KEEP(11, std::list<Lone<11>>)
void put(Kept11& to, const Lone<11>& value) {
  to.held.push_back(value);
}
KEEP(12, std::unordered_map<std::string, Lone<12>>)
void set(Kept12& to, const std::string& name, const Lone<12>& value) {
  to.held[name] = value;
}
bool known(const Kept12& in, const std::string& name) {
  return in.held.count(name) != 0;
}
KEEP(13, std::unordered_map<int, Lone<13>>)
void set(Kept13& to, int n, const Lone<13>& value) {
  to.held[n] = value;
}
KEEP(14, std::vector<Lone<14>>)
void put_first(Kept14& to, const Lone<14>& value) {
  to.held.insert(to.held.begin(), value);
}
KEEP(15, std::vector<std::vector<Lone<15>>>)
void put(Kept15& to, const std::vector<Lone<15>>& row) {
  to.held.push_back(row);
}
void grow(Kept15& what, std::size_t n) {
  what.held.resize(n);
}
KEEP(16, std::map<std::string, std::vector<Lone<16>>>)
void put(Kept16& to, const std::string& name, const Lone<16>& value) {
  to.held[name].push_back(value);
}
KEEP(17, std::vector<Lone<17>>)
void copy(Kept17& to, const Kept17& from) {
  to.held = from.held;
}
std::vector<Lone<17>> copied(const Kept17& from) {
  return from.held;
}
KEEP(18, std::map<std::string, Lone<18>>)
void copy(Kept18& to, const Kept18& from) {
  to.held = from.held;
}
KEEP(19, std::priority_queue<Lone<19>>)
void put(Kept19& to, const Lone<19>& value) {
  to.held.push(value);
}
void drop(Kept19& from) {
  from.held.pop();
}
KEEP(20, std::vector<Lone<20>>)
void order(Kept20& what) {
  std::sort(what.held.begin(), what.held.end());
}
KEEP(21, std::vector<Lone<21>>)
void make_room(Kept21& what, std::size_t n) {
  what.held.reserve(n);
}
void put(Kept21& to, Value&& value) {
  to.held.emplace_back(Lone<21>{std::move(value)});
}
KEEP(22, std::map<Lone<22>, int>)
int count(Kept22& in, const Lone<22>& what) {
  return ++in.held[what];
}
KEEP(23, std::map<int, std::vector<Lone<23>>>)
void put(Kept23& to, int n, const Lone<23>& value) {
  to.held[n].push_back(value);
}
// Made in many places, as the stacks of programs that walk trees are.
#define KEEP_OFTEN(use, ...) \
  KEEP(use, __VA_ARGS__)     \
  template struct Keeper<Both<__VA_ARGS__>>;
template <typename Held>
struct Both {
  Held one, other;
};
template <typename Held, typename T>
std::size_t use_walk(const T& first, std::size_t n) {
  Held held;
  for (held.push(first); n-- > 0;) held.push(first);
  return held.size();
}
KEEP_OFTEN(24, std::stack<Lone<24>>)
KEEP_OFTEN(25, std::queue<Lone<25>>)
std::size_t use_stack(const Lone<24>& first, std::size_t n) {
  const std::size_t size = use_walk<std::stack<Lone<24>>>(first, n);
  std::stack<Lone<24>> more;
  while (more.size() < size) more.push(first);
  while (more.size() > n) more.pop();
  return more.size();
}
std::size_t use_queue(const Lone<25>& first, std::size_t n) {
  const std::size_t size = use_walk<std::queue<Lone<25>>>(first, n);
  std::queue<Lone<25>> more;
  while (more.size() < size) more.push(first);
  while (more.size() > n) more.pop();
  return more.size();
}
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
