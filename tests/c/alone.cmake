# The toy alone: content, choices, templates, the guessing game, the story model at work, the dialogue.
if(TARGET toy_app)
  foreach(module content template unsafe game teller policy)
    toy_test(alone_${module} toy_app toy_content)
  endforeach()
  target_sources(test_alone_teller PRIVATE ${CMAKE_CURRENT_LIST_DIR}/fake_port.c)
endif()
