#include "markup.h"

#include "samehand/base/base64.h"
#include "samehand/base/hash.h"

namespace samehand::dossier {

std::string escape_markup(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string csp_hash(std::string_view text) {
  return "'sha256-" + to_base64(ByteView(sha256(ByteView::of_text(text)))) + "'";
}

}  // namespace samehand::dossier
