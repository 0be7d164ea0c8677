// Which functions are start-up code or compiler runtime.
//
// Problem: every program that one tool chain links carries the same few dozen functions; they say nothing about who
// wrote the rest.
//
// Method: by name where there are symbols (the objects of glibc's crt1 and crti, GCC's crtbegin and libgcc,
// compiler-rt, MinGW-w64's crt2 and libmingwex start-up). Without symbols by place: in ELF, crt1.o and crtbegin.o are
// linked next to each other, so what lies between the entry point and frame_dummy (the first initializer, a thunk) is
// theirs; in PE the entry point and what it calls directly, where that calls the C runtime's start-up imports.
//
// Cost: linear in functions and calls.
//
// Known failures: stripped compiler runtime that is linked elsewhere (libgcc's arithmetic, MinGW's pseudo-relocations)
// is not recognised here; the corpus has to.
#include "runtime.h"

#include <algorithm>
#include <array>
#include <string>

namespace samehand::code {
namespace {

// Sorted; what i386 PE decorates (a leading underscore more, @bytes) is taken off where the plain name is not found.
constexpr std::array<std::string_view, 92> kRuntimeNames = {"DllEntryPoint",
                                                            "DllMainCRTStartup",
                                                            "WinMainCRTStartup",
                                                            "_CRT_INIT",
                                                            "_FindPESection",
                                                            "_FindPESectionByName",
                                                            "_FindPESectionExec",
                                                            "_GetPEImageBase",
                                                            "_IsNonwritableInCurrentImage",
                                                            "_ValidateImageBase",
                                                            "___chkstk",
                                                            "___chkstk_ms",
                                                            "___w64_mingwthr_add_key_dtor",
                                                            "___w64_mingwthr_remove_key_dtor",
                                                            "__acrt_iob_func",
                                                            "__alloca",
                                                            "__chkstk",
                                                            "__chkstk_ms",
                                                            "__dllonexit",
                                                            "__do_global_ctors",
                                                            "__do_global_ctors_aux",
                                                            "__do_global_dtors",
                                                            "__do_global_dtors_aux",
                                                            "__dyn_tls_dtor",
                                                            "__dyn_tls_init",
                                                            "__gcc_deregister_frame",
                                                            "__gcc_register_frame",
                                                            "__getmainargs",
                                                            "__libc_csu_fini",
                                                            "__libc_csu_init",
                                                            "__libc_start_call_main",
                                                            "__libc_start_main_stage2",
                                                            "__main",
                                                            "__mingw_GetSectionCount",
                                                            "__mingw_GetSectionForAddress",
                                                            "__mingw_TLScallback",
                                                            "__mingw_enum_import_library_names",
                                                            "__mingw_init_ehandler",
                                                            "__mingw_invalidParameterHandler",
                                                            "__mingw_oldexcpt_handler",
                                                            "__mingw_raise_matherr",
                                                            "__mingw_setusermatherr",
                                                            "__mingwthr_key_dtor",
                                                            "__mingwthr_run_key_dtors",
                                                            "__report_error",
                                                            "__security_check_cookie",
                                                            "__security_init_cookie",
                                                            "__set_app_type",
                                                            "__setusermatherr",
                                                            "__stack_chk_fail_local",
                                                            "__tlregdtor",
                                                            "__tlscallback_0",
                                                            "__tmainCRTStartup",
                                                            "__wgetmainargs",
                                                            "__write_memory",
                                                            "_amsg_exit",
                                                            "_decode_pointer",
                                                            "_dl_relocate_static_pie",
                                                            "_encode_pointer",
                                                            "_fini",
                                                            "_fpreset",
                                                            "_get_invalid_parameter_handler",
                                                            "_gnu_exception_handler",
                                                            "_init",
                                                            "_initterm",
                                                            "_lock_file",
                                                            "_matherr",
                                                            "_pei386_runtime_relocator",
                                                            "_set_invalid_parameter_handler",
                                                            "_setargv",
                                                            "_start",
                                                            "_start_c",
                                                            "_unlock_file",
                                                            "atexit",
                                                            "call_weak_fn",
                                                            "check_managed_app",
                                                            "deregister_tm_clones",
                                                            "do_pseudo_reloc",
                                                            "duplicate_ppstrings",
                                                            "frame_dummy",
                                                            "mainCRTStartup",
                                                            "mark_section_writable",
                                                            "mingw_get_invalid_parameter_handler",
                                                            "mingw_set_invalid_parameter_handler",
                                                            "my_lconv_init",
                                                            "pre_c_init",
                                                            "pre_cpp_init",
                                                            "register_tm_clones",
                                                            "restore_modified_sections",
                                                            "tlscallback",
                                                            "wWinMainCRTStartup",
                                                            "wmainCRTStartup"};
static_assert(std::ranges::is_sorted(kRuntimeNames));

// Arithmetic that processors lack, as libgcc and compiler-rt name it: __udivti3, __floatundidf, __aarch64_ldadd4_acq.
constexpr std::array<std::string_view, 23> kArithmetic = {
    "__abs",      "__add",  "__ashl",  "__ashr",  "__bswap", "__clz",  "__cmp", "__ctz",
    "__div",      "__fix",  "__float", "__lshr",  "__mod",   "__mul",  "__neg", "__parity",
    "__popcount", "__powi", "__sub",   "__trunc", "__ucmp",  "__udiv", "__umod"};
constexpr std::array<std::string_view, 10> kModes = {"si2", "di2", "ti2", "si3", "di3",
                                                     "ti3", "sf2", "df2", "df3", "sf3"};

// Imports that only start-up code calls.
constexpr std::array<std::string_view, 11> kStartupImports = {"__getmainargs",
                                                              "__libc_start_main",
                                                              "__p___argc",
                                                              "__set_app_type",
                                                              "__setusermatherr",
                                                              "__wgetmainargs",
                                                              "_amsg_exit",
                                                              "_configure_narrow_argv",
                                                              "_initialize_narrow_environment",
                                                              "_initterm",
                                                              "_initterm_e"};

constexpr std::uint32_t kLongestEntry =
    40;  // instructions of _start where nothing is imported: glibc, musl and dietlibc have 8 to 30
constexpr std::uint64_t kLongestStartup = 0x400;  // bytes from _start to frame_dummy: 0xc0 to 0x180 in glibc's

bool is_arithmetic(std::string_view name) {
  if (name.starts_with("__aarch64_")) return true;  // outline atomics
  const bool mode = std::ranges::any_of(kModes, [&](std::string_view m) { return name.ends_with(m); });
  const bool conversion = name.starts_with("__fix") || name.starts_with("__float");
  if (!mode && !(conversion && (name.ends_with("f") || name.ends_with("i")))) return false;
  return std::ranges::any_of(kArithmetic, [&](std::string_view op) { return name.starts_with(op); });
}

Function* function_at(Program& program, std::uint64_t address) {
  const std::int64_t i = program.function_at(address);
  return i < 0 ? nullptr : &program.functions[static_cast<std::size_t>(i)];
}

const image::Import* import_of(const image::Image& image, const Program& program, std::uint64_t target) {
  if (const image::Import* import = image.import_at(target)) return import;
  const auto stub = program.import_stubs.find(target);
  return stub != program.import_stubs.end() ? &image.imports[stub->second] : nullptr;
}

bool calls_startup_import(const image::Image& image, const Program& program, const Function& function) {
  return std::ranges::any_of(program.calls_of(function), [&](const Call& call) {
    const image::Import* import = import_of(image, program, call.target);
    return import != nullptr &&
           std::ranges::find(kStartupImports, std::string_view(import->name).substr(0, import->name.find('@'))) !=
               kStartupImports.end();
  });
}

// crt1.o and crtbegin.o: _start, _dl_relocate_static_pie, deregister_tm_clones, register_tm_clones,
// __do_global_dtors_aux, frame_dummy, in this order and nothing between. The last two are the first of the finalizers
// and of the initializers; those of the program itself lie behind them.
void mark_elf_startup(const image::Image& image, Program& program, Function& entry) {
  if (!calls_startup_import(image, program, entry)) {
    if (image.imports.size() > 0) return;
    if (entry.instructions > kLongestEntry) {  // a program without a C library begins with its own code
      entry.runtime = false;
      return;
    }
  }
  entry.runtime = true;
  const auto first = std::ranges::upper_bound(image.initializers, entry.address);
  if (first == image.initializers.end() || *first - entry.address > kLongestStartup) return;
  bool last = false;  // whether the first of the two is behind us
  for (Function& function : program.functions) {
    if (function.address < entry.address) continue;
    if (last && (std::next(first) == image.initializers.end() || function.address != *std::next(first))) break;
    function.runtime = true;
    if (last) break;
    last = function.address >= *first;
  }
}

}  // namespace

bool is_runtime_name(std::string_view name) {
  const auto listed = [](std::string_view n) { return std::ranges::binary_search(kRuntimeNames, n); };
  if (listed(name) || is_arithmetic(name) || name.starts_with("__x86.get_pc_thunk.") || name.starts_with("__gmon_"))
    return true;
  const std::string_view plain = name.substr(0, name.find('@', 1));
  if (listed(plain)) return true;
  return plain.starts_with('_') && (listed(plain.substr(1)) || is_arithmetic(plain.substr(1)));
}

void mark_runtime_by_place(const image::Image& image, Program& program) {
  if (!image.entry) return;
  Function* entry = function_at(program, *image.entry);
  if (entry == nullptr) return;
  if (image.format == image::Format::kElf) {
    mark_elf_startup(image, program, *entry);
    return;
  }
  if (image.format != image::Format::kPe) return;
  // mainCRTStartup sets a flag and calls __tmainCRTStartup, which calls the C library's start-up.
  if (calls_startup_import(image, program, *entry)) entry->runtime = true;
  for (const Call& call : program.calls_of(*entry)) {
    Function* callee = function_at(program, call.target);
    if (callee != nullptr && calls_startup_import(image, program, *callee)) entry->runtime = callee->runtime = true;
  }
  for (Function& function : program.functions) {
    if (calls_startup_import(image, program, function)) function.runtime = true;  // pre_c_init, pre_cpp_init
    const image::Import* import = function.thunk ? import_of(image, program, function.address) : nullptr;
    if (import != nullptr) function.runtime = true;
  }
}

}  // namespace samehand::code
