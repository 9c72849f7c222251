/* stack.h - how deep the stack has been, by painting it.
 * Out     bytes used at most since the last painting
 * Time    painting and looking take one pass over the free part; do neither inside a measured stretch */
#ifndef QEMU_STACK_H
#define QEMU_STACK_H

#include <stddef.h>

/* Paints everything below the caller's frame. */
void qemu_stack_paint(void);

/* Deepest use since the last painting, counted from the caller's own stack pointer at that time. */
size_t qemu_stack_used_bytes(void);

#endif
