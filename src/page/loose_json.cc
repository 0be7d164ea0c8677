#include "loose_json.h"

#include <utility>

#include "html_text.h"

namespace samehand::page {
namespace {

constexpr int kMaxDepth = 32;

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  JsonValue value(int depth) {
    JsonValue out;
    blanks();
    if (at_ >= text_.size()) return out;
    const char c = text_[at_];
    if (c == '"') {
      out.kind = JsonValue::Kind::kString;
      out.text = string();
    } else if (c == '{' || c == '[') {
      if (depth >= kMaxDepth) {
        at_ = text_.size();  // no page's data are that deep
        return out;
      }
      at_++;
      if (c == '{') {
        object(out, depth);
      } else {
        array(out, depth);
      }
    } else {
      const std::size_t begin = at_;
      while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '}' && text_[at_] != ']' && !is_blank(text_[at_]))
        at_++;
      out.text = text_.substr(begin, at_ - begin);
      out.kind = out.text == "null" || out.text.empty() ? JsonValue::Kind::kNull : JsonValue::Kind::kOther;
    }
    return out;
  }

 private:
  static bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
  void blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) at_++;
  }

  // Past a separator; false at the end of the container.
  bool more(char close) {
    for (;;) {
      blanks();
      if (at_ >= text_.size()) return false;
      if (text_[at_] == close) {
        at_++;
        return false;
      }
      if (text_[at_] != ',' && text_[at_] != ';') return true;
      at_++;
    }
  }

  void object(JsonValue& out, int depth) {
    out.kind = JsonValue::Kind::kObject;
    while (more('}')) {
      if (text_[at_] != '"') {
        at_++;  // no name: skipped until one comes
        continue;
      }
      std::string name = string();
      blanks();
      if (at_ < text_.size() && text_[at_] == ':') at_++;
      out.names.push_back(std::move(name));
      out.values.push_back(value(depth + 1));
    }
  }

  void array(JsonValue& out, int depth) {
    out.kind = JsonValue::Kind::kArray;
    while (more(']')) {
      const std::size_t before = at_;
      out.items.push_back(value(depth + 1));
      if (at_ == before) at_++;  // a stray bracket
    }
  }

  unsigned hex4() {
    unsigned value = 0;
    for (int i = 0; i < 4 && at_ < text_.size(); ++i, ++at_) {
      const char c = text_[at_];
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) break;
      value = value * 16 + static_cast<unsigned>(digit);
    }
    return value;
  }

  void escape(std::string& out) {
    const char c = text_[at_++];
    switch (c) {
      case 'n':
      case 'r':
        out += '\n';
        break;
      case 't':
      case 'b':
      case 'f':
        out += ' ';
        break;
      case 'u': {
        unsigned code = hex4();
        if (code >= 0xd800 && code < 0xdc00 && text_.substr(at_).starts_with("\\u")) {
          at_ += 2;
          const unsigned low = hex4();
          code = 0x10000 + ((code - 0xd800) << 10) + ((low - 0xdc00) & 0x3ff);
        }
        append_utf8(out, code);
        break;
      }
      default:
        out += c;
    }
  }

  std::string string() {
    std::string out;
    at_++;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] == '\\') {
        at_++;
        if (at_ < text_.size()) escape(out);
        continue;
      }
      out += text_[at_++];
    }
    if (at_ < text_.size()) at_++;
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

const JsonValue* JsonValue::find(std::string_view name) const {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return &values[i];
  }
  return nullptr;
}

JsonValue read_loose_json(std::string_view text) {
  return Reader(text).value(0);
}

}  // namespace samehand::page
