# Checks of the code itself, as tests: its format, and the launcher's and setup's shell scripts.

find_program(CLANG_FORMAT clang-format-19)
file(GLOB_RECURSE formatted CONFIGURE_DEPENDS
     ${PROJECT_SOURCE_DIR}/src/*.cc ${PROJECT_SOURCE_DIR}/src/*.h ${PROJECT_SOURCE_DIR}/fuzz/*.cc
     ${PROJECT_SOURCE_DIR}/fuzz/*.h ${PROJECT_SOURCE_DIR}/bench/*.cc ${PROJECT_SOURCE_DIR}/bench/*.h
     ${PROJECT_SOURCE_DIR}/evaluation/*.cc ${PROJECT_SOURCE_DIR}/evaluation/*.h)
if(CLANG_FORMAT)
  # Repair with: cmake --build --preset dev --target format
  add_test(NAME style.clang_format COMMAND ${CLANG_FORMAT} --dry-run -Werror ${formatted})
  add_custom_target(format COMMAND ${CLANG_FORMAT} -i ${formatted} VERBATIM)
else()
  add_test(NAME style.clang_format COMMAND ${CMAKE_COMMAND} -E false)  # missing tools must not look like success
endif()
set_tests_properties(style.clang_format PROPERTIES LABELS fast)

# On demand (cmake --build --preset dev --target tidy), and with SAMEHAND_TIDY a test: some 8 s of processor time a file,
# which would more than double the time of ./test. Beyond .clang-tidy's list it checks locks against their annotations
# (-Wthread-safety). g++'s names of warnings are unknown to clang, and -Werror would make errors of them.
find_program(RUN_CLANG_TIDY run-clang-tidy-19)
set(tidy ${RUN_CLANG_TIDY} -quiet -p ${PROJECT_BINARY_DIR} -extra-arg=-Wthread-safety -extra-arg=-Wno-unknown-warning-option
         ${PROJECT_SOURCE_DIR}/src/.*\\.cc)
if(RUN_CLANG_TIDY)
  add_custom_target(tidy COMMAND ${tidy} VERBATIM)
endif()
if(SAMEHAND_TIDY)
  if(NOT RUN_CLANG_TIDY)
    message(FATAL_ERROR "SAMEHAND_TIDY needs clang-tidy-19: setup/setup.sh dev")
  endif()
  cmake_host_system_information(RESULT processors QUERY NUMBER_OF_LOGICAL_CORES)
  add_test(NAME style.clang_tidy COMMAND ${tidy})
  set_tests_properties(style.clang_tidy PROPERTIES LABELS slow TIMEOUT 3600 PROCESSORS ${processors})
endif()

add_test(NAME style.launcher COMMAND ${PROJECT_SOURCE_DIR}/setup/launcher_test.sh)
add_test(NAME style.setup COMMAND ${PROJECT_SOURCE_DIR}/setup/setup_test.sh)
set_tests_properties(style.launcher style.setup PROPERTIES LABELS fast TIMEOUT 60)

# The program as its users meet it.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME cli.program COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/cli_test.py $<TARGET_FILE:samehand>)
add_test(NAME cli.hostile COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/hostile_test.py $<TARGET_FILE:samehand>)
add_test(NAME cli.case COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/case_test.py $<TARGET_FILE:samehand>)
add_test(NAME cli.case_add COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/case_add_test.py $<TARGET_FILE:samehand>)
add_test(NAME cli.case_weigh COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/case_weigh_test.py $<TARGET_FILE:samehand>
                                     ${PROJECT_SOURCE_DIR}/docs)
add_test(NAME cli.case_verify COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/case_verify_test.py $<TARGET_FILE:samehand>)
add_test(NAME cli.case_stopped COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/case_stopped_test.py $<TARGET_FILE:samehand>)
add_test(NAME cli.techniques COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/techniques_test.py $<TARGET_FILE:samehand>
                               ${PROJECT_SOURCE_DIR}/docs)
add_test(NAME cli.exchange COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/exchange_test.py $<TARGET_FILE:samehand>
                               ${PROJECT_SOURCE_DIR})
samehand_timeout(timeout 600)
set(case_tests cli.case cli.case_add cli.case_weigh cli.case_verify cli.case_stopped)
set_tests_properties(cli.program cli.hostile cli.exchange ${case_tests} cli.techniques PROPERTIES LABELS slow TIMEOUT ${timeout})
add_test(NAME cli.studio COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/studio_test.py $<TARGET_FILE:samehand>
                                 ${PROJECT_SOURCE_DIR}/examples/studio-2014)
samehand_timeout(timeout 300)
add_test(NAME cli.dossier COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/dossier_test.py $<TARGET_FILE:samehand>
                                  ${PROJECT_SOURCE_DIR}/examples/studio-2014)
set_tests_properties(cli.studio cli.dossier PROPERTIES LABELS slow TIMEOUT ${timeout})
add_test(NAME cli.story_page COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/story_page_test.py $<TARGET_FILE:samehand>)
set_tests_properties(cli.story_page PROPERTIES LABELS fast)
add_test(NAME cli.documented COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/interface_test.py
                                     $<TARGET_FILE:samehand> ${PROJECT_SOURCE_DIR})
set_tests_properties(cli.documented PROPERTIES LABELS fast)

# What the evaluation's scripts compute, on truths made up for it.
add_test(NAME evaluation.arithmetic COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/evaluation/evaluation_test.py)
set_tests_properties(evaluation.arithmetic PROPERTIES LABELS fast)

# Floors under the accuracy of matching, on a program compiled in the test.
add_test(NAME accuracy.floors COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/accuracy/accuracy_test.py
                                      $<TARGET_FILE:samehand>)
samehand_timeout(timeout 300)
set_tests_properties(accuracy.floors PROPERTIES LABELS slow TIMEOUT ${timeout})
# The scripts wait as much longer, and give the program less to do (tests/slower.py).
set_tests_properties(cli.program cli.hostile cli.exchange ${case_tests} cli.techniques cli.studio cli.documented accuracy.floors
                     PROPERTIES ENVIRONMENT SAMEHAND_SLOWER=${SAMEHAND_SLOWER})

# Floors under the accuracy of claims, on short texts of our own (evaluation/claims/floors.json).
add_test(NAME accuracy.claims COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/evaluation/run_claims.py --set all
                                      --probe $<TARGET_FILE:claim_probe>)
samehand_timeout(timeout 60)
set_tests_properties(accuracy.claims PROPERTIES LABELS fast TIMEOUT ${timeout})

# Floors under the counting of voices, on invented incidents (evaluation/voices).
add_test(NAME accuracy.voices COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/evaluation/run_voices.py
                                      --program $<TARGET_FILE:samehand>)
samehand_timeout(timeout 120)
set_tests_properties(accuracy.voices PROPERTIES LABELS fast TIMEOUT ${timeout})
