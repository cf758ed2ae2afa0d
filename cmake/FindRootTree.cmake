# Finds what reading and writing ROOT trees takes: in ROOT_ROOT (CMake or environment variable) or where
# scripts/setup_root.sh found or put it. ROOT's own CMake files ask for parts that are not needed here.
#
# Gives the target Root::Tree and the variables RootTree_FOUND, RootTree_VERSION and RootTree_CXX_STANDARD, which code
# that includes ROOT's headers is to be compiled to.

set(_root_hints ${ROOT_ROOT} $ENV{ROOT_ROOT})
if(NOT _root_hints)
  execute_process(
    COMMAND ${CMAKE_CURRENT_LIST_DIR}/../scripts/setup_root.sh --print-prefix
    OUTPUT_VARIABLE _root_hints OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()

set(_root_libraries Core RIO Tree)
if(NOT "${_root_hints}" STREQUAL "${ROOT_TREE_FOUND_WITH}")
  unset(ROOT_TREE_INCLUDE_DIR CACHE)
  foreach(_name ${_root_libraries})
    unset(ROOT_TREE_${_name}_LIBRARY CACHE)
  endforeach()
  set(ROOT_TREE_FOUND_WITH "${_root_hints}" CACHE INTERNAL "hints of the last search for ROOT")
endif()

find_path(ROOT_TREE_INCLUDE_DIR TTree.h HINTS ${_root_hints} PATH_SUFFIXES include include/root)
mark_as_advanced(ROOT_TREE_INCLUDE_DIR)
set(_root_required ROOT_TREE_INCLUDE_DIR)
foreach(_name ${_root_libraries})
  find_library(ROOT_TREE_${_name}_LIBRARY NAMES ${_name} HINTS ${_root_hints} PATH_SUFFIXES lib lib/root lib64 lib64/root)
  mark_as_advanced(ROOT_TREE_${_name}_LIBRARY)
  list(APPEND _root_required ROOT_TREE_${_name}_LIBRARY)
endforeach()

set(RootTree_CXX_STANDARD 17)
if(ROOT_TREE_INCLUDE_DIR)
  file(STRINGS ${ROOT_TREE_INCLUDE_DIR}/ROOT/RVersion.hxx _root_lines REGEX "define ROOT_VERSION_(MAJOR|MINOR|PATCH) ")
  string(REGEX MATCHALL "[0-9]+" _root_numbers "${_root_lines}")
  list(JOIN _root_numbers "." RootTree_VERSION)
  file(STRINGS ${ROOT_TREE_INCLUDE_DIR}/RConfigure.h _root_line REGEX "define ROOT__cplusplus ")
  if("${_root_line}" MATCHES " 20[23]")
    set(RootTree_CXX_STANDARD 20)
  endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(RootTree
  REQUIRED_VARS ${_root_required}
  VERSION_VAR RootTree_VERSION
  REASON_FAILURE_MESSAGE "run scripts/setup.sh, set ROOT_ROOT, or configure with -DTRUEUP_WITH_ROOT=OFF")

if(RootTree_FOUND AND NOT TARGET Root::Tree)
  add_library(Root::Tree INTERFACE IMPORTED)
  set_target_properties(Root::Tree PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES ${ROOT_TREE_INCLUDE_DIR}
    INTERFACE_SYSTEM_INCLUDE_DIRECTORIES ${ROOT_TREE_INCLUDE_DIR}
    INTERFACE_LINK_LIBRARIES "${ROOT_TREE_Tree_LIBRARY};${ROOT_TREE_RIO_LIBRARY};${ROOT_TREE_Core_LIBRARY}")
endif()
