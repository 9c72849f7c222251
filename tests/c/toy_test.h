/* toy_test.h - the smallest test frame that runs unchanged on the host and on bare metal.
 * Out     one line a check that failed, one line a test, exit status 0 or 1
 * A test file lists its functions in main() through TOY_RUN and ends with TOY_DONE(). */
#ifndef TOY_TEST_H
#define TOY_TEST_H

#include <stdio.h>
#include <string.h>

static int toy_test_failed_checks;
static int toy_test_failed_tests;

#define TOY_CHECK(condition)                                                                       \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);                       \
            ++toy_test_failed_checks;                                                              \
        }                                                                                          \
    } while (0)

#define TOY_CHECK_INT(actual, expected)                                                            \
    do {                                                                                           \
        long long toy_actual_ = (long long)(actual), toy_expected_ = (long long)(expected);        \
        if (toy_actual_ != toy_expected_) {                                                        \
            printf("%s:%d: %s is %lld, expected %lld\n", __FILE__, __LINE__, #actual, toy_actual_, \
                   toy_expected_);                                                                 \
            ++toy_test_failed_checks;                                                              \
        }                                                                                          \
    } while (0)

#define TOY_CHECK_BYTES(actual, expected, count) TOY_CHECK(memcmp((actual), (expected), (count)) == 0)

#define TOY_RUN(test)                                                                              \
    do {                                                                                           \
        toy_test_failed_checks = 0;                                                                \
        test();                                                                                    \
        printf("%s %s\n", toy_test_failed_checks == 0 ? "ok  " : "FAIL", #test);                   \
        toy_test_failed_tests += (toy_test_failed_checks != 0);                                    \
    } while (0)

#define TOY_DONE() return toy_test_failed_tests == 0 ? 0 : 1

#endif
