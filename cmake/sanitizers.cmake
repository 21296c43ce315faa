# PEERLAB_SANITIZE=address,undefined compiles and links everything with these sanitizers; a finding ends the program.
set(PEERLAB_SANITIZE "" CACHE STRING "Comma-separated sanitizers")
if(PEERLAB_SANITIZE)
  add_compile_options(-Wno-maybe-uninitialized)  # g++ 12 sees std::regex wrongly where it is instrumented
  add_compile_options(-fsanitize=${PEERLAB_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  if(PEERLAB_SANITIZE MATCHES thread)
    add_compile_options(-Wno-tsan)  # Asio's fences, which the sanitizer does not see; Asio's queues have locks too
  endif()
  add_link_options(-fsanitize=${PEERLAB_SANITIZE})
endif()

# libFuzzer's programs (preset fuzz, tests/fuzz): coverage for what they call.  Debian's clang 14 cannot instrument coroutines; http
# has them and no target.
option(PEERLAB_FUZZ "Build tests/fuzz for libFuzzer" OFF)
function(peerlab_uninstrumented TARGET)
  if(PEERLAB_FUZZ)
    target_compile_options(${TARGET} PRIVATE -fno-sanitize=fuzzer-no-link,address,undefined)
  endif()
endfunction()
if(PEERLAB_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
