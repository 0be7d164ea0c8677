# samehand_module(NAME [DEPENDS module…] [LIBRARIES target…] [PUBLIC_LIBRARIES target…])
#
# A module is the folder src/NAME: its *.cc are the library samehand_NAME, its *_test.cc one test program NAME_test,
# its public headers lie in src/NAME/include/samehand/NAME. Each module has an include directory of its own,
# so that including a module that was not declared under DEPENDS does not compile.

add_library(samehand_flags INTERFACE)
target_compile_options(samehand_flags INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wno-missing-field-initializers
                       -Wnon-virtual-dtor)
# g++ 12 sees overflows that cannot be in inlined vectors and strings (its bugs 105329, 105651, 107852).
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(samehand_flags INTERFACE -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds -Wno-restrict)
endif()
if(SAMEHAND_WERROR)
  target_compile_options(samehand_flags INTERFACE -Werror)
endif()
# samehand_timeout(VARIABLE SECONDS): how long a test may take here. Sanitizers make programs two to fifteen times slower.
set(SAMEHAND_SLOWER 1)
if(SAMEHAND_SANITIZE)
  set(SAMEHAND_SLOWER 10)
endif()
function(samehand_timeout variable seconds)
  math(EXPR seconds "${seconds} * ${SAMEHAND_SLOWER}")
  set(${variable} ${seconds} PARENT_SCOPE)
endfunction()

if(SAMEHAND_SANITIZE)
  # A finding ends the process: one that is only printed would be lost with a worker's standard error. The standard
  # library checks indices and iterators, which ASan does not where the memory behind them is there.
  target_compile_options(samehand_flags INTERFACE -fsanitize=${SAMEHAND_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
                         -D_GLIBCXX_ASSERTIONS)
  target_link_options(samehand_flags INTERFACE -fsanitize=${SAMEHAND_SANITIZE})
endif()
if(SAMEHAND_FUZZ)
  target_compile_options(samehand_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

if(SAMEHAND_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()

function(samehand_module name)
  cmake_parse_arguments(M "" "" "DEPENDS;LIBRARIES;PUBLIC_LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(TRANSFORM M_DEPENDS PREPEND samehand_)
  if(sources)
    add_library(samehand_${name} STATIC ${sources})
    target_include_directories(samehand_${name} PUBLIC include PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(samehand_${name} PUBLIC ${M_DEPENDS} ${M_PUBLIC_LIBRARIES} PRIVATE samehand_flags ${M_LIBRARIES})
  else()
    add_library(samehand_${name} INTERFACE)
    target_include_directories(samehand_${name} INTERFACE include)
    target_link_libraries(samehand_${name} INTERFACE ${M_DEPENDS} ${M_PUBLIC_LIBRARIES})
  endif()
  if(tests AND SAMEHAND_TESTS)
    add_executable(${name}_test ${tests})
    target_include_directories(${name}_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(${name}_test PRIVATE samehand_${name} samehand_flags GTest::gtest GTest::gtest_main ${M_LIBRARIES})
    samehand_timeout(timeout 120)
    gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_TIMEOUT ${timeout} PROPERTIES LABELS fast TIMEOUT ${timeout})
  endif()
endfunction()
