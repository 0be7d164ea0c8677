#include "look_alikes.h"

namespace samehand::indicator {

char32_t ascii_form(char32_t c) {
  if (c >= 0xff01 && c <= 0xff5e) return c - 0xff01 + '!';  // full-width forms
  if (c >= 0x1d400 && c <= 0x1d6a3) {                       // mathematical letters: runs of A-Z a-z
    const char32_t letter = (c - 0x1d400) % 52;
    return letter < 26 ? 'A' + letter : 'a' + letter - 26;
  }
  if (c >= 0x1d7ce && c <= 0x1d7ff) return '0' + (c - 0x1d7ce) % 10;  // mathematical digits
  if (c >= 0x24b6 && c <= 0x24cf) return 'A' + (c - 0x24b6);          // circled letters
  if (c >= 0x24d0 && c <= 0x24e9) return 'a' + (c - 0x24d0);
  switch (c) {
    case 0x200b:
    case 0x200c:
    case 0x200d:
    case 0x2060:
    case 0xfeff:
    case 0x00ad:
      return 0;  // invisible
    case 0x00a0:
    case 0x202f:
    case 0x2007:
    case 0x2009:
    case 0x3000:
      return ' ';
    case 0x2010:
    case 0x2011:
      return '-';
    case 0x2028:
    case 0x2029:
      return '\n';
    default:
      return kKeep;
  }
}

char32_t between_form(char32_t c) {
  switch (c) {
    case 0x3002:
    case 0xff61:
    case 0x2024:
    case 0x00b7:
    case 0x2027:
    case 0x2219:
    case 0x22c5:
    case 0x0589:
    case 0x06d4:
    case 0xa4f8:
      return '.';
    case 0x2215:
    case 0x2044:
    case 0x29f8:
      return '/';
    case 0xa789:
    case 0xfe55:
    case 0x02d0:
    case 0x2236:
      return ':';
    case 0xfe6b:
      return '@';
    default:
      return kKeep;
  }
}

char scheme_letter(char32_t c) {
  switch (c) {
    case 0x0445:
    case 0x03c7:
      return 'x';
    case 0x0425:
    case 0x03a7:
      return 'X';
    case 0x0440:
    case 0x03c1:
      return 'p';
    case 0x0442:
    case 0x03c4:
      return 't';
    case 0x04bb:
      return 'h';
    case 0x0455:
      return 's';
    default:
      return 0;
  }
}

}  // namespace samehand::indicator
