// Writing: to the terminal, and to files that are complete or not there.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "samehand/base/result.h"
#include "samehand/dossier/text.h"

namespace samehand::cli {

// Width and colour as the terminal behind standard output allows; NO_COLOR is honoured.
dossier::TextOptions text_options();

// A progress line on standard error where that is a terminal; gone when the function is.
std::function<void(std::size_t done, std::size_t total, std::string_view item)> progress_line(std::string verb);

// All of it, or false with errno.
bool write_all(int fd, std::string_view text);

// Writes to standard output. False where that failed (a closed pipe, a full disk): the caller ends with an error.
bool print(std::string_view text);

// Replaces the file at `path` as a whole: through a temporary file beside it, so that a failure leaves the old one.
Result<void> write_file(const std::string& path, std::string_view content);

// Whether `outputs` (empty ones are not asked for) cannot be written where they are named, or would cost one of
// `inputs`, a file in an input folder, or one another; says so. A slip of the pen must cost neither the sample nor
// the work that comes before the writing.
bool outputs_refused(const std::vector<std::string>& outputs, const std::vector<std::string>& inputs);

// One line on standard error: "samehand: where: message".
void complain(const Error& error);
// Every failure; returns kSomeFailed where there is one, else kSuccess.
int complain_all(std::span<const Error> failures);

}  // namespace samehand::cli
