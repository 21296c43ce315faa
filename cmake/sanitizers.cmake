# PEERLAB_SANITIZE=address,undefined compiles and links everything with these sanitizers; a finding ends the program.
set(PEERLAB_SANITIZE "" CACHE STRING "Comma-separated sanitizers")
if(PEERLAB_SANITIZE)
  add_compile_options(-fsanitize=${PEERLAB_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${PEERLAB_SANITIZE})
endif()
