# The voice: reading, pronouncing, speaking; in QEMU the last one also counts instructions.
if(TARGET toy_voice)
  foreach(module words lexicon speech)
    toy_test(voice_${module} toy_voice)
  endforeach()
  if(COMMAND toy_bench_on_port)
    toy_bench_on_port(test_voice_speech)
  endif()
endif()
