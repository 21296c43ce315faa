# peerlab_embed(TARGET NAME FILE) compiles FILE's text into TARGET as `peerlab::embedded::NAME`, a std::string_view that its
# user declares `extern`.  The one copy of the text stays the file; a program never searches for it at run time.
function(peerlab_embed TARGET NAME FILE)
  get_filename_component(SOURCE ${FILE} ABSOLUTE BASE_DIR ${PROJECT_SOURCE_DIR})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${SOURCE})
  file(READ ${SOURCE} TEXT)
  set(GENERATED ${CMAKE_CURRENT_BINARY_DIR}/embedded_${NAME}.cc)
  file(CONFIGURE OUTPUT ${GENERATED} @ONLY CONTENT "#include <string_view>
namespace peerlab::embedded {
extern const std::string_view @NAME@;
constinit const std::string_view @NAME@{R\"PEERLAB(@TEXT@)PEERLAB\"};
}  // namespace peerlab::embedded
")
  target_sources(${TARGET} PRIVATE ${GENERATED})
endfunction()
