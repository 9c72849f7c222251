#!/usr/bin/env bash
# Is the Pico SDK there? One line and exit status 2 when not: what to install, and where it is written.
if [ ! -f "${PICO_SDK_PATH:-}/pico_sdk_init.cmake" ]; then
  echo "no Pico SDK: install SDK 2.2.0 with its submodules, picotool 2.2.0 and arm-none-eabi-gcc with C++ (docs/BUILD.md," \
    "step 1), then export PICO_SDK_PATH" >&2
  exit 2
fi
if ! arm-none-eabi-g++ -print-file-name=libstdc++.a 2>/dev/null | grep -q /; then
  echo "no arm-none-eabi-g++ with libstdc++: install libstdc++-arm-none-eabi-newlib (docs/BUILD.md, step 1)" >&2
  exit 2
fi
