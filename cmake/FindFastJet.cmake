# Finds FastJet and fastjet-contrib: in FASTJET_ROOT (CMake or environment variable) or where scripts/setup_fastjet.sh put them.
#
# Gives the targets FastJet::FastJet (core and tools) and, when there, FastJet::Contrib (plugins and contrib), and the
# variables FastJet_FOUND and FastJet_VERSION.

set(_fastjet_hints ${FASTJET_ROOT} $ENV{FASTJET_ROOT})
if(NOT _fastjet_hints)
  execute_process(
    COMMAND ${CMAKE_CURRENT_LIST_DIR}/../scripts/setup_fastjet.sh --print-prefix
    OUTPUT_VARIABLE _fastjet_hints OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()

set(_fastjet_libraries fastjet fastjettools fastjetplugins fastjetcontribfragile siscone siscone_spherical)
if(NOT "${_fastjet_hints}" STREQUAL "${FASTJET_FOUND_WITH}")
  unset(FASTJET_INCLUDE_DIR CACHE)
  foreach(_name ${_fastjet_libraries})
    unset(FASTJET_${_name}_LIBRARY CACHE)
  endforeach()
  set(FASTJET_FOUND_WITH "${_fastjet_hints}" CACHE INTERNAL "hints of the last search for FastJet")
endif()

find_path(FASTJET_INCLUDE_DIR fastjet/ClusterSequence.hh HINTS ${_fastjet_hints} PATH_SUFFIXES include)
mark_as_advanced(FASTJET_INCLUDE_DIR)
foreach(_name ${_fastjet_libraries})
  find_library(FASTJET_${_name}_LIBRARY NAMES ${_name} HINTS ${_fastjet_hints} PATH_SUFFIXES lib lib64)
  mark_as_advanced(FASTJET_${_name}_LIBRARY)
endforeach()

if(FASTJET_INCLUDE_DIR AND EXISTS ${FASTJET_INCLUDE_DIR}/fastjet/config_auto.h)
  file(STRINGS ${FASTJET_INCLUDE_DIR}/fastjet/config_auto.h _fastjet_line REGEX "FASTJET_PACKAGE_VERSION|FASTJET_VERSION ")
  string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" FastJet_VERSION "${_fastjet_line}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(FastJet
  REQUIRED_VARS FASTJET_fastjet_LIBRARY FASTJET_fastjettools_LIBRARY FASTJET_INCLUDE_DIR
  VERSION_VAR FastJet_VERSION
  REASON_FAILURE_MESSAGE "run scripts/setup.sh, set FASTJET_ROOT, or configure with -DTRUEUP_WITH_PYTHIA=OFF")

# _fastjet_target(NAME DEPENDS…): an imported target FastJet::NAME for libNAME, if it was found.
function(_fastjet_target name)
  if(FASTJET_${name}_LIBRARY AND NOT TARGET FastJet::${name})
    add_library(FastJet::${name} UNKNOWN IMPORTED)
    set_target_properties(FastJet::${name} PROPERTIES
      IMPORTED_LOCATION ${FASTJET_${name}_LIBRARY}
      INTERFACE_INCLUDE_DIRECTORIES ${FASTJET_INCLUDE_DIR}
      INTERFACE_SYSTEM_INCLUDE_DIRECTORIES ${FASTJET_INCLUDE_DIR})
    foreach(_dependency ${ARGN})
      if(TARGET FastJet::${_dependency})
        set_property(TARGET FastJet::${name} APPEND PROPERTY INTERFACE_LINK_LIBRARIES FastJet::${_dependency})
      endif()
    endforeach()
  endif()
endfunction()

if(FastJet_FOUND)
  _fastjet_target(fastjet)
  _fastjet_target(fastjettools fastjet)
  _fastjet_target(siscone)
  _fastjet_target(siscone_spherical siscone)
  _fastjet_target(fastjetplugins fastjet siscone siscone_spherical)
  _fastjet_target(fastjetcontribfragile fastjettools fastjetplugins fastjet)
  if(NOT TARGET FastJet::FastJet)
    add_library(FastJet::FastJet INTERFACE IMPORTED)
    set_property(TARGET FastJet::FastJet PROPERTY INTERFACE_LINK_LIBRARIES FastJet::fastjettools FastJet::fastjet)
  endif()
  if(TARGET FastJet::fastjetcontribfragile AND NOT TARGET FastJet::Contrib)
    add_library(FastJet::Contrib INTERFACE IMPORTED)
    set_property(TARGET FastJet::Contrib PROPERTY INTERFACE_LINK_LIBRARIES FastJet::fastjetcontribfragile FastJet::FastJet)
  endif()
endif()
