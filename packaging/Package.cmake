# What the Debian package holds. Included last by the root CMakeLists.txt.
install(TARGETS masthead RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT masthead)
install(TARGETS masthead-supervisor masthead-edge headscale-demo RUNTIME DESTINATION lib/masthead COMPONENT masthead)
install(DIRECTORY ${CMAKE_BINARY_DIR}/plugins/ DESTINATION lib/masthead/plugins COMPONENT masthead
  FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ
  DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE
  PATTERN "CMakeFiles" EXCLUDE PATTERN "*.cmake" EXCLUDE)
install(DIRECTORY web/dist/ DESTINATION share/masthead/web COMPONENT masthead)
install(FILES packaging/masthead.yaml DESTINATION /etc/masthead COMPONENT masthead)
install(FILES packaging/masthead.service DESTINATION lib/systemd/system COMPONENT masthead)
install(FILES README.md LICENSE SECURITY.md docs/operations.md docs/architecture.md DESTINATION share/doc/masthead COMPONENT masthead)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME masthead)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "Masthead maintainers <maintainers@masthead.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Admin console and supervisor for headscale")
set(CPACK_PACKAGE_DESCRIPTION "Masthead obtains, configures and supervises headscale, fronts it on one TLS port
and lets admins run the tailnet from a browser. Areas of the console are plugins.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates, libpoconet80 (>= 1.11.0-3+deb12u1)")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  "${CMAKE_SOURCE_DIR}/packaging/postinst;${CMAKE_SOURCE_DIR}/packaging/prerm;${CMAKE_SOURCE_DIR}/packaging/postrm;${CMAKE_SOURCE_DIR}/packaging/conffiles")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_INSTALL_CMAKE_PROJECTS "${CMAKE_BINARY_DIR};masthead;masthead;/")
set(CPACK_COMPONENTS_ALL masthead)
set(CPACK_STRIP_FILES ON)
include(CPack)
