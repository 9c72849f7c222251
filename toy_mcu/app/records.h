/* records.h - the names under which the port's store keeps what must survive power loss. */
#ifndef TOY_APP_RECORDS_H
#define TOY_APP_RECORDS_H

/* 3 and 4 are secure/'s. */
enum {
    TOY_RECORD_SETTINGS = 1,
    TOY_RECORD_OFFLINE = 2,
    TOY_RECORD_OFFLINE_2 = 5,
    TOY_RECORD_OFFLINE_3 = 6,
    TOY_RECORD_OFFLINE_4 = 7,
    TOY_RECORD_ALLOWANCE = 8
};

#endif
