# Cortex-M33 with FPU and DSP, for QEMU's mps2-an505. Use:
#   cmake -S toy_mcu -B build/qemu -G Ninja -DTOY_PORT=qemu_an505 \
#         -DCMAKE_TOOLCHAIN_FILE=toy_mcu/ports/qemu_an505/toolchain.cmake
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR cortex-m33)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_ASM_COMPILER arm-none-eabi-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY) # a whole program needs our linker script
set(TOY_CPU_FLAGS "-mcpu=cortex-m33 -mthumb -mfloat-abi=hard -mfpu=fpv5-sp-d16")
set(CMAKE_C_FLAGS_INIT "${TOY_CPU_FLAGS} -fno-common -fstack-usage")
set(CMAKE_ASM_FLAGS_INIT "${TOY_CPU_FLAGS}")
set(CMAKE_C_FLAGS_RELEASE_INIT "-O2 -g")
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "budgets are measured on Release")
endif()

# What ctest puts in front of a test program. `-serial null`: tests speak through semihosting alone.
set(CMAKE_CROSSCOMPILING_EMULATOR
  qemu-system-arm -M mps2-an505 -display none -monitor none -serial null
  -semihosting-config enable=on,target=native -kernel)
# The same with exact counting: every instruction takes 64 ns of virtual time (see instructions.h).
set(TOY_COUNTING_EMULATOR
  qemu-system-arm -M mps2-an505 -display none -monitor none -serial null -icount shift=6
  -semihosting-config enable=on,target=native -kernel)
