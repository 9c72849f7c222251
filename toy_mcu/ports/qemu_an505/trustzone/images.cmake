# Two images of one toy: the secure world and the rest. toy_secure_image(name sources...) and toy_rest_image(name secure
# sources...). Their memory maps are memory.ld with the shares of partition.h.
file(READ ${QEMU_LINKER_SCRIPT} map)
string(REPLACE "0x10000000, LENGTH = 4M" "0x10000000, LENGTH = 1M\n    VENEERS (rx) : ORIGIN = 0x10100000, LENGTH = 4K" secure "${map}")
string(REPLACE "0x38000000, LENGTH = 520K" "0x38000000, LENGTH = 128K" secure "${secure}")
string(REPLACE "qemu_stack_bytes : 64K" "qemu_stack_bytes : 8K" secure "${secure}")
string(REPLACE "    .ARM.exidx :" "    .gnu.sgstubs : { . = ALIGN(32); KEEP(*(.gnu.sgstubs*)) } > VENEERS\n    .ARM.exidx :" secure "${secure}")
string(REPLACE "0x10000000, LENGTH = 4M" "0x00200000, LENGTH = 2M" rest "${map}")
string(REPLACE "0x38000000, LENGTH = 520K" "0x28200000, LENGTH = 392K" rest "${rest}")
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/secure.ld CONTENT "${secure}" @ONLY)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/rest.ld CONTENT "${rest}" @ONLY)
set(TOY_TRUSTZONE ${CMAKE_CURRENT_LIST_DIR} CACHE INTERNAL "seen by tests/c too")

function(toy_trustzone_link target map)
  target_link_libraries(${target} PRIVATE qemu_board)
  target_compile_definitions(${target} PRIVATE TOY_ON_QEMU=1)
  target_include_directories(${target} PRIVATE ${TOY_TRUSTZONE}/.. ${TOY_TRUSTZONE}/../..)
  target_link_options(${target} PRIVATE -nostartfiles -T${CMAKE_BINARY_DIR}/${map} -Wl,--gc-sections
    -Wl,--no-warn-rwx-segments,--no-warn-execstack)
  set_target_properties(${target} PROPERTIES SUFFIX .elf LINK_DEPENDS "${CMAKE_BINARY_DIR}/${map}")
endfunction()

function(toy_secure_image target)
  add_executable(${target} ${TOY_TRUSTZONE}/gateway.c ${TOY_TRUSTZONE}/partition.c ${TOY_TRUSTZONE}/secure_main.c
    ${TOY_TRUSTZONE}/secure_port.c ${TOY_TRUSTZONE}/../ram_port.c ${TOY_TRUSTZONE}/../options.c ${ARGN})
  toy_trustzone_link(${target} secure.ld)
  target_compile_options(${target} PRIVATE -mcmse)
  target_link_libraries(${target} PRIVATE toy_secure)
  target_link_options(${target} PRIVATE -Wl,--cmse-implib -Wl,--out-implib=${CMAKE_BINARY_DIR}/${target}_veneers.o)
endfunction()

function(toy_rest_image target secure)
  add_executable(${target} ${ARGN})
  toy_trustzone_link(${target} rest.ld)
  add_dependencies(${target} ${secure})
  target_link_options(${target} PRIVATE ${CMAKE_BINARY_DIR}/${secure}_veneers.o)
endfunction()
