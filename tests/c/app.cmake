if(TARGET toy_app AND TARGET toy_secure)
  add_library(toy_fakes OBJECT ${CMAKE_CURRENT_LIST_DIR}/fake_port.c ${CMAKE_CURRENT_LIST_DIR}/fake_phrases.c
    ${CMAKE_CURRENT_LIST_DIR}/fake_base.c ${CMAKE_CURRENT_LIST_DIR}/fake_home.c)
  target_include_directories(toy_fakes PUBLIC ${CMAKE_CURRENT_LIST_DIR})
  target_link_libraries(toy_fakes PUBLIC toy_app toy_secure)
  foreach(module hearing slice phrases nod reply offline settings faults turn toy)
    toy_test(${module} toy_app toy_fakes)
  endforeach()
endif()
