#include "voice/song.h"

/* Octave 6, C to B; one octave down halves. */
static const uint16_t octave_6_hz[12] = {1047, 1109, 1175, 1245, 1319, 1397,
                                         1480, 1568, 1661, 1760, 1865, 1976};
static const int8_t semitone[7] = {9, 11, 0, 2, 4, 5, 7}; /* a b c d e f g */

uint16_t toy_song_note(const char **text, uint16_t beat_ms, uint16_t *ms)
{
    const char *at = *text;
    char name = *at >= 'a' && *at <= 'g' ? *at : (char)(*at - 'A' + 'a');
    if (name < 'a' || name > 'g') {
        return 0;
    }
    int tone = semitone[name - 'a'];
    ++at;
    if (*at == '#' || *at == 'b') {
        tone += *at == '#' ? 1 : 11;
        ++at;
    }
    if (*at < '2' || *at > '6') {
        return 0;
    }
    uint16_t hz = (uint16_t)(octave_6_hz[tone % 12] >> ('6' - *at));
    ++at;
    uint32_t halves = 2;
    if (*at == ':' && at[1] >= '0' && at[1] <= '9') {
        halves = 2u * (uint32_t)(at[1] - '0');
        at += 2;
        if (*at == '.' && at[1] == '5') {
            ++halves;
            at += 2;
        }
    }
    *ms = (uint16_t)(halves * beat_ms / 2u);
    *text = *at == ',' ? at + 1 : at;
    return hz;
}
