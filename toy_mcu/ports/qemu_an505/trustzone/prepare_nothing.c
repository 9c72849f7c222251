#include "secure_port.h"

void secure_world_prepare(void) {}
