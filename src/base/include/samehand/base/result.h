// Values or errors: every call that can fail on outside input returns Result<T>; nothing is thrown across a module.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace samehand {

enum class ErrorCode {
  kInvalidArgument,  // the caller's (user's) request makes no sense
  kNotFound,
  kUnreadable,    // the operating system refused: permissions, I/O error
  kNotSupported,  // well-formed, but a kind that Samehand does not read
  kMalformed,     // damaged or hostile input
  kTruncated,     // ends before its own header says
  kEncrypted,
  kTooLarge,  // beyond a limit on size, count, depth, memory or time
  kCrashed,   // the sandboxed worker that read it died
  kTimedOut,
};

// What went wrong, said to the user: what to do about it, and the place: a path (through containers as
// `outer!member`), with an offset or address where there is one.
struct Error {
  ErrorCode code;
  std::string message;
  std::string where;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorCode code, std::string message, std::string where = {}) {
  return std::unexpected(Error{code, std::move(message), std::move(where)});
}

}  // namespace samehand
