/* links.h - every way to the base station behind two calls: the cable (UART), USB, and the radio where there is one.
 * In      the toy; bytes that the wires brought
 * Out     the toy's frames on the wire that has the session (logic/wires.h); replies of the loader
 * Memory  static; a frame decoder for each cable
 * Errors  none: a wire that takes nothing loses frames, and the toy sends them again
 * The radio carries frames without delimiters; they are put on and taken off here, so that the toy sees one kind of wire. */
#ifndef RP2350_LINKS_H
#define RP2350_LINKS_H

#include "app/toy.h"

void rp_links_start(toy_t *toy);
void rp_links_receive(void);
void rp_links_transmit(void);
void rp_links_pairing_mode(bool on); /* the toy lets itself be paired just now: whoever looks for it over the radio sees it */
bool rp_links_by_cable(void); /* the session, if there is one, goes over UART or USB: whoever it is holds the toy */
void rp_links_poll(void); /* what must not wait 20 ms: USB, the radio, the loader */

#endif
