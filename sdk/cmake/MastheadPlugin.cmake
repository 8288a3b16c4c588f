# masthead_add_plugin(<target> MANIFEST plugin.json SOURCES src/a.cpp ... [WEB_DIR web/dist] [OUTPUT_DIR dir] [INSTALL_DIR dir])
#   Builds the plugin named by "id" in the manifest and puts its folder together:
#     <OUTPUT_DIR>/<id>/{plugin.json, <id>.so, web/, plugin.sums}     OUTPUT_DIR defaults to <build>/plugins
#   The module exports mh_entry_v1 and nothing else, has no undefined symbols, and carries id and version of the manifest.
#   WEB_DIR is copied when it exists; it may be made by another build step before. INSTALL_DIR adds an install rule.


function(masthead_add_plugin target)
  cmake_parse_arguments(PLUGIN "" "MANIFEST;WEB_DIR;OUTPUT_DIR;INSTALL_DIR" "SOURCES" ${ARGN})
  if(NOT PLUGIN_MANIFEST OR NOT PLUGIN_SOURCES)
    message(FATAL_ERROR "masthead_add_plugin(${target}): MANIFEST and SOURCES are needed")
  endif()
  get_filename_component(manifest ${PLUGIN_MANIFEST} ABSOLUTE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${manifest})
  file(READ ${manifest} manifest_text)
  foreach(member id version title sdk)
    string(JSON ${member} ERROR_VARIABLE problem GET "${manifest_text}" ${member})
    if(problem)
      message(FATAL_ERROR "${manifest}: \"${member}\" cannot be read: ${problem}")
    endif()
  endforeach()
  if(NOT id MATCHES "^[a-z][a-z0-9-]*$")
    message(FATAL_ERROR "${manifest}: \"id\" is \"${id}\", expected lower-case letters, digits and '-', beginning with a letter")
  endif()
  if(NOT version MATCHES "^[0-9]+\\.[0-9]+\\.[0-9]+(-[0-9A-Za-z.-]+)?$")
    message(FATAL_ERROR "${manifest}: \"version\" is \"${version}\", expected a version such as 1.0.0")
  endif()

  add_library(${target} MODULE ${PLUGIN_SOURCES})
  target_link_libraries(${target} PRIVATE Masthead::sdk)
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_compile_definitions(${target} PRIVATE MASTHEAD_PLUGIN_ID="${id}" MASTHEAD_PLUGIN_VERSION="${version}")
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
  target_link_options(${target} PRIVATE -Wl,--version-script=${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map -Wl,-z,now,-z,relro,-z,nodelete,--build-id)
  if(NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize" AND NOT MH_SANITIZE)
    target_link_options(${target} PRIVATE -Wl,-z,defs)
  endif()
  set_target_properties(${target} PROPERTIES PREFIX "" OUTPUT_NAME ${id} SUFFIX ".so" C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/module LINK_DEPENDS ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map)

  if(NOT PLUGIN_OUTPUT_DIR)
    set(PLUGIN_OUTPUT_DIR ${CMAKE_BINARY_DIR}/plugins)
  endif()
  set(folder ${PLUGIN_OUTPUT_DIR}/${id})
  set(web "")
  set(assets "")
  if(PLUGIN_WEB_DIR)
    get_filename_component(web ${PLUGIN_WEB_DIR} ABSOLUTE)
    file(GLOB_RECURSE assets CONFIGURE_DEPENDS ${web}/*)
  endif()
  # The folder is put together on every build (a few files): files of web/ may come from a step that CMake does not see.
  add_custom_target(${target}_folder ALL
    COMMAND ${CMAKE_COMMAND} -DMANIFEST=${manifest} -DMODULE=$<TARGET_FILE:${target}> -DWEB=${web} -DFOLDER=${folder}
            -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/MastheadPluginFolder.cmake
    DEPENDS ${target} VERBATIM)
  set_target_properties(${target} PROPERTIES MASTHEAD_PLUGIN_FOLDER ${folder} MASTHEAD_PLUGIN_ID ${id})
  if(PLUGIN_INSTALL_DIR)
    install(DIRECTORY ${folder} DESTINATION ${PLUGIN_INSTALL_DIR} COMPONENT plugins)
  endif()
endfunction()
