// Functions that never return: imports by name, the program's own by a fixed point.
//
// Problem: after a call that does not come back, the compiler puts whatever it likes: another function's first
// instruction, for example. Who follows the call there joins two functions into one.
//
// Example: die() calls exit(); fail() calls die() and ends there. exit is known by name; die has no path to a return,
// so it is marked; then fail, traversed again, has none either.
//
// Method: a function returns if its traversal met a return (or something unknown), or if it tail-calls one that
// returns; the least solution, by a worklist over reversed tail calls. Marking is repeated by settle() until nothing
// changes.
//
// Cost: linear in the functions without a return of their own and their tail calls.
//
// Known failures: noreturn functions of other libraries that the list does not name; functions that return only through
// a callback.
#include "noreturn.h"

#include <algorithm>
#include <array>

#include "passes.h"

namespace samehand::code {
namespace {

// Sorted; leading underscores and @version are taken off first.
constexpr std::array<std::string_view, 73> kNeverReturn = {"CxxThrowException",
                                                           "Exit",
                                                           "ExitProcess",
                                                           "ExitThread",
                                                           "FatalAppExitA",
                                                           "FatalAppExitW",
                                                           "FatalExit",
                                                           "FreeLibraryAndExitThread",
                                                           "Py_Exit",
                                                           "Py_FatalError",
                                                           "Py_FatalErrorFunc",
                                                           "RtlExitUserProcess",
                                                           "RtlExitUserThread",
                                                           "Unwind_Resume",
                                                           "Unwind_SjLj_Resume",
                                                           "ZSt10unexpectedv",
                                                           "ZSt9terminatev",
                                                           "abort",
                                                           "amsg_exit",
                                                           "assert",
                                                           "assert13",
                                                           "assert2",
                                                           "assert_fail",
                                                           "assert_perror_fail",
                                                           "assert_rtn",
                                                           "chk_fail",
                                                           "cxa_bad_cast",
                                                           "cxa_bad_typeid",
                                                           "cxa_call_terminate",
                                                           "cxa_call_unexpected",
                                                           "cxa_deleted_virtual",
                                                           "cxa_pure_virtual",
                                                           "cxa_rethrow",
                                                           "cxa_throw",
                                                           "cxa_throw_bad_array_length",
                                                           "cxa_throw_bad_array_new_length",
                                                           "endthread",
                                                           "endthreadex",
                                                           "err",
                                                           "errc",
                                                           "errx",
                                                           "exit",
                                                           "fortify_fail",
                                                           "g_assertion_message",
                                                           "g_assertion_message_cmpnum",
                                                           "g_assertion_message_cmpstr",
                                                           "g_assertion_message_error",
                                                           "g_assertion_message_expr",
                                                           "g_thread_exit",
                                                           "gfortran_os_error",
                                                           "gfortran_runtime_error",
                                                           "gfortran_runtime_error_at",
                                                           "gfortran_stop_numeric",
                                                           "gfortran_stop_string",
                                                           "invalid_parameter_noinfo_noreturn",
                                                           "invoke_watson",
                                                           "libc_start_main",
                                                           "longjmp",
                                                           "longjmp_chk",
                                                           "objc_exception_throw",
                                                           "pthread_exit",
                                                           "quick_exit",
                                                           "siglongjmp",
                                                           "stack_chk_fail",
                                                           "stack_chk_fail_local",
                                                           "std_terminate",
                                                           "terminate",
                                                           "thrd_exit",
                                                           "verr",
                                                           "verrc",
                                                           "verrx",
                                                           "wassert",
                                                           "xalloc_die"};
static_assert(std::ranges::is_sorted(kNeverReturn));

}  // namespace

bool name_never_returns(std::string_view name) {
  name = name.substr(0, name.find('@'));
  while (name.starts_with('_')) name.remove_prefix(1);
  if (name.starts_with("ZSt") && name.find("__throw_") != std::string_view::npos) return true;  // std::__throw_*
  return std::ranges::binary_search(kNeverReturn, name);
}

void settle_returns(Recovery& r) {
  if (!r.tuning.no_return) return;
  // Position among the functions that have not been seen to return, or kNone.
  std::vector<std::uint32_t> position(r.functions.size(), kNone);
  std::vector<std::uint32_t> silent;
  for (std::uint32_t f = 0; f < r.functions.size(); ++f) {
    const FunctionState& function = r.functions[f];
    if (!function.live || function.chunk || function.returns) continue;
    position[f] = static_cast<std::uint32_t>(silent.size());
    silent.push_back(f);
  }
  std::vector<bool> returns(silent.size(), false);
  std::vector<std::uint32_t> work;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> callers;  // (callee, caller), both positions
  for (std::uint32_t p = 0; p < silent.size(); ++p) {
    const FunctionState& function = r.functions[silent[p]];
    for (std::uint32_t k = 0; k < function.tails; ++k) {
      const std::uint32_t target = r.tails[function.first_tail + k];
      const std::uint32_t owner = r.owner[target];
      const std::uint32_t callee = r.instructions[target].has(kStart) && owner != 0 ? position[owner - 1] : kNone;
      if (callee != kNone) {
        callers.emplace_back(callee, p);
      } else if (!returns[p]) {  // tail-calls something that returns or is not known
        returns[p] = true;
        work.push_back(p);
      }
    }
  }
  std::ranges::sort(callers);
  while (!work.empty()) {
    const std::uint32_t callee = work.back();
    work.pop_back();
    for (auto c = std::ranges::lower_bound(callers, std::pair(callee, 0u)); c != callers.end() && c->first == callee;
         ++c) {
      if (returns[c->second]) continue;
      returns[c->second] = true;
      work.push_back(c->second);
    }
  }
  for (std::uint32_t p = 0; p < silent.size(); ++p) {
    Instruction& start = r.instructions[r.functions[silent[p]].start];
    if (returns[p] || start.has(kNoReturn)) continue;
    start.set(kNoReturn);
    for (const std::uint32_t source : r.references_to(r.functions[silent[p]].start)) {
      if (r.instructions[source].flow == Flow::kCall && r.owner[source] != 0) mark_dirty(r, r.owner[source] - 1);
    }
  }
}

}  // namespace samehand::code
