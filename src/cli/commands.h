// The commands of the program: each declares its options on the parser and returns the function that runs it.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace samehand::cli {

// Exit codes that scripts rely on; samehand(1) lists them.
inline constexpr int kSuccess = 0;
inline constexpr int kNegative = 1;  // asked with --exit-code, and nothing is shared
inline constexpr int kBadUsage = 2;
inline constexpr int kSomeFailed = 3;  // some inputs could not be read; the rest was done

using Run = std::function<int()>;

Run add_compare(CLI::App& app);
Run add_functions(CLI::App& app);
Run add_diff(CLI::App& app);
Run add_read(CLI::App& app);
Run add_exchange(CLI::App& app);
Run add_case(CLI::App& app);

}  // namespace samehand::cli
