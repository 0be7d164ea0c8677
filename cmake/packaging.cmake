# Installing, and the Debian package: cmake --build build/release && (cd build/release && cpack -G DEB)

find_program(GZIP gzip REQUIRED)
set(manual ${PROJECT_BINARY_DIR}/samehand.1.gz)
add_custom_command(OUTPUT ${manual} COMMAND ${GZIP} -9nc ${PROJECT_SOURCE_DIR}/docs/man/samehand.1 > ${manual}
                   DEPENDS ${PROJECT_SOURCE_DIR}/docs/man/samehand.1 VERBATIM)
add_custom_target(manual ALL DEPENDS ${manual})
install(FILES ${manual} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES completions/samehand.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME samehand)
install(FILES completions/_samehand DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES completions/samehand.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME samehand)
set(CPACK_PACKAGE_VENDOR "The Samehand developers")
set(CPACK_PACKAGE_CONTACT "The Samehand developers <samehand@users.noreply.github.com>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "compares executables and weighs what they share as evidence")
set(CPACK_PACKAGE_DESCRIPTION "Samehand recovers the functions of PE, ELF and Mach-O files, finds those that two sets of
files share whatever compiler and settings built them, and says what that and the
build traces are worth as evidence for a common origin.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
include(CPack)
