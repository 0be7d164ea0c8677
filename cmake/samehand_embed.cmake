# samehand_embed(TARGET NAMESPACE OUTPUT_NAME name=file…)
#
# Compiles files into TARGET as std::string_views: OUTPUT_NAME.h declares one `extern const std::string_view NAME` each in
# NAMESPACE. A name given several times joins its files in that order. Runs again when a file changes. The same file is
# the script that the build runs (cmake -P), so that no other tool is needed.

if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(SAMEHAND_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
  function(samehand_embed target namespace output)
    set(files)
    set(names)
    foreach(item ${ARGN})
      string(REGEX MATCH "^([A-Za-z]+)=(.+)$" unused ${item})
      list(APPEND names ${CMAKE_MATCH_1})
      get_filename_component(file ${CMAKE_MATCH_2} ABSOLUTE BASE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
      list(APPEND files ${file})
    endforeach()
    set(base ${CMAKE_CURRENT_BINARY_DIR}/embed/${output})
    add_custom_command(
      OUTPUT ${base}.cc ${base}.h
      COMMAND ${CMAKE_COMMAND} "-DNAMES=${names}" "-DFILES=${files}" -DNAMESPACE=${namespace} -DBASE=${base}
              -DHEADER=${output}.h -P ${SAMEHAND_EMBED_SCRIPT}
      DEPENDS ${files} ${SAMEHAND_EMBED_SCRIPT}
      VERBATIM)
    target_sources(${target} PRIVATE ${base}.cc)
    target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/embed)
  endfunction()
  return()
endif()

set(unique ${NAMES})
list(REMOVE_DUPLICATES unique)
set(header "#pragma once\n\n#include <string_view>\n\nnamespace ${NAMESPACE} {\n")
set(source "#include \"${HEADER}\"\n\nnamespace ${NAMESPACE} {\n")
foreach(name ${unique})
  set(bytes "")
  foreach(candidate file IN ZIP_LISTS NAMES FILES)
    if(candidate STREQUAL name)
      file(READ ${file} content HEX)
      string(APPEND bytes ${content})
    endif()
  endforeach()
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
  string(APPEND header "extern const std::string_view ${name};\n")
  string(APPEND source "static const char ${name}Bytes[] = {${bytes}'\\0'};\n"
                       "const std::string_view ${name}(${name}Bytes, sizeof(${name}Bytes) - 1);\n")
endforeach()
file(WRITE ${BASE}.h "${header}}  // namespace ${NAMESPACE}\n")
file(WRITE ${BASE}.cc "${source}}  // namespace ${NAMESPACE}\n")
