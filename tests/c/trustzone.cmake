# The gateway from outside, in QEMU: `ctest --test-dir build/qemu -R gateway -V` shows the table of faults.
if(COMMAND toy_secure_image AND TARGET toy_secure)
  set(zone ${CMAKE_CURRENT_LIST_DIR}/trustzone)
  foreach(kind gateway gateway_long gateway_open)
    toy_secure_image(${kind}_secure ${zone}/probe.c)
    toy_rest_image(${kind}_rest ${kind}_secure ${zone}/test_gateway.c)
    foreach(image ${kind}_secure ${kind}_rest)
      target_include_directories(${image} PRIVATE ${zone} ${CMAKE_CURRENT_LIST_DIR} ${zone}/../../../toy_mcu)
    endforeach()
    if(kind STREQUAL "gateway_long") # a million calls: tests/run_long.sh runs it
      continue()
    endif()
    add_test(NAME ${kind} COMMAND ${CMAKE_CROSSCOMPILING_EMULATOR} $<TARGET_FILE:${kind}_secure>
             -device loader,file=$<TARGET_FILE:${kind}_rest>)
    set_tests_properties(${kind} PROPERTIES TIMEOUT 120 LABELS qemu)
  endforeach()
  target_compile_definitions(gateway_rest PRIVATE GATEWAY_CALLS=20000u)
  # Without the protection the same test fails, and says where.
  target_compile_definitions(gateway_open_secure PRIVATE PARTITION_LEFT_OPEN=1)
  target_compile_definitions(gateway_open_rest PRIVATE GATEWAY_OPEN_BUILD=1 GATEWAY_CALLS=20000u)
  set_tests_properties(gateway_open PROPERTIES PASS_REGULAR_EXPRESSION "pairing's key +read +[0-9a-f]+  NO FAULT.*FAIL every_asset")
endif()
