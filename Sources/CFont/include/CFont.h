#ifndef GPUTRAIN_FONT_H
#define GPUTRAIN_FONT_H

#include <stdint.h>

// The lines of a text of this size in pixels: those above the baseline and those below it.
typedef struct {
  int ascent, descent;
} font_lines;

font_lines font_measure(float size);

// Returns the width in pixels of a line of text, of `count` Unicode code points. Draws it too
// unless `coverage` is NULL: into `height` rows of `width` bytes, with the baseline below the row
// `ascent`, clipped. A byte becomes how much of its pixel the text covers, 255 for all of it, if
// that is more than it was.
int font_draw(const uint32_t *text, int count, float size, uint8_t *coverage, int width,
              int height);

#endif
