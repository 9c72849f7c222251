if(TARGET toy_fakes)
  toy_test(load toy_app toy_fakes)
  if(COMMAND toy_bench_on_port)
    toy_bench_on_port(test_load) # with counting: the figures of tests/budgets.toml
  endif()
endif()
