# mh_add_room(<name> SOURCES ... LINK ... [PRIVATE_LINK ...] [PCH <headers>])
#   A static library mh_<name> with the alias masthead::<name>: one per folder of host/.
# mh_add_unit_suite(<name> SOURCES ... LINK ...)
#   The CppUnit executable unit_<name> from tests/unit/<name>, registered with ctest under the label "unit".
# mh_rooms(<dir>...)
#   Adds each folder that exists and that MH_ROOMS asks for.

function(mh_rooms)
  foreach(dir IN LISTS ARGN)
    get_filename_component(name ${dir} NAME)
    if(EXISTS ${CMAKE_SOURCE_DIR}/${dir}/CMakeLists.txt AND (MH_ROOMS STREQUAL "all" OR name IN_LIST MH_ROOMS))
      add_subdirectory(${dir})
    endif()
  endforeach()
endfunction()

# The order in which rooms may depend on each other; a room links only rooms to its left.
set(MH_ROOM_ORDER base config supervisor edge proto headscale console cli)

function(mh_check_direction name)
  list(FIND MH_ROOM_ORDER ${name} own)
  foreach(dependency IN LISTS ARGN)
    string(REGEX REPLACE "^masthead::" "" other "${dependency}")
    list(FIND MH_ROOM_ORDER "${other}" position)
    if(dependency MATCHES "^masthead::" AND own GREATER -1 AND position GREATER_EQUAL own)
      message(FATAL_ERROR "room ${name} must not depend on ${other}: dependencies point one way (docs/architecture.md)")
    endif()
  endforeach()
endfunction()

function(mh_add_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINK;PRIVATE_LINK;PCH" ${ARGN})
  mh_check_direction(${name} ${ROOM_LINK} ${ROOM_PRIVATE_LINK})
  add_library(mh_${name} STATIC ${ROOM_SOURCES})
  add_library(masthead::${name} ALIAS mh_${name})
  target_link_libraries(mh_${name} PUBLIC mh_options ${ROOM_LINK} PRIVATE ${ROOM_PRIVATE_LINK})
  if(ROOM_PCH)
    target_precompile_headers(mh_${name} PRIVATE ${ROOM_PCH})
  endif()
endfunction()

function(mh_add_unit_suite name)
  cmake_parse_arguments(SUITE "" "" "SOURCES;LINK" ${ARGN})
  add_executable(unit_${name} ${SUITE_SOURCES})
  target_link_libraries(unit_${name} PRIVATE mh_test_support ${SUITE_LINK})
  add_test(NAME unit.${name} COMMAND unit_${name})
  set_tests_properties(unit.${name} PROPERTIES LABELS unit)
endfunction()
