# What decides in the RP2350 port, without its hardware: the same files, on the host and in QEMU.
set(port ${CMAKE_CURRENT_LIST_DIR}/../../toy_mcu/ports)
set(logic ${port}/rp2350/logic)
if(TARGET toy_link AND NOT TOY_PORT STREQUAL "rp2350")
  add_library(rp2350_logic STATIC
    ${logic}/buttons.c ${logic}/clocks.c ${logic}/health.c ${logic}/lamps.c ${logic}/loader.c ${logic}/microphone.c
    ${logic}/motion.c ${logic}/partition.c ${logic}/power.c ${logic}/psram.c ${logic}/shutoff.c ${logic}/signing.c ${logic}/store.c
    ${logic}/wires.c ${logic}/worlds.c)
  target_include_directories(rp2350_logic PUBLIC ${port})
  target_link_libraries(rp2350_logic PUBLIC toy_link)
  foreach(module body chip health loader motion power shutoff store wires worlds)
    toy_test(rp2350_${module} rp2350_logic)
  endforeach()
  if(TOY_PORT STREQUAL "host")
    add_executable(loader_peer loader_peer.c) # the other half of tests/py/test_flash.py
    target_link_libraries(loader_peer PRIVATE rp2350_logic)
    add_executable(otp_plan ${logic}/otp_plan.c)
    target_link_libraries(otp_plan PRIVATE rp2350_logic)
  endif()
endif()
