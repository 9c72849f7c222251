/* puppet_turn.h - the dialogue's state machine alone, in a room with sounds, between two brains that do what the test says.
 * One world a program: what follows is its state, which a test sets and looks at. */
#ifndef PUPPET_TURN_H
#define PUPPET_TURN_H

#include "app/turn.h"
#include "fake_home.h"

typedef struct {
    bool absent;       /* begin refuses */
    bool fails;        /* feed refuses */
    bool fails_at_end; /* only then */
    toy_answer_t answer;
    int sounds_left;   /* TOY_ANSWER_SOUND so often, then `answer` */
    unsigned begun, ended, cancelled, reason;
    toy_question_t question;
    toy_question_end_t end;
} puppet_t;

extern toy_port_t port;
extern puppet_t remote, local;
extern toy_turn_t turn;
extern toy_ear_t ear;
extern toy_hearing_t hearing;

void fresh(bool open_microphone);
void run(fake_sound_t what, uint32_t ms);
void ask(void); /* by the paw, for a second; the question has no end yet */

#endif
