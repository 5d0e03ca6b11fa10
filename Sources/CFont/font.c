// Draws text with the font DejaVu Sans, which this file embeds in the binary: it then needs no
// installed font at run time.

#include "CFont.h"

#include <math.h>
#include <stdlib.h>

#define STBTT_STATIC
#define STB_TRUETYPE_IMPLEMENTATION
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wunused-function"
#include <stb/stb_truetype.h>
#pragma clang diagnostic pop

static const unsigned char font_file[] = {
#embed "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
};

static stbtt_fontinfo font_open(float size, float *scale) {
  stbtt_fontinfo font;
  stbtt_InitFont(&font, font_file, 0);
  *scale = stbtt_ScaleForMappingEmToPixels(&font, size);
  return font;
}

font_lines font_measure(float size) {
  float scale;
  stbtt_fontinfo font = font_open(size, &scale);
  int ascent, descent, gap;
  stbtt_GetFontVMetrics(&font, &ascent, &descent, &gap);
  font_lines lines = {(int)ceilf((float)ascent * scale), (int)ceilf((float)-descent * scale)};
  return lines;
}

// Draws a glyph with the origin at (x, baseline).
static void draw_glyph(const stbtt_fontinfo *font, int glyph, float scale, float x, int baseline,
                       uint8_t *coverage, int width, int height) {
  int left, top, right, bottom;
  float shift = x - floorf(x);
  stbtt_GetGlyphBitmapBoxSubpixel(font, glyph, scale, scale, shift, 0, &left, &top, &right,
                                  &bottom);
  int columns = right - left, rows = bottom - top;
  if (columns <= 0 || rows <= 0) return;
  uint8_t *bitmap = calloc((size_t)columns, (size_t)rows);
  if (!bitmap) return;
  stbtt_MakeGlyphBitmapSubpixel(font, bitmap, columns, rows, columns, scale, scale, shift, 0,
                                glyph);
  for (int row = 0; row < rows; row++) {
    for (int column = 0; column < columns; column++) {
      int to_x = (int)floorf(x) + left + column, to_y = baseline + top + row;
      if (to_x < 0 || to_x >= width || to_y < 0 || to_y >= height) continue;
      uint8_t *place = coverage + (size_t)to_y * (size_t)width + to_x;
      uint8_t ink = bitmap[row * columns + column];
      if (ink > *place) *place = ink;
    }
  }
  free(bitmap);
}

int font_draw(const uint32_t *text, int count, float size, uint8_t *coverage, int width,
              int height) {
  float scale;
  stbtt_fontinfo font = font_open(size, &scale);
  int baseline = font_measure(size).ascent;
  float x = 0;
  for (int index = 0, last = 0; index < count; index++) {
    int glyph = stbtt_FindGlyphIndex(&font, (int)text[index]);
    int advance, bearing;
    stbtt_GetGlyphHMetrics(&font, glyph, &advance, &bearing);
    if (index) x += scale * (float)stbtt_GetGlyphKernAdvance(&font, last, glyph);
    if (coverage) draw_glyph(&font, glyph, scale, x, baseline, coverage, width, height);
    x += scale * (float)advance;
    last = glyph;
  }
  return (int)ceilf(x);
}
