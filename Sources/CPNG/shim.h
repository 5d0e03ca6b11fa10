#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

// A PNG file in memory: the bytes that are still to be read, and libpng's message if it fails.
typedef struct {
  const png_byte *bytes;
  size_t count;
  char message[128];
} png_reader;

static inline void png_reader_read(png_structp png, png_bytep target, size_t count) {
  png_reader *reader = (png_reader *)png_get_io_ptr(png);
  if (count > reader->count) png_error(png, "it is cut off");
  memcpy(target, reader->bytes, count);
  reader->bytes += count;
  reader->count -= count;
}

static inline void png_reader_fail(png_structp png, png_const_charp message) {
  png_reader *reader = (png_reader *)png_get_error_ptr(png);
  snprintf(reader->message, sizeof reader->message, "%s", message);
  png_longjmp(png, 1);
}

static inline void png_reader_ignore(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

// Decodes a PNG file of any kind to `height` rows of `row_bytes` values of 8 bits: grey or RGB,
// followed by alpha if `has_alpha`. Of 16 bits the upper 8 count. Returns 0 if the file is damaged
// or its rows have another size.
//
// NOTE: libpng fails by longjmp, which must not leave C: Swift does not support it.
static inline int png_decode(png_reader *reader, png_bytep pixels, size_t row_bytes,
                             size_t height, int has_alpha) {
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, png_reader_fail,
                                           png_reader_ignore);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    snprintf(reader->message, sizeof reader->message, "libpng has no memory");
    png_destroy_read_struct(&png, NULL, NULL);
    return 0;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return 0;
  }
  png_set_read_fn(png, reader, png_reader_read);
  png_read_info(png, info);
  png_set_expand(png);
  png_set_strip_16(png);
  if (has_alpha) {
    png_set_add_alpha(png, 255, PNG_FILLER_AFTER);
  } else {
    png_set_strip_alpha(png);
  }
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  if (png_get_rowbytes(png, info) != row_bytes || png_get_image_height(png, info) != height) {
    png_error(png, "its chunks contradict each other");
  }
  for (int pass = 0; pass < passes; pass++) {
    for (size_t row = 0; row < height; row++) {
      png_read_row(png, pixels + row * row_bytes, NULL);
    }
  }
  png_destroy_read_struct(&png, &info, NULL);
  return 1;
}
