# api/openapi.yaml as JSON, for whom the gateway serves it and for the tests that hold it to it.
set(PEERLAB_OPENAPI ${PROJECT_BINARY_DIR}/openapi.json)
find_program(PEERLAB_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)  # Debian's, which python3-yaml is for
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/api/openapi.yaml
  ${PROJECT_SOURCE_DIR}/scripts/openapi_json.py)
execute_process(COMMAND ${PEERLAB_PYTHON} -B ${PROJECT_SOURCE_DIR}/scripts/openapi_json.py ${PROJECT_SOURCE_DIR}/api/openapi.yaml
  ${PROJECT_VERSION} ${PEERLAB_OPENAPI} COMMAND_ERROR_IS_FATAL ANY)
