/* status.h - one result type for the whole firmware.
 * Out     0 is good, every error is negative; the compiler insists that a result is looked at
 * Memory  none */
#ifndef TOY_BASE_STATUS_H
#define TOY_BASE_STATUS_H

typedef enum {
    TOY_OK = 0,
    TOY_ERR_ARG = -1,      /* the caller broke the contract in the header card */
    TOY_ERR_MEMORY = -2,   /* the arena or a fixed buffer is too small */
    TOY_ERR_FULL = -3,     /* a ring or queue has no room; try again later */
    TOY_ERR_EMPTY = -4,    /* nothing there yet */
    TOY_ERR_FORMAT = -5,   /* bytes from outside do not parse */
    TOY_ERR_CHECKSUM = -6, /* bytes from outside parse but were damaged */
    TOY_ERR_AUTH = -7,     /* a frame did not open under the session's key */
    TOY_ERR_MODEL = -8,    /* a model blob is absurd, cut short or of another version */
    TOY_ERR_STATE = -9,    /* not possible in the present state */
    TOY_ERR_TIMEOUT = -10, /* the other side did not answer in time */
    TOY_ERR_PORT = -11     /* the hardware or the operating system refused */
} toy_status_t;

/* Functions return this macro's type so that dropping a result is a warning, and -Werror makes it an error. */
#define TOY_MUST_USE __attribute__((warn_unused_result))

/* Passes an error on to the caller; for functions that have nothing to undo. */
#define TOY_TRY(expression)                                                                        \
    do {                                                                                           \
        toy_status_t toy_try_status_ = (expression);                                               \
        if (toy_try_status_ != TOY_OK) {                                                           \
            return toy_try_status_;                                                                \
        }                                                                                          \
    } while (0)

/* For the few places where failing is fine; says so to the reader. */
static inline void toy_ignore(toy_status_t status) { (void)status; }

#endif
