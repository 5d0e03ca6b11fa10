// The transforms of Winograd's minimal filtering F(4, 3) and F(5, 3) in one dimension (Lavin, Gray:
// Fast Algorithms for Convolutional Neural Networks, 2015):
//
//   y = Aᵀ [(G g) ⊙ (Bᵀ d)]   `side` outputs y of the filter g over side + 2 inputs d
//
// Both interpolate at the points 0, 1, −1, 2, −2, ∞; F(5, 3) also at ½, its last point. They share
// G, so B of F(5, 3) has factors that Lavin's G has.
//
// `side` is a constant, 4 or 5. Each transform is defined for vectors of n floats.

#ifndef WINOGRAD_CL
#define WINOGRAD_CL

#include "register_tile.cl"

#define FILTER_TAPS 3  // taps of a filter in one dimension
#define MOST_POINTS 7  // points of a run of five
#define MOST_OUTPUTS 5

#define TRANSFORM static inline __attribute__((overloadable)) void

#define DEFINE_TRANSFORMS(n)                                                                   \
  /* Bᵀ d of six inputs, in place */                                                           \
  TRANSFORM transform_bt_of_four(float##n d[MOST_POINTS]) {                                    \
    const float##n even1 = d[4] - 4.0f * d[2], odd1 = d[3] - 4.0f * d[1];                      \
    const float##n even2 = d[4] - d[2], odd2 = 2.0f * (d[3] - d[1]);                           \
    d[0] = 4.0f * d[0] - 5.0f * d[2] + d[4];                                                   \
    d[5] = 4.0f * d[1] - 5.0f * d[3] + d[5];                                                   \
    d[1] = even1 + odd1; d[2] = even1 - odd1;                                                  \
    d[3] = even2 + odd2; d[4] = even2 - odd2;                                                  \
  }                                                                                            \
  /* Bᵀ d, in place */                                                                         \
  TRANSFORM transform_bt(const int side, float##n d[MOST_POINTS]) {                            \
    if (side == 5) {                                                                           \
      const float##n half_point = 4.0f * d[1] - 5.0f * d[3] + d[5];                            \
      UNROLL for (int i = 0; i < 6; ++i) d[i] -= 2.0f * d[i + 1];                              \
      transform_bt_of_four(d);                                                                 \
      d[1] = -d[1]; d[2] *= 1.0f / 3.0f;                                                       \
      d[3] *= -1.0f / 3.0f; d[4] *= 0.2f;                                                      \
      d[5] *= -0.5f; d[6] = half_point;                                                        \
    } else {                                                                                   \
      transform_bt_of_four(d);                                                                 \
    }                                                                                          \
  }                                                                                            \
  /* y = Aᵀ m */                                                                               \
  TRANSFORM transform_at(const int side, const float##n m[MOST_POINTS],                        \
                         float##n y[MOST_OUTPUTS]) {                                           \
    const float##n sum1 = m[1] + m[2], difference1 = m[1] - m[2];                              \
    const float##n sum2 = m[3] + m[4], difference2 = m[3] - m[4];                              \
    y[0] = m[0] + sum1 + sum2;                                                                 \
    y[1] = difference1 + 2.0f * difference2;                                                   \
    y[2] = sum1 + 4.0f * sum2;                                                                 \
    y[3] = difference1 + 8.0f * difference2;                                                   \
    if (side == 5) {                                                                           \
      y[0] += m[6]; y[1] += 0.5f * m[6];                                                       \
      y[2] += 0.25f * m[6]; y[3] += 0.125f * m[6];                                             \
      y[4] = sum1 + 16.0f * sum2 + 0.0625f * m[6];                                             \
    }                                                                                          \
    y[side - 1] += m[5];                                                                       \
  }                                                                                            \
  /* m = A y */                                                                                \
  TRANSFORM transform_a(const int side, const float##n y[MOST_OUTPUTS],                        \
                        float##n m[MOST_POINTS]) {                                             \
    const float##n even1 = y[0] + y[2], odd1 = y[1] + y[3];                                    \
    const float##n even2 = y[0] + 4.0f * y[2], odd2 = 2.0f * y[1] + 8.0f * y[3];               \
    m[0] = y[0];                                                                               \
    m[1] = even1 + odd1; m[2] = even1 - odd1;                                                  \
    m[3] = even2 + odd2; m[4] = even2 - odd2;                                                  \
    m[5] = y[side - 1];                                                                        \
    if (side == 5) {                                                                           \
      m[1] += y[4]; m[2] += y[4];                                                              \
      m[3] += 16.0f * y[4]; m[4] += 16.0f * y[4];                                              \
      m[6] = y[0] + 0.5f * y[1] + 0.25f * y[2] + 0.125f * y[3] + 0.0625f * y[4];               \
    }                                                                                          \
  }                                                                                            \
  /* u = G g */                                                                                \
  TRANSFORM transform_g(const float##n g[FILTER_TAPS], float##n u[MOST_POINTS]) {              \
    const float##n even1 = -(g[0] + g[2]) / 6.0f, odd1 = g[1] / 6.0f;                          \
    const float##n even2 = g[0] / 24.0f + g[2] / 6.0f, odd2 = g[1] / 12.0f;                    \
    u[0] = 0.25f * g[0];                                                                       \
    u[1] = even1 - odd1; u[2] = even1 + odd1;                                                  \
    u[3] = even2 + odd2; u[4] = even2 - odd2;                                                  \
    u[5] = g[2];                                                                               \
    u[6] = (g[0] + 0.5f * g[1] + 0.25f * g[2]) * (32.0f / 45.0f);                              \
  }                                                                                            \
  /* g = Gᵀ m of six points or seven */                                                        \
  TRANSFORM transform_gt(const int points, const float##n m[MOST_POINTS],                      \
                         float##n g[FILTER_TAPS]) {                                            \
    const float##n sum1 = m[1] + m[2], difference1 = m[2] - m[1];                              \
    const float##n sum2 = m[3] + m[4], difference2 = m[3] - m[4];                              \
    g[0] = 0.25f * m[0] - sum1 / 6.0f + sum2 / 24.0f;                                          \
    g[1] = difference1 / 6.0f + difference2 / 12.0f;                                           \
    g[2] = (sum2 - sum1) / 6.0f + m[5];                                                        \
    if (points == MOST_POINTS) {                                                               \
      const float##n half_point = m[6] * (32.0f / 45.0f);                                      \
      g[0] += half_point; g[1] += 0.5f * half_point;                                           \
      g[2] += 0.25f * half_point;                                                              \
    }                                                                                          \
  }
DEFINE_TRANSFORMS(1)
DEFINE_TRANSFORMS(2)
DEFINE_TRANSFORMS(4)
DEFINE_TRANSFORMS(8)
DEFINE_TRANSFORMS(16)

#endif
