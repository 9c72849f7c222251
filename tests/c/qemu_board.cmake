if(TOY_PORT STREQUAL "qemu_an505")
  toy_test(qemu_board qemu_board)
  toy_bench_on_port(test_qemu_board) # the same once more, with counting
  toy_test(qemu_overflow qemu_board)
  set_tests_properties(qemu_overflow PROPERTIES PASS_REGULAR_EXPRESSION "fault 3 .*the stack overflowed")
endif()
