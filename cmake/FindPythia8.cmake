# Finds Pythia 8: in PYTHIA8_ROOT (CMake or environment variable) or where scripts/setup_pythia.sh put it.
#
# Gives the target Pythia8::Pythia8 and the variables Pythia8_FOUND, Pythia8_VERSION and PYTHIA8_XMLDOC (the data folder that
# Pythia's constructor takes). The target defines PYTHIA8_XMLDOC, as a string, for those who link it.

set(_pythia8_hints ${PYTHIA8_ROOT} $ENV{PYTHIA8_ROOT})
if(NOT _pythia8_hints)
  execute_process(
    COMMAND ${CMAKE_CURRENT_LIST_DIR}/../scripts/setup_pythia.sh --print-prefix
    OUTPUT_VARIABLE _pythia8_hints OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()

# What was found before is looked for again when its folder is gone or another one is asked for.
if(NOT "${_pythia8_hints}" STREQUAL "${PYTHIA8_FOUND_WITH}")
  unset(PYTHIA8_INCLUDE_DIR CACHE)
  unset(PYTHIA8_LIBRARY CACHE)
  unset(PYTHIA8_XMLDOC CACHE)
  set(PYTHIA8_FOUND_WITH "${_pythia8_hints}" CACHE INTERNAL "hints of the last search for Pythia 8")
endif()

find_path(PYTHIA8_INCLUDE_DIR Pythia8/Pythia.h HINTS ${_pythia8_hints} PATH_SUFFIXES include)
find_library(PYTHIA8_LIBRARY NAMES libpythia8.a pythia8 HINTS ${_pythia8_hints} PATH_SUFFIXES lib lib64)
find_path(PYTHIA8_XMLDOC Version.xml HINTS ${_pythia8_hints} PATH_SUFFIXES share/xmldoc share/Pythia8/xmldoc)
mark_as_advanced(PYTHIA8_INCLUDE_DIR PYTHIA8_LIBRARY PYTHIA8_XMLDOC)

if(PYTHIA8_INCLUDE_DIR)
  file(STRINGS ${PYTHIA8_INCLUDE_DIR}/Pythia8/Pythia.h _pythia8_line REGEX "^#define PYTHIA_VERSION ")
  string(REGEX MATCH "[0-9]+\\.[0-9]+" Pythia8_VERSION "${_pythia8_line}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Pythia8
  REQUIRED_VARS PYTHIA8_LIBRARY PYTHIA8_INCLUDE_DIR PYTHIA8_XMLDOC
  VERSION_VAR Pythia8_VERSION
  REASON_FAILURE_MESSAGE "run scripts/setup.sh, set PYTHIA8_ROOT, or configure with -DTRUEUP_WITH_PYTHIA=OFF")

if(Pythia8_FOUND AND NOT TARGET Pythia8::Pythia8)
  find_package(ZLIB REQUIRED)
  find_package(Threads REQUIRED)
  add_library(Pythia8::Pythia8 UNKNOWN IMPORTED)
  # GZIP and FJCORE_… change the layout of classes in Pythia's headers: they must be as they were when it was compiled.
  set_target_properties(Pythia8::Pythia8 PROPERTIES
    IMPORTED_LOCATION ${PYTHIA8_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${PYTHIA8_INCLUDE_DIR}
    INTERFACE_SYSTEM_INCLUDE_DIRECTORIES ${PYTHIA8_INCLUDE_DIR}
    INTERFACE_COMPILE_DEFINITIONS "GZIP;FJCORE_HAVE_LIMITED_THREAD_SAFETY;PYTHIA8_XMLDOC=\"${PYTHIA8_XMLDOC}\""
    INTERFACE_LINK_LIBRARIES "ZLIB::ZLIB;Threads::Threads;${CMAKE_DL_LIBS}")
endif()
