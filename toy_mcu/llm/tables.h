/* tables.h - the two curves of the engine, constant, in flash.
 * Out     toy_exp_table[i] = 2^(-i / 32) in Q15, the last 0; toy_sigmoid_table[i + 512] = sigmoid((i + 0.5) / 64), Q15
 * Source  models/llama/engine.py (EXP_TABLE, SIGMOID_TABLE, RSQRT_TABLE); tests/py/test_llm_tables.py compares */
#ifndef TOY_LLM_TABLES_H
#define TOY_LLM_TABLES_H

#include <stdint.h>

#define TOY_EXP_STEPS_AN_OCTAVE 32

extern const int16_t toy_exp_table[512];
extern const int16_t toy_sigmoid_table[1024];
extern const uint32_t toy_rsqrt_table[12];

#endif
