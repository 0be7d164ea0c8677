// Messages of RFC 5322 with their MIME parts, bounded in depth and number.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "samehand/base/byte_view.h"

namespace samehand::page {

struct MimePart {
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case, values unfolded, as written
  std::string_view body;                                     // still encoded; in the message's bytes
  std::string type = "text/plain";                           // lower case
  std::string charset, file_name, encoding;
  bool attachment = false;

  std::string_view header(std::string_view name) const;  // the first of that name
};

struct Message {
  MimePart top;
  std::vector<MimePart> leaves;  // parts that hold no other parts, in order; of nested messages, too
  bool cut = false;              // more parts or deeper ones than are read
};

// Whether bytes begin like a message: header fields that mails have, before an empty line.
bool looks_like_message(std::string_view bytes);

Message parse_message(std::string_view bytes);

// The bytes of a part with base64 or quoted-printable undone.
std::string decoded_body(const MimePart& part);

// "=?utf-8?B?…?=" words of a header field, in UTF-8.
std::string decoded_words(std::string_view value);

}  // namespace samehand::page
