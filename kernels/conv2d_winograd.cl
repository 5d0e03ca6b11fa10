// 3×3 convolutions of stride 1 and padding 1 by Winograd's minimal filtering F(4×4, 3×3), in the
// register-tile form: for CPU devices. (Lavin, Gray: Fast Algorithms for Convolutional Neural Networks,
// 2015; interpolation at 0, ±1, ±2, ∞.)
//
//   winograd_conv2d            Y = Aᵀ [Σ_ci (G g Gᵀ) ⊙ (Bᵀ d B)] A
//   winograd_backward_weight   g' = Gᵀ [Σ_tiles (A dY Aᵀ) ⊙ (Bᵀ d B)] G
//
// Y is a tile of 4×4 pixels, d the 6×6 pixels of x that it sees, g a filter. Where direct sums take
// 144 products for a tile, these take 36, one for each point: as many products of matrices,
// (tiles, ci) by (ci, co), as there are points. The data gradient is the convolution of dY with the
// filters turned round and their channels exchanged.
//
//   x            Bᵀ d B            36 × products          Aᵀ m A        y
//   ┌─────┐      ┌──────────┐      ┌──────────────┐       ┌─────┐
//   │6×6  │  →   │ point ×  │  →   │ point × tile │   →   │4×4  │
//   │ tiles      │ tile × ci│      │ × TILE_N     │       │ tiles
//   └─────┘      └──────────┘      └──────────────┘       └─────┘
//
// A work-item takes its images through all of it, with what lies between in private memory, in cache.
//
// Index map of winograd_conv2d: item → IMAGES images. Of winograd_backward_weight: item → chunk of
// CHUNK images, IMAGES at a time. Of winograd_filter: see there.
//
// A register tile is TILE_M tiles of maps by TILE_N channels of y, in winograd_backward_weight TILE_M
// channels of x. LANES divides CI, TILE_N divides CO. Maps are (image, row, column, channel).

#ifndef IMAGES
#define IMAGES 3  // images that a work-item takes at once
#endif
#ifndef CHUNK
#define CHUNK 16  // images whose products one work-item adds (winograd_backward_weight)
#endif
#ifndef HEIGHT
#define HEIGHT 14  // rows of x and y
#endif
#ifndef WIDTH
#define WIDTH 14  // columns of x and y
#endif
#ifndef CI
#define CI 64  // channels of x
#endif
#ifndef CO
#define CO 128  // channels of y
#endif
#ifndef TRANSPOSED
#define TRANSPOSED 0  // winograd_filter: 1 for the data gradient, where weights are (3, 3, CO, CI)
#endif

#include "register_tile.cl"
#include "epilogue.cl"

#define TAPS 3  // rows and columns of a filter
#define SIDE 4  // of a tile of y
#define SPAN 6  // of what it sees of x, SIDE + TAPS − 1
#define POINTS (SPAN * SPAN)
#define MAP_ROWS ((HEIGHT + SIDE - 1) / SIDE)  // of tiles
#define MAP_COLUMNS ((WIDTH + SIDE - 1) / SIDE)
#define MAP_TILES (MAP_ROWS * MAP_COLUMNS)
#define TILES ((IMAGES * MAP_TILES + TILE_M - 1) / TILE_M * TILE_M)  // full register tiles

// Floats of one point of what lies between. NOTE: a line of cache more than there are, or all points
// would meet in one set of the cache (measured: the transforms then take up to three times as long).
#define CACHE_LINE 16
#define DATA_POINT (TILES * CI + CACHE_LINE)
#define GRADIENT_POINT (TILES * CO + CACHE_LINE)
#define FILTER_POINT (CI * CO + CACHE_LINE)
#define PRODUCT_POINT (TILES * TILE_N + CACHE_LINE)

// Bᵀ d, in place.
static inline void transform_bt(floats d[SPAN]) {
  const floats even1 = d[4] - 4.0f * d[2], odd1 = d[3] - 4.0f * d[1];
  const floats even2 = d[4] - d[2], odd2 = 2.0f * (d[3] - d[1]);
  d[0] = 4.0f * d[0] - 5.0f * d[2] + d[4];
  d[5] = 4.0f * d[1] - 5.0f * d[3] + d[5];
  d[1] = even1 + odd1; d[2] = even1 - odd1;
  d[3] = even2 + odd2; d[4] = even2 - odd2;
}

// Aᵀ m
static inline void transform_at(const floats m[SPAN], floats y[SIDE]) {
  const floats sum1 = m[1] + m[2], difference1 = m[1] - m[2];
  const floats sum2 = m[3] + m[4], difference2 = m[3] - m[4];
  y[0] = m[0] + sum1 + sum2;
  y[1] = difference1 + 2.0f * difference2;
  y[2] = sum1 + 4.0f * sum2;
  y[3] = difference1 + 8.0f * difference2 + m[5];
}

// A y
static inline void transform_a(const floats y[SIDE], floats m[SPAN]) {
  const floats even1 = y[0] + y[2], odd1 = y[1] + y[3];
  const floats even2 = y[0] + 4.0f * y[2], odd2 = 2.0f * y[1] + 8.0f * y[3];
  m[0] = y[0];
  m[1] = even1 + odd1; m[2] = even1 - odd1;
  m[3] = even2 + odd2; m[4] = even2 - odd2;
  m[5] = y[3];
}

// G g
static inline void transform_g(const floats g[TAPS], floats u[SPAN]) {
  const floats even1 = -(g[0] + g[2]) / 6.0f, odd1 = g[1] / 6.0f;
  const floats even2 = g[0] / 24.0f + g[2] / 6.0f, odd2 = g[1] / 12.0f;
  u[0] = 0.25f * g[0];
  u[1] = even1 - odd1; u[2] = even1 + odd1;
  u[3] = even2 + odd2; u[4] = even2 - odd2;
  u[5] = g[2];
}

// Gᵀ m
static inline void transform_gt(const floats m[SPAN], floats g[TAPS]) {
  const floats sum1 = m[1] + m[2], difference1 = m[2] - m[1];
  const floats sum2 = m[3] + m[4], difference2 = m[3] - m[4];
  g[0] = 0.25f * m[0] - sum1 / 6.0f + sum2 / 24.0f;
  g[1] = difference1 / 6.0f + difference2 / 12.0f;
  g[2] = (sum2 - sum1) / 6.0f + m[5];
}

// Bᵀ d B of the images at x, into data[point][tile][CI]: a band of tiles at a time, all its columns before its rows.
static OUT_OF_LINE void transform_data(const int images, __global const float *restrict x,
                                       float data[POINTS][DATA_POINT]) {
  floats half_done[SPAN][MAP_COLUMNS * SIDE + TAPS - 1];  // what is left and right of the map stays 0
  for (int i = 0; i < SPAN; ++i)
    for (int j = 0; j < MAP_COLUMNS * SIDE + TAPS - 1; ++j) half_done[i][j] = 0.0f;
  for (int band = 0; band < images * MAP_ROWS; ++band) {
    const int top = band % MAP_ROWS * SIDE - 1;
    __global const float *corner = x + (band / MAP_ROWS * HEIGHT + top) * WIDTH * CI;
    for (int c = 0; c < CI; c += LANES) {
      for (int j = 0; j < WIDTH; ++j) {
        floats column[SPAN];
        UNROLL for (int i = 0; i < SPAN; ++i) {
          const bool inside = top + i >= 0 && top + i < HEIGHT;
          column[i] = inside ? LOAD(corner + (i * WIDTH + j) * CI + c) : (floats)0.0f;
        }
        transform_bt(column);
        UNROLL for (int i = 0; i < SPAN; ++i) half_done[i][1 + j] = column[i];
      }
      for (int tile = 0; tile < MAP_COLUMNS; ++tile)
        for (int i = 0; i < SPAN; ++i) {
          floats row[SPAN];
          UNROLL for (int j = 0; j < SPAN; ++j) row[j] = half_done[i][tile * SIDE + j];
          transform_bt(row);
          UNROLL for (int j = 0; j < SPAN; ++j)
            STORE(row[j], data[i * SPAN + j] + (band * MAP_COLUMNS + tile) * CI + c);
        }
    }
  }
}

// u = G g Gᵀ, in the order in which winograd_conv2d reads it.
// Work-item (column vector, ci).
__kernel void winograd_filter(const int inputs, const int outputs,
                              __global const float *restrict w,  // (3, 3, inputs, outputs), TRANSPOSED (…, inputs)
                              __global float *restrict u) {      // (outputs / TILE_N, 36, inputs, TILE_N)
  const int co = get_global_id(0) * LANES, ci = get_global_id(1);
  floats half_done[SPAN][TAPS];
  for (int j = 0; j < TAPS; ++j) {
    floats g[TAPS], column[SPAN];
    for (int i = 0; i < TAPS; ++i) {
      float values[LANES];
      for (int n = 0; n < LANES; ++n)
        values[n] = TRANSPOSED ? w[((TAPS * TAPS - 1 - i * TAPS - j) * outputs + co + n) * inputs + ci]
                           : w[((i * TAPS + j) * inputs + ci) * outputs + co + n];
      g[i] = LOAD(values);
    }
    transform_g(g, column);
    for (int i = 0; i < SPAN; ++i) half_done[i][j] = column[i];
  }
  u += (co / TILE_N * POINTS * inputs + ci) * TILE_N + co % TILE_N;
  for (int i = 0; i < SPAN; ++i) {
    floats row[SPAN];
    transform_g(half_done[i], row);
    for (int j = 0; j < SPAN; ++j) STORE(row[j], u + (i * SPAN + j) * inputs * TILE_N);
  }
}

// One point's products for TILE_M tiles of `data` and the filters of `panel`, behind which the next point's lie.
static ALWAYS_INLINE void multiply_tile(
    const float *restrict data, __global const float *restrict panel, float *restrict products) {
  floats sum[TILE_M][TILE_VECTORS];
  FOR_TILE(i, j) sum[i][j] = 0.0f;
  ADD_OUTER_PRODUCTS(sum, TILE_M, CI, data[i * CI + k],
                     LOAD_AHEAD(panel + k * TILE_N + j * LANES, CI * TILE_N))
  FOR_TILE(i, j) STORE(sum[i][j], products + i * TILE_N + j * LANES);
}

// All points' products for all tiles of `data` and the filters of TILE_N channels of y.
static OUT_OF_LINE void multiply_points(float data[POINTS][DATA_POINT],
                                        __global const float *restrict u,  // (POINTS, CI, TILE_N)
                                        float products[POINTS][PRODUCT_POINT]) {
  for (int point = 0; point < POINTS; ++point, u += CI * TILE_N)
    for (int tile = 0; tile < TILES; tile += TILE_M)
      multiply_tile(data[point] + tile * CI, u, products[point] + tile * TILE_N);
}

// Ends the images' tiles for the TILE_N channels of y from `column` on: y and aside point there.
static OUT_OF_LINE void store_tiles(const int images, const int image, const int column,
                                    float products[POINTS][PRODUCT_POINT],
                                    __global const float *restrict first,
                                    __global const float *restrict aside, __global float *restrict y
                                    DROPOUT_PARAMETERS) {
  for (int i0 = 0; i0 < images; ++i0) {
    floats masks[TILE_VECTORS];
    for (int j = 0; j < TILE_VECTORS; ++j) masks[j] = MASK(image + i0, column + j * LANES);
    for (int n = 0; n < MAP_TILES * TILE_VECTORS; ++n) {
      const int tile = n / TILE_VECTORS, vector = n % TILE_VECTORS, c = vector * LANES;
      const int top = tile / MAP_COLUMNS * SIDE, left = tile % MAP_COLUMNS * SIDE;
      const floats start = FIRST(first + c);
      floats half_done[SIDE][SPAN];
      for (int j = 0; j < SPAN; ++j) {
        floats m[SPAN], r[SIDE];
        UNROLL for (int i = 0; i < SPAN; ++i)
          m[i] = LOAD(products[i * SPAN + j] + (i0 * MAP_TILES + tile) * TILE_N + c);
        transform_at(m, r);
        UNROLL for (int i = 0; i < SIDE; ++i) half_done[i][j] = r[i];
      }
      for (int i = 0; i < SIDE; ++i) {
        floats r[SIDE];
        transform_at(half_done[i], r);
        UNROLL for (int j = 0; j < SIDE; ++j)
          if (top + i < HEIGHT && left + j < WIDTH) {
            const int element = ((i0 * HEIGHT + top + i) * WIDTH + left + j) * CO + c;
            STORE(FINISH(start + r[j], aside + element, masks[vector]), y + element);
          }
      }
    }
  }
}

__kernel ONE_WORK_ITEM void winograd_conv2d(
    __global int *restrict next, const int m,
    __global const float *restrict x,      // (m, HEIGHT, WIDTH, CI)
    __global const float *restrict u,      // (CO / TILE_N, POINTS, CI, TILE_N), see winograd_filter
    __global const float *restrict aside,  // see epilogue.cl
    __global float *restrict y             // (m, HEIGHT, WIDTH, CO)
    DROPOUT_PARAMETERS) {
  TAKE_ITEM(item, next)
  const int image = item * IMAGES, images = min(IMAGES, m - image);
  const int start = image * HEIGHT * WIDTH * CO;
  float data[POINTS][DATA_POINT] CACHE_ALIGNED, products[POINTS][PRODUCT_POINT] CACHE_ALIGNED;
  transform_data(images, x + image * HEIGHT * WIDTH * CI, data);
  // Tiles that no image fills are multiplied like the others, and not stored.
  for (int point = 0; point < POINTS; ++point)
    for (int i = images * MAP_TILES * CI; i < TILES * CI; ++i) data[point][i] = 0.0f;
  for (int column = 0; column < CO; column += TILE_N) {
    multiply_points(data, u + column * POINTS * CI, products);
    store_tiles(images, image, column, products, ASIDE(aside, 0, column),
                ASIDE(aside, start, column), y + start + column DROPOUT_ARGUMENTS);
  }
}

// A dY Aᵀ of the images at dy, into gradient[point][co / TILE_N][tile][TILE_N].
static OUT_OF_LINE void transform_gradient(const int images, __global const float *restrict dy,
                                           float gradient[POINTS][GRADIENT_POINT]) {
  for (int tile = 0; tile < images * MAP_TILES; ++tile) {
    const int top = tile % MAP_TILES / MAP_COLUMNS * SIDE, left = tile % MAP_COLUMNS * SIDE;
    const int corner = (tile / MAP_TILES * HEIGHT + top) * WIDTH + left;
    for (int c = 0; c < CO; c += LANES) {
      floats half_done[SPAN][SIDE];
      for (int j = 0; j < SIDE; ++j) {
        floats column[SIDE], r[SPAN];
        UNROLL for (int i = 0; i < SIDE; ++i) {
          const bool inside = top + i < HEIGHT && left + j < WIDTH;
          column[i] = inside ? LOAD(dy + (corner + i * WIDTH + j) * CO + c) : (floats)0.0f;
        }
        transform_a(column, r);
        UNROLL for (int i = 0; i < SPAN; ++i) half_done[i][j] = r[i];
      }
      const int element = (c / TILE_N * TILES + tile) * TILE_N + c % TILE_N;
      for (int i = 0; i < SPAN; ++i) {
        floats r[SPAN];
        transform_a(half_done[i], r);
        UNROLL for (int j = 0; j < SPAN; ++j) STORE(r[j], gradient[i * SPAN + j] + element);
      }
    }
  }
}

// Adds one point's products of `rows` channels of x and TILE_N of dy, over all tiles.
static ALWAYS_INLINE void multiply_gradients(
    const int rows, const int tiles, const float *restrict data, const float *restrict gradient,
    float *restrict sums) {
  floats sum[TILE_M][TILE_VECTORS];
  FOR_TILE(i, j) if (i < rows) sum[i][j] = LOAD(sums + i * TILE_N + j * LANES);
  ADD_OUTER_PRODUCTS(sum, rows, tiles, data[k * CI + i], LOAD(gradient + k * TILE_N + j * LANES))
  FOR_TILE(i, j) if (i < rows) STORE(sum[i][j], sums + i * TILE_N + j * LANES);
}

// Adds all points' products of all channels, over all tiles.
static OUT_OF_LINE void add_points(const int tiles, float data[POINTS][DATA_POINT],
                                   float gradient[POINTS][GRADIENT_POINT], float sums[POINTS][FILTER_POINT]) {
  for (int point = 0; point < POINTS; ++point)
    for (int column = 0; column < CO; column += TILE_N) {
      const float *panel = gradient[point] + column * TILES;
      float *sum = sums[point] + column * CI;
      for (int ci = 0; ci < CI - TILE_M + 1; ci += TILE_M)
        multiply_gradients(TILE_M, tiles, data[point] + ci, panel, sum + ci * TILE_N);
      const int left = CI % TILE_M, ci = CI - left;
      if (left > 0) multiply_gradients(left, tiles, data[point] + ci, panel, sum + ci * TILE_N);
    }
}

// Gᵀ m G of the sums [point][co / TILE_N][ci][TILE_N], into dw.
static OUT_OF_LINE void store_weights(float sums[POINTS][FILTER_POINT], __global float *restrict dw) {
  for (int n = 0; n < CI * CO; n += LANES) {
    const int co = n / (CI * TILE_N) * TILE_N + n % TILE_N, ci = n / TILE_N % CI;
    floats half_done[TAPS][SPAN];
    for (int j = 0; j < SPAN; ++j) {
      floats m[SPAN], g[TAPS];
      for (int i = 0; i < SPAN; ++i) m[i] = LOAD(sums[i * SPAN + j] + n);
      transform_gt(m, g);
      for (int i = 0; i < TAPS; ++i) half_done[i][j] = g[i];
    }
    for (int i = 0; i < TAPS; ++i) {
      floats g[TAPS];
      transform_gt(half_done[i], g);
      for (int j = 0; j < TAPS; ++j) STORE(g[j], dw + ((i * TAPS + j) * CI + ci) * CO + co);
    }
  }
}

__kernel ONE_WORK_ITEM void winograd_backward_weight(
    __global int *restrict next, const int m,
    __global const float *restrict x,     // (m, HEIGHT, WIDTH, CI)
    __global const float *restrict dy,    // (m, HEIGHT, WIDTH, CO)
    __global float *restrict partials) {  // (chunks, 3, 3, CI, CO)
  TAKE_ITEM(chunk, next)
  const int first = chunk * CHUNK, end = min(m, first + CHUNK);
  float data[POINTS][DATA_POINT] CACHE_ALIGNED, gradient[POINTS][GRADIENT_POINT] CACHE_ALIGNED;
  float sums[POINTS][FILTER_POINT] CACHE_ALIGNED;
  for (int point = 0; point < POINTS; ++point)
    for (int n = 0; n < CI * CO; n += LANES) STORE((floats)0.0f, sums[point] + n);
  for (int image = first; image < end; image += IMAGES) {
    const int images = min(IMAGES, end - image), tiles = images * MAP_TILES;
    transform_data(images, x + image * HEIGHT * WIDTH * CI, data);
    transform_gradient(images, dy + image * HEIGHT * WIDTH * CO, gradient);
    add_points(tiles, data, gradient, sums);
  }
  store_weights(sums, partials + chunk * TAPS * TAPS * CI * CO);
}
