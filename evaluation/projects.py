"""The projects that the ground truth is built from: where their source comes from and how it is compiled.

Every project is a Debian source package, compiled by direct compiler calls (no configure), so that the same
recipe serves ELF, PE and three architectures.  `split` says what a project may be used for:

  tuning   looked at freely while the program is written and its thresholds are set
  heldout  measured only; nobody looks into these while tuning (see README.md)

Names hold no dot: a binary is called PROJECT.VARIANT.
"""
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Project:
    name: str
    split: str
    language: str                      # "c" or "c++"
    source: str                        # Debian source package
    files: tuple                       # glob patterns below the unpacked source
    licence: str
    exclude: tuple = ()
    include: tuple = (".",)            # include directories below the unpacked source
    flags: tuple = ()                  # compiler flags for every target
    target_exclude: dict = field(default_factory=dict)  # target or "elf" -> more patterns to leave out
    target_flags: dict = field(default_factory=dict)   # target ("x64", "pe64", ...) -> more flags
    libs: dict = field(default_factory=dict)           # target or "elf" -> linker flags
    write: dict = field(default_factory=dict)          # files the recipe writes before compiling
    prepare: tuple = ()                # shell commands run once in the unpacked source
    own_main: bool = False             # the project has its own main()
    suite: str = "bookworm"


def c(name, split, source, files, licence, **more):
    return Project(name, split, "c", source, tuple(files), licence, **more)


def cxx(name, split, source, files, licence, **more):
    return Project(name, split, "c++", source, tuple(files), licence, **more)


XZ_CONFIG = """
#define HAVE_CHECK_CRC32 1
#define HAVE_CHECK_CRC64 1
#define HAVE_CHECK_SHA256 1
#define HAVE_ENCODERS 1
#define HAVE_DECODERS 1
""" + "".join(f"#define HAVE_{w}_{f} 1\n" for w in ("ENCODER", "DECODER")
              for f in "LZMA1 LZMA2 DELTA X86 POWERPC IA64 ARM ARMTHUMB ARM64 SPARC".split()) + """
#define HAVE_MF_HC3 1
#define HAVE_MF_HC4 1
#define HAVE_MF_BT2 1
#define HAVE_MF_BT3 1
#define HAVE_MF_BT4 1
#define HAVE_LZIP_DECODER 1
#define HAVE_STDBOOL_H 1
#define HAVE__BOOL 1
#define HAVE_STDINT_H 1
#define HAVE_INTTYPES_H 1
#define HAVE_LIMITS_H 1
#define HAVE_STRING_H 1
#define ASSUME_RAM 128
#define SIZEOF_SIZE_T __SIZEOF_SIZE_T__
#define TUKLIB_FAST_UNALIGNED_ACCESS 1
#define PACKAGE_NAME "XZ Utils"
#define PACKAGE_BUGREPORT "none"
#define PACKAGE_URL "none"
#ifdef _WIN32
#define MYTHREAD_VISTA 1
#else
#define MYTHREAD_POSIX 1
#define HAVE_CLOCK_GETTIME 1
#define HAVE_DECL_CLOCK_MONOTONIC 1
#define TUKLIB_CPUCORES_SYSCONF 1
#define TUKLIB_PHYSMEM_SYSCONF 1
#endif
"""

ONIGURUMA_CONFIG = """
#define HAVE_STRING_H 1
#define HAVE_STDLIB_H 1
#define HAVE_STDINT_H 1
#define HAVE_INTTYPES_H 1
#define HAVE_SYS_TYPES_H 1
#define HAVE_ALLOCA 1
#ifndef _WIN32
#define HAVE_ALLOCA_H 1
#define HAVE_UNISTD_H 1
#endif
#define SIZEOF_INT __SIZEOF_INT__
#define SIZEOF_LONG __SIZEOF_LONG__
#define SIZEOF_LONG_LONG __SIZEOF_LONG_LONG__
#define SIZEOF_VOIDP __SIZEOF_POINTER__
#define PACKAGE "onig"
#define VERSION "6"
"""

JANSSON_CONFIG = """
#ifndef JANSSON_CONFIG_H
#define JANSSON_CONFIG_H
#define JSON_INLINE inline
#define JSON_INTEGER_IS_LONG_LONG 1
#define JSON_HAVE_LOCALECONV 1
#define JSON_HAVE_ATOMIC_BUILTINS 1
#define JSON_HAVE_SYNC_BUILTINS 1
#define JSON_PARSER_MAX_DEPTH 2048
#endif
"""

CMARK_CONFIG = """
#define HAVE_STDBOOL_H
#include <stdbool.h>
#define HAVE___BUILTIN_EXPECT
#define HAVE___ATTRIBUTE__
#define CMARK_ATTRIBUTE(list) __attribute__ (list)
#define CMARK_INLINE inline
#define HAVE_C99_SNPRINTF
"""

LEVELDB_PORT = """
#define HAVE_FDATASYNC 0
#define HAVE_FULLFSYNC 0
#define HAVE_O_CLOEXEC 0
#define HAVE_CRC32C 0
#define HAVE_SNAPPY 0
"""


TUNING = [
    c("zlib", "tuning", "zlib", ["*.c"], "Zlib", flags=("-DHAVE_UNISTD_H",)),
    c("lua", "tuning", "lua5.4", ["src/*.c"], "MIT", exclude=("src/luac.c",), include=("src",), own_main=True,
      libs={"elf": ["-lm"]}, write={"src/lua5.4-deb-multiarch.h": '#define DEB_HOST_MULTIARCH "elsewhere"\n'}),
    c("bzip2", "tuning", "bzip2", ["blocksort.c", "huffman.c", "crctable.c", "randtable.c", "compress.c",
                                   "decompress.c", "bzlib.c", "bzip2.c"], "bzip2", own_main=True,
      target_flags={"pe64": ("-DBZ_LCCWIN32=1", "-DBZ_UNIX=0")}),
    c("expat", "tuning", "expat", ["expat/lib/*.c"], "MIT", include=("expat/lib",),
      flags=("-DXML_POOR_ENTROPY", "-DXML_DTD", "-DXML_NS", "-DXML_CONTEXT_BYTES=1024", "-DXML_STATIC",
             "-DHAVE_MEMMOVE", "-DBYTEORDER=1234"),
      write={"expat/lib/expat_config.h": ""}),
    c("libyaml", "tuning", "libyaml", ["src/*.c"], "MIT", include=("include", "src"),
      flags=('-DYAML_VERSION_MAJOR=0', '-DYAML_VERSION_MINOR=2', '-DYAML_VERSION_PATCH=5',
             '-DYAML_VERSION_STRING="0.2.5"', "-DYAML_DECLARE_STATIC")),
    c("sqlite", "tuning", "sqlite3", ["build/sqlite3.c"], "public domain", include=("build",),
      flags=("-DSQLITE_ENABLE_FTS5", "-DSQLITE_ENABLE_RTREE", "-DSQLITE_THREADSAFE=1"),
      libs={"elf": ["-lm"]},
      prepare=("mkdir -p build && cd build && ../configure --disable-tcl >/dev/null && make sqlite3.c >/dev/null",)),
    cxx("tinyxml2", "tuning", "tinyxml2", ["tinyxml2.cpp", "xmltest.cpp"], "Zlib", own_main=True),
    cxx("pugixml", "tuning", "pugixml", ["src/pugixml.cpp"], "MIT", include=("src",)),
    cxx("jsoncpp", "tuning", "libjsoncpp", ["src/lib_json/*.cpp"], "MIT", include=("include",)),
    cxx("snappy", "tuning", "snappy", ["snappy.cc", "snappy-c.cc", "snappy-sinksource.cc",
                                       "snappy-stubs-internal.cc"], "BSD-3-Clause",
        prepare=("sed 's/[$]{HAVE_SYS_UIO_H_01}/0/; s/[$]{PROJECT_VERSION_[A-Z]*}/1/' "
                 "snappy-stubs-public.h.in > snappy-stubs-public.h",)),
    c("xz", "tuning", "xz-utils", ["src/liblzma/*/*.c", "src/common/tuklib_physmem.c", "src/common/tuklib_cpucores.c"],
      "public domain", exclude=("src/liblzma/*/*tablegen.c", "src/liblzma/check/crc*_small.c"),
      include=("own", "src/common") + tuple("src/liblzma/" + d for d in
               "api common check delta lz lzma rangecoder simple".split()),
      flags=("-DHAVE_CONFIG_H", "-D_GNU_SOURCE"), write={"own/config.h": XZ_CONFIG}, libs={"elf": ["-pthread"]}),
    c("oniguruma", "tuning", "libonig", ["src/*.c"], "BSD-2-Clause",
      exclude=("src/mktable.c", "src/unicode_egcb_data.c", "src/unicode_wb_data.c", "src/unicode_fold_data.c",
               "src/unicode_property_data*.c", "src/koi8.c"),
      include=("own", "src"), flags=("-DHAVE_CONFIG_H", "-DONIG_STATIC"), write={"own/config.h": ONIGURUMA_CONFIG}),
]

HELDOUT = [
    c("zstd", "heldout", "libzstd", ["lib/common/*.c", "lib/compress/*.c", "lib/decompress/*.c", "lib/dictBuilder/*.c"],
      "BSD-3-Clause", include=("lib", "lib/common"), flags=("-DZSTD_DISABLE_ASM=1", "-DXXH_NAMESPACE=ZSTD_"),
      libs={"elf": ["-pthread"]}),
    c("jansson", "heldout", "jansson", ["src/*.c"], "MIT", include=("own", "src"),
      flags=("-DHAVE_CONFIG_H", "-DINITIAL_HASHTABLE_ORDER=3", "-DHAVE_STDINT_H", "-DHAVE_SYS_TYPES_H"),
      write={"own/jansson_config.h": JANSSON_CONFIG, "own/jansson_private_config.h": "\n"}),
    c("cjson", "heldout", "cjson", ["cJSON.c", "cJSON_Utils.c"], "MIT", libs={"elf": ["-lm"]}),
    c("giflib", "heldout", "giflib", ["dgif_lib.c", "egif_lib.c", "gif_err.c", "gif_font.c", "gif_hash.c", "gifalloc.c",
                                      "openbsd-reallocarray.c", "quantize.c"], "MIT"),
    c("mujs", "heldout", "mujs", ["js*.c", "regexp.c", "utf.c"], "ISC", libs={"elf": ["-lm"]}),
    c("cmark", "heldout", "cmark", ["src/*.c"], "BSD-2-Clause", include=("own", "src"), own_main=True,
      flags=("-DCMARK_STATIC_DEFINE",),
      write={"own/config.h": CMARK_CONFIG, "own/cmark_export.h": "#define CMARK_EXPORT\n",
             "own/cmark_version.h": '#define CMARK_VERSION 7682\n#define CMARK_VERSION_STRING "0.30.2"\n'}),
    c("brotli", "heldout", "brotli", ["c/common/*.c", "c/dec/*.c", "c/enc/*.c"], "MIT", include=("c/include",),
      libs={"elf": ["-lm"]}),
    c("mbedtls", "heldout", "mbedtls", ["library/*.c"], "Apache-2.0", include=("include", "library"),
      libs={"pe64": ["-lws2_32", "-lbcrypt"]}),
    c("picosat", "heldout", "picosat", ["picosat.c", "version.c"], "MIT", flags=("-DNALARM", "-DNGETRUSAGE"),
      write={"config.h": '#define PICOSAT_CC "cc"\n#define PICOSAT_CFLAGS ""\n#define PICOSAT_VERSION "965"\n'}),
    cxx("re2", "heldout", "re2", ["re2/*.cc", "util/rune.cc", "util/strutil.cc"], "BSD-3-Clause",
        libs={"elf": ["-pthread"]},
        prepare=("cd re2 && sed -i 's/^from six.moves import urllib/import urllib.request/' unicode.py && "
                 "perl make_perl_groups.pl > perl_groups.cc && "
                 "for t in casefold groups; do python3 make_unicode_$t.py > unicode_$t.cc || exit 1; done",)),
    cxx("leveldb", "heldout", "leveldb", ["db/*.cc", "table/*.cc", "util/*.cc"], "BSD-3-Clause",
        exclude=("*/*_test.cc", "db/leveldbutil.cc", "util/testutil.cc"),
        target_exclude={"elf": ("util/env_windows.cc",), "pe64": ("util/env_posix.cc",)},
        include=(".", "include"), flags=("-std=c++14",),
        target_flags={"elf": ("-DLEVELDB_PLATFORM_POSIX=1",), "pe64": ("-DLEVELDB_PLATFORM_WINDOWS=1", "-DUNICODE",
                                                                      "-D_UNICODE", "-DNOMINMAX")},
        write={"include/port/port_config.h": LEVELDB_PORT}, libs={"elf": ["-pthread"]}),
    cxx("yaml_cpp", "heldout", "yaml-cpp", ["src/*.cpp", "src/contrib/*.cpp"], "MIT", include=("include", "src"),
        flags=("-DYAML_CPP_STATIC_DEFINE",)),
    cxx("double_conversion", "heldout", "double-conversion", ["double-conversion/*.cc"], "BSD-3-Clause"),
    cxx("box2d", "heldout", "box2d", ["src/*/*.cpp"], "MIT", include=("include", "src")),
    cxx("muparser", "heldout", "muparser", ["src/*.cpp"], "BSD-2-Clause", exclude=("src/muParserDLL.cpp",),
        include=("include",), flags=("-DMUPARSER_STATIC",)),
]

PROJECTS = TUNING + HELDOUT

# Projects whose version in another Debian release, two years before (bullseye) or after (trixie), builds by the same
# recipe; what differs in it.
VERSIONS = {name: {"suite": "bullseye"} for name in "zlib lua expat sqlite xz".split()}
VERSIONS |= {name: {"suite": "trixie"} for name in "tinyxml2 zstd cjson oniguruma mujs yaml_cpp".split()}
VERSIONS["mbedtls"] = {"suite": "trixie", "include": ("include", "library", "3rdparty/everest/include",
                                                      "3rdparty/p256-m", "3rdparty/p256-m/p256-m")}
