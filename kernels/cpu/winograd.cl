// The transforms of Winograd's minimal filtering F(4, 3) in one dimension, with interpolation at 0,
// ±1, ±2, ∞ (Lavin, Gray: Fast Algorithms for Convolutional Neural Networks, 2015):
//
//   y = Aᵀ [(G g) ⊙ (Bᵀ d)]   SIDE outputs y of the filter g over SPAN inputs d
//
// Each is defined for vectors of n floats.

#ifndef WINOGRAD_CL
#define WINOGRAD_CL

#define FILTER_TAPS 3  // taps of a filter in one dimension
#define SIDE 4         // outputs in one dimension
#define SPAN 6         // inputs of these, SIDE + FILTER_TAPS − 1

#define DEFINE_TRANSFORMS(n)                                                          \
  /* Bᵀ d, in place */                                                                \
  static inline __attribute__((overloadable)) void transform_bt(float##n d[SPAN]) {   \
    const float##n even1 = d[4] - 4.0f * d[2], odd1 = d[3] - 4.0f * d[1];             \
    const float##n even2 = d[4] - d[2], odd2 = 2.0f * (d[3] - d[1]);                  \
    d[0] = 4.0f * d[0] - 5.0f * d[2] + d[4];                                          \
    d[5] = 4.0f * d[1] - 5.0f * d[3] + d[5];                                          \
    d[1] = even1 + odd1; d[2] = even1 - odd1;                                         \
    d[3] = even2 + odd2; d[4] = even2 - odd2;                                         \
  }                                                                                   \
  /* y = Aᵀ m */                                                                      \
  static inline __attribute__((overloadable)) void transform_at(                      \
      const float##n m[SPAN], float##n y[SIDE]) {                                     \
    const float##n sum1 = m[1] + m[2], difference1 = m[1] - m[2];                     \
    const float##n sum2 = m[3] + m[4], difference2 = m[3] - m[4];                     \
    y[0] = m[0] + sum1 + sum2;                                                        \
    y[1] = difference1 + 2.0f * difference2;                                          \
    y[2] = sum1 + 4.0f * sum2;                                                        \
    y[3] = difference1 + 8.0f * difference2 + m[5];                                   \
  }                                                                                   \
  /* m = A y */                                                                       \
  static inline __attribute__((overloadable)) void transform_a(                       \
      const float##n y[SIDE], float##n m[SPAN]) {                                     \
    const float##n even1 = y[0] + y[2], odd1 = y[1] + y[3];                           \
    const float##n even2 = y[0] + 4.0f * y[2], odd2 = 2.0f * y[1] + 8.0f * y[3];      \
    m[0] = y[0];                                                                      \
    m[1] = even1 + odd1; m[2] = even1 - odd1;                                         \
    m[3] = even2 + odd2; m[4] = even2 - odd2;                                         \
    m[5] = y[3];                                                                      \
  }                                                                                   \
  /* u = G g */                                                                       \
  static inline __attribute__((overloadable)) void transform_g(                       \
      const float##n g[FILTER_TAPS], float##n u[SPAN]) {                              \
    const float##n even1 = -(g[0] + g[2]) / 6.0f, odd1 = g[1] / 6.0f;                 \
    const float##n even2 = g[0] / 24.0f + g[2] / 6.0f, odd2 = g[1] / 12.0f;           \
    u[0] = 0.25f * g[0];                                                              \
    u[1] = even1 - odd1; u[2] = even1 + odd1;                                         \
    u[3] = even2 + odd2; u[4] = even2 - odd2;                                         \
    u[5] = g[2];                                                                      \
  }                                                                                   \
  /* g = Gᵀ m */                                                                      \
  static inline __attribute__((overloadable)) void transform_gt(                      \
      const float##n m[SPAN], float##n g[FILTER_TAPS]) {                              \
    const float##n sum1 = m[1] + m[2], difference1 = m[2] - m[1];                     \
    const float##n sum2 = m[3] + m[4], difference2 = m[3] - m[4];                     \
    g[0] = 0.25f * m[0] - sum1 / 6.0f + sum2 / 24.0f;                                 \
    g[1] = difference1 / 6.0f + difference2 / 12.0f;                                  \
    g[2] = (sum2 - sum1) / 6.0f + m[5];                                               \
  }
DEFINE_TRANSFORMS(1)
DEFINE_TRANSFORMS(2)
DEFINE_TRANSFORMS(4)
DEFINE_TRANSFORMS(8)
DEFINE_TRANSFORMS(16)

#endif
