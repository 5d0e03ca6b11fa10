// Dropout at the end of a layer. A new mask is drawn in each step (philox.cl), and not stored:
//
//   y = f(x) · mask,  mask = DROPOUT_SCALE if the element's random word ≥ DROPOUT_THRESHOLD, else 0
//
// DROPOUT_SCALE is 1 / (1 − p), DROPOUT_THRESHOLD is p · 2³². A mask has the shape (rows,
// CHANNELS), and its random word is that of element row · CHANNELS + channel. Channels are the last
// axis, so all pixels of an image share a mask and whole channels are dropped. If CHANNELS is the
// length of a row, single elements are dropped. With DROPOUT 1, a kernel's last parameters are
// DROPOUT_PARAMETERS.

#ifndef DROPOUT_CL
#define DROPOUT_CL

#ifndef DROPOUT
#define DROPOUT 0  // 1: the kernel draws a mask
#endif
#ifndef DROPPED
#define DROPPED 0  // 1: x in MASKED_DERIVATIVE is the output of a dropout
#endif
#ifndef CHANNELS
#define CHANNELS 512  // columns of the mask
#endif
#ifndef WORDS
#define WORDS LANES  // words that DRAW_MASKS draws at once; divides LANES · TILE_VECTORS
#endif
#ifndef DROPOUT_SCALE
#define DROPOUT_SCALE 1.0f
#endif
#ifndef DROPOUT_THRESHOLD
#define DROPOUT_THRESHOLD 0u
#endif

#include "vector.cl"
#include "philox.cl"
#include "step_state.cl"

#define DROPOUT_PARAMETERS CONCAT(dropout_parameters_, DROPOUT)
#define dropout_parameters_0
#define dropout_parameters_1 , const uint2 seed, const uint stream, __global const StepState *state

#define DROPOUT_ARGUMENTS CONCAT(dropout_arguments_, DROPOUT)
#define dropout_arguments_0
#define dropout_arguments_1 , seed, stream, state

// The mask of LANES elements from their random words.
#define MASK_OF(words) \
  select((floats)(0.0f), (floats)(DROPOUT_SCALE), (words) >= (uints)(DROPOUT_THRESHOLD))

// The mask of LANES neighbours from (row, column). LANES divides column and CHANNELS.
#define MASK(row, column) CONCAT(mask_, DROPOUT)(row, column)
#define mask_0(row, column) 1.0f
#define mask_1(row, column)                                                                   \
  MASK_OF(CONCAT(random_bits_at, LANES)(seed, stream, state->step,                            \
                                        (row) * (uint)CHANNELS + (column) % (uint)CHANNELS))

// The masks of TILE_VECTORS vectors from (row, column), for a row of CHANNELS columns. Measured: 16
// words at once take 0.8 of the time of 8, and with AVX-512 32 take less than half of the time of
// 16.
#define DRAW_MASKS(masks, row, column) CONCAT(draw_masks_, DROPOUT)(masks, row, column)
#define draw_masks_0(masks, row, column) \
  UNROLL for (int j = 0; j < TILE_VECTORS; ++j) masks[j] = 1.0f;
#define draw_masks_1(masks, row, column)                                                      \
  {                                                                                           \
    uint words[LANES * TILE_VECTORS] __attribute__((aligned(4 * WORDS)));                     \
    UNROLL for (int word = 0; word < LANES * TILE_VECTORS; word += WORDS)                     \
      CONCAT(random_words, WORDS)(seed, stream, state->step,                                  \
                                  (row) * (uint)CHANNELS + (column) + word, words + word);    \
    UNROLL for (int j = 0; j < TILE_VECTORS; ++j)                                             \
      masks[j] = MASK_OF(LOAD(words + j * LANES));                                            \
  }

// f'(x) · mask, computed from y = f(x) · mask. NOTE: y = 0 marks a dropped element, so the backward
// pass does not draw the mask again. An f(x) of exactly 0 counts as dropped.
#define MASKED_DERIVATIVE(y) CONCAT(masked_derivative_, DROPPED)(y)
#define masked_derivative_0(y) DERIVATIVE(y)
#define masked_derivative_1(y) \
  (DERIVATIVE((y) * (1.0f / DROPOUT_SCALE)) * fabs(sign(y)) * DROPOUT_SCALE)

#endif
