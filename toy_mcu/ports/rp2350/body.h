/* body.h - what the plush has besides sound: buttons, the switch, the ring of lights, the motor.
 * In      pins, every 20 ms
 * Out     toy_button(), toy_mute(), toy_volume(), toy_battery(); lights and motor
 * Memory  static */
#ifndef RP2350_BODY_H
#define RP2350_BODY_H

#include "app/toy.h"
#include "rp2350/logic/clocks.h"
#include "rp2350/port_rp2350.h"

void rp_body_start(toy_t *toy, const rp_clock_plan_t *clocks, uint8_t volume_percent);

/* Buttons and cell into the toy; the microphone's clock follows the mute switch here, before anything else does. */
void rp_body_feel(toy_t *toy);

/* Lights and motor; samples: the frame that plays next. */
void rp_body_show(const toy_port_t *port, const int16_t samples[TOY_FRAME_SAMPLES]);

#endif
