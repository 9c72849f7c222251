#include "rp2350/flash_access.h"

#include <stdbool.h>

#include "board.h"
#include "hardware/flash.h"
#include "pico/flash.h"
#include "port/toy_port.h"

enum { STAND_STILL_MS = 100 };

typedef struct {
    uint32_t offset;
    const uint8_t *page; /* NULL: erase */
} task_t;

_Static_assert(RP_STORE_PAGE_BYTES == FLASH_PAGE_SIZE && RP_STORE_SECTOR_BYTES == FLASH_SECTOR_SIZE, "as the chip's");

const rp_partition_t *rp_flash_parts(void)
{
    static rp_partition_t plan;
    if (plan.firmware.bytes == 0u) {
        toy_ignore(rp_partition_plan(&plan, BOARD_FLASH_BYTES)); /* a test plans every board's size */
    }
    return &plan;
}

const uint8_t *rp_flash_at(uint32_t offset) { return (const uint8_t *)(uintptr_t)(XIP_BASE + offset); }

static void at_work(void *context)
{
    const task_t *task = context;
    if (task->page != NULL) {
        flash_range_program(task->offset, task->page, FLASH_PAGE_SIZE);
    } else {
        flash_range_erase(task->offset, FLASH_SECTOR_SIZE);
    }
}

/* The firmware never writes over itself. */
static bool is_ours(uint32_t offset)
{
    const rp_partition_t *plan = rp_flash_parts();
    return offset >= plan->model.offset && offset < plan->records.offset + plan->records.bytes;
}

static toy_status_t run(task_t task)
{
    return is_ours(task.offset) && flash_safe_execute(at_work, &task, STAND_STILL_MS) == PICO_OK ? TOY_OK : TOY_ERR_PORT;
}

toy_status_t rp_flash_erase(uint32_t offset) { return run((task_t){offset, NULL}); }

toy_status_t rp_flash_program(uint32_t offset, const uint8_t page[RP_STORE_PAGE_BYTES])
{
    return run((task_t){offset, page});
}

/* ---- the records ---------------------------------------------------------------------------------------- */

static bool erase(void *context, uint32_t offset)
{
    (void)context;
    return rp_flash_erase(rp_flash_parts()->records.offset + offset) == TOY_OK;
}

static bool program(void *context, uint32_t offset, const uint8_t page[RP_STORE_PAGE_BYTES])
{
    (void)context;
    return rp_flash_program(rp_flash_parts()->records.offset + offset, page) == TOY_OK;
}

rp_store_t rp_flash_store(void)
{
    return (rp_store_t){.bytes = rp_flash_at(rp_flash_parts()->records.offset), .erase = erase, .program = program};
}

toy_status_t toy_port_store_read(toy_port_t *port, uint16_t name, void *bytes, size_t *count)
{
    (void)port;
    const rp_store_t store = rp_flash_store();
    return rp_store_read(&store, name, bytes, count);
}

toy_status_t toy_port_store_write(toy_port_t *port, uint16_t name, const void *bytes, size_t count)
{
    (void)port;
    const rp_store_t store = rp_flash_store();
    return rp_store_write(&store, name, bytes, count);
}
