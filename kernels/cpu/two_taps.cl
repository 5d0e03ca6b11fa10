// The transforms of minimal filtering F(4×4, 2×2), with interpolation at 0, 1, −1, 2, ∞ in each
// dimension (Winograd: Arithmetic complexity of computations, 1980):
//
//   Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A   4×4 outputs Y of the 2×2 filter g over 5×5 inputs d
//
// Each is defined for vectors of n floats. Matrices are packed, row by row. In one dimension, `by`
// is the distance between neighbouring elements of `from`, `step` that of `to`.

#ifndef TWO_TAPS_CL
#define TWO_TAPS_CL

#include "register_tile.cl"

#define PAIR 2                               // taps of a filter in one dimension
#define TILE_SIDE 4                          // outputs in one dimension
#define TILE_SPAN 5                          // inputs of these, TILE_SIDE + PAIR − 1
#define TILE_POINTS (TILE_SPAN * TILE_SPAN)  // products of a tile of outputs

// Transforms a matrix of `columns` columns to `to_rows` by `to_columns` elements: all columns,
// then all rows.
#define IN_TWO_DIMENSIONS(transform, n, columns, to_rows, to_columns)                          \
  float##n half_done[(to_rows) * (columns)];                                                   \
  UNROLL for (int j = 0; j < (columns); ++j)                                                   \
    transform(from + j, columns, half_done + j, columns);                                      \
  UNROLL for (int i = 0; i < (to_rows); ++i)                                                   \
    transform(half_done + i * (columns), 1, to + i * (to_columns), 1);

#define TRANSFORM static inline __attribute__((overloadable)) void

#define DEFINE_TRANSFORMS(n)                                                                   \
  /* Bᵀ d */                                                                                   \
  TRANSFORM transform_bt(const float##n *from, const int by, float##n *to, const int step) {   \
    const float##n odd = from[3 * by] - from[by], even = from[0] - from[2 * by];               \
    to[0] = 2.0f * even + odd;                                                                 \
    to[step] = 2.0f * from[by] + from[2 * by] - from[3 * by];                                  \
    to[2 * step] = 3.0f * from[2 * by] - 2.0f * from[by] - from[3 * by];                       \
    to[3 * step] = odd;                                                                        \
    to[4 * step] = from[4 * by] - from[2 * by] - 2.0f * odd;                                   \
  }                                                                                            \
  /* G g */                                                                                    \
  TRANSFORM transform_g(const float##n *from, const int by, float##n *to, const int step) {    \
    const float##n first = from[0], last = from[by];                                           \
    to[0] = 0.5f * first;                                                                      \
    to[step] = 0.5f * (first + last);                                                          \
    to[2 * step] = (first - last) * (1.0f / 6.0f);                                             \
    to[3 * step] = (first + 2.0f * last) * (1.0f / 6.0f);                                      \
    to[4 * step] = last;                                                                       \
  }                                                                                            \
  /* Aᵀ m */                                                                                   \
  TRANSFORM transform_at(const float##n *from, const int by, float##n *to, const int step) {   \
    const float##n m3 = from[3 * by];                                                          \
    const float##n sum = from[by] + from[2 * by], difference = from[by] - from[2 * by];        \
    to[0] = from[0] + sum + m3;                                                                \
    to[step] = difference + 2.0f * m3;                                                         \
    to[2 * step] = sum + 4.0f * m3;                                                            \
    to[3 * step] = difference + 8.0f * m3 + from[4 * by];                                      \
  }                                                                                            \
  /* A y */                                                                                    \
  TRANSFORM transform_a(const float##n *from, const int by, float##n *to, const int step) {    \
    const float##n even = from[0] + from[2 * by], odd = from[by] + from[3 * by];               \
    to[0] = from[0];                                                                           \
    to[step] = even + odd;                                                                     \
    to[2 * step] = even - odd;                                                                 \
    to[3 * step] = from[0] + 2.0f * from[by] + 4.0f * from[2 * by] + 8.0f * from[3 * by];      \
    to[4 * step] = from[3 * by];                                                               \
  }                                                                                            \
  /* Gᵀ m */                                                                                   \
  TRANSFORM transform_gt(const float##n *from, const int by, float##n *to, const int step) {   \
    const float##n m2 = from[2 * by], m3 = from[3 * by];                                       \
    to[0] = 0.5f * (from[0] + from[by]) + (m2 + m3) * (1.0f / 6.0f);                           \
    to[step] = 0.5f * from[by] + (2.0f * m3 - m2) * (1.0f / 6.0f) + from[4 * by];              \
  }                                                                                            \
  /* Bᵀ d B */                                                                                 \
  TRANSFORM transform_inputs(const float##n from[TILE_POINTS], float##n to[TILE_POINTS]) {     \
    IN_TWO_DIMENSIONS(transform_bt, n, TILE_SPAN, TILE_SPAN, TILE_SPAN)                        \
  }                                                                                            \
  /* G g Gᵀ */                                                                                 \
  TRANSFORM transform_filter(const float##n from[4], float##n to[TILE_POINTS]) {               \
    IN_TWO_DIMENSIONS(transform_g, n, PAIR, TILE_SPAN, TILE_SPAN)                              \
  }                                                                                            \
  /* Aᵀ m A */                                                                                 \
  TRANSFORM transform_products(const float##n from[TILE_POINTS], float##n to[16]) {            \
    IN_TWO_DIMENSIONS(transform_at, n, TILE_SPAN, TILE_SIDE, TILE_SIDE)                        \
  }                                                                                            \
  /* A Y Aᵀ */                                                                                 \
  TRANSFORM transform_outputs(const float##n from[16], float##n to[TILE_POINTS]) {             \
    IN_TWO_DIMENSIONS(transform_a, n, TILE_SIDE, TILE_SPAN, TILE_SPAN)                         \
  }                                                                                            \
  /* Gᵀ m G */                                                                                 \
  TRANSFORM transform_sums(const float##n from[TILE_POINTS], float##n to[4]) {                 \
    IN_TWO_DIMENSIONS(transform_gt, n, TILE_SPAN, PAIR, PAIR)                                  \
  }
DEFINE_TRANSFORMS(1)
DEFINE_TRANSFORMS(2)
DEFINE_TRANSFORMS(4)
DEFINE_TRANSFORMS(8)
DEFINE_TRANSFORMS(16)

#endif
