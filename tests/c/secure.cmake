# Until the product seals with Noise, only the tests build the room.
if(NOT TARGET toy_secure AND TARGET toy_link)
  add_subdirectory(${CMAKE_CURRENT_LIST_DIR}/../../toy_mcu/secure ${CMAKE_BINARY_DIR}/secure)
endif()
if(TARGET toy_secure AND TARGET toy_fakes)
  foreach(module secure_noise secure_noise_cipher secure_cpace secure_keys)
    toy_test(${module} toy_secure toy_fakes)
  endforeach()
  if(TOY_PORT STREQUAL "host")
    add_executable(secure_peer secure_peer.c) # the other half of tests/py/test_noise_agree.py
    add_executable(secure_toy secure_toy.c) # and a whole link under Noise
    target_link_libraries(secure_peer PRIVATE toy_secure toy_fakes)
    target_link_libraries(secure_toy PRIVATE toy_secure toy_fakes)
    target_compile_definitions(secure_toy PRIVATE _POSIX_C_SOURCE=200809L)
  endif()
  if(COMMAND toy_bench_on_port)
    toy_bench_on_port(test_secure_noise_cipher) # with counting: fails above the budget
  endif()
endif()
