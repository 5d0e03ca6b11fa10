// 3×3 convolutions of stride 1 and padding 1 by Winograd's minimal filtering F(4×4, 3×3), with
// register tiles, for CPUs. winograd.cl has the transforms.
//
//   winograd_conv2d            Y = Aᵀ [Σ_ci (G g Gᵀ) ⊙ (Bᵀ d B)] A
//   winograd_backward_weight   g' = Gᵀ [Σ_tiles (A dY Aᵀ) ⊙ (Bᵀ d B)] G
//
// Y is a tile of 4×4 pixels, d the 6×6 pixels of x that it depends on, g a filter. Direct sums take
// 144 products per tile, these take 36, one for each point. So there is a product of matrices,
// (tiles, ci) by (ci, co), for each point. The data gradient is the convolution of dY with the
// filters rotated by 180° and their channels exchanged.
//
//   x            Bᵀ d B            36 × products          Aᵀ m A        y
//   ┌─────┐      ┌──────────┐      ┌──────────────┐       ┌─────┐
//   │6×6  │  →   │ point ×  │  →   │ point × tile │   →   │4×4  │
//   │ tiles      │ tile × ci│      │ × TILE_N     │       │ tiles
//   └─────┘      └──────────┘      └──────────────┘       └─────┘
//
// A work-item does all of this for its images; intermediate results stay in private memory, in
// cache.
//
// Index map of winograd_conv2d: item → IMAGES images. Index map of winograd_backward_weight: item →
// chunk of CHUNK images, IMAGES at a time. winograd_filter has an index map of its own.
//
// A register tile is TILE_M tiles of maps by TILE_N channels of y. In winograd_backward_weight it
// is TILE_M channels of x by TILE_N channels of y. LANES divides CI, TILE_N divides CO. Maps are
// (image, row, column, channel).

#ifndef IMAGES
#define IMAGES 3  // images that a work-item transforms at once
#endif
#ifndef CHUNK
#define CHUNK 16  // images per work-item (winograd_backward_weight)
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
#define TRANSPOSED 0  // winograd_filter: 1 for the data gradient
#endif

#include "register_tile.cl"
#include "winograd.cl"
#include "epilogue.cl"

#define POINTS (SPAN * SPAN)
#define MAP_ROWS ((HEIGHT + SIDE - 1) / SIDE)  // rows of tiles in a map
#define MAP_COLUMNS ((WIDTH + SIDE - 1) / SIDE)
#define MAP_TILES (MAP_ROWS * MAP_COLUMNS)
#define TILES ((IMAGES * MAP_TILES + TILE_M - 1) / TILE_M * TILE_M)  // in full register tiles

// Floats of one point of an intermediate result. NOTE: padded by a cache line, since all points
// would share a cache set. Measured: without padding, transforms take up to three times as long.
#define CACHE_LINE 16
#define DATA_POINT (TILES * CI + CACHE_LINE)
#define GRADIENT_POINT (TILES * CO + CACHE_LINE)
#define FILTER_POINT (CI * CO + CACHE_LINE)
#define PRODUCT_POINT (TILES * TILE_N + CACHE_LINE)

// Computes Bᵀ d B of the images at x, into data[point][tile][CI]: for each band of tiles all
// columns, then all rows.
static OUT_OF_LINE void transform_data(const int images, __global const float *restrict x,
                                       float data[POINTS][DATA_POINT]) {
  floats half_done[SPAN][MAP_COLUMNS * SIDE + FILTER_TAPS - 1];  // 0 outside the map
  for (int i = 0; i < SPAN; ++i)
    for (int j = 0; j < MAP_COLUMNS * SIDE + FILTER_TAPS - 1; ++j) half_done[i][j] = 0.0f;
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

// Computes u = G g Gᵀ, in the order in which winograd_conv2d reads it.
//
// Index map: work-item (vector of output channels, input channel).
__kernel void winograd_filter(const int inputs, const int outputs,
                              // (3, 3, inputs, outputs), or (3, 3, outputs, inputs) if TRANSPOSED
                              __global const float *restrict w,
                              // (outputs / TILE_N, 36, inputs, TILE_N)
                              __global float *restrict u) {
  const int co = get_global_id(0) * LANES, ci = get_global_id(1);
  floats half_done[SPAN][FILTER_TAPS];
  for (int j = 0; j < FILTER_TAPS; ++j) {
    floats g[FILTER_TAPS], column[SPAN];
    for (int i = 0; i < FILTER_TAPS; ++i) {
      const int tap = i * FILTER_TAPS + j;
      float values[LANES];
      for (int n = 0; n < LANES; ++n)
        values[n] = TRANSPOSED
            ? w[((FILTER_TAPS * FILTER_TAPS - 1 - tap) * outputs + co + n) * inputs + ci]
            : w[(tap * inputs + ci) * outputs + co + n];
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

// Multiplies TILE_M tiles of `data` by the filters of `panel`, for one point. The next point's
// panel follows it in memory.
static ALWAYS_INLINE void multiply_tile(
    const float *restrict data, __global const float *restrict panel, float *restrict products) {
  floats sum[TILE_M][TILE_VECTORS];
  FOR_TILE(i, j) sum[i][j] = 0.0f;
  ADD_OUTER_PRODUCTS(sum, TILE_M, CI, data[i * CI + k],
                     LOAD_AHEAD(panel + k * TILE_N + j * LANES, CI * TILE_N))
  FOR_TILE(i, j) STORE(sum[i][j], products + i * TILE_N + j * LANES);
}

// Multiplies all tiles of `data` by the filters of TILE_N channels of y, for all points.
static OUT_OF_LINE void multiply_points(float data[POINTS][DATA_POINT],
                                        __global const float *restrict u,  // (POINTS, CI, TILE_N)
                                        float products[POINTS][PRODUCT_POINT]) {
  for (int point = 0; point < POINTS; ++point, u += CI * TILE_N)
    for (int tile = 0; tile < TILES; tile += TILE_M)
      multiply_tile(data[point] + tile * CI, u, products[point] + tile * TILE_N);
}

// Finishes the tiles of the images for TILE_N channels of y from `column`; y and aux point there.
static OUT_OF_LINE void store_tiles(const int images, const int image, const int column,
                                    float products[POINTS][PRODUCT_POINT],
                                    __global const float *restrict initial,
                                    __global const float *restrict aux, __global float *restrict y
                                    DROPOUT_PARAMETERS) {
  for (int i0 = 0; i0 < images; ++i0) {
    floats masks[TILE_VECTORS];
    for (int j = 0; j < TILE_VECTORS; ++j) masks[j] = MASK(image + i0, column + j * LANES);
    for (int n = 0; n < MAP_TILES * TILE_VECTORS; ++n) {
      const int tile = n / TILE_VECTORS, vector = n % TILE_VECTORS, c = vector * LANES;
      const int top = tile / MAP_COLUMNS * SIDE, left = tile % MAP_COLUMNS * SIDE;
      const floats start = INITIAL(initial + c);
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
            STORE(FINISH(start + r[j], aux + element, masks[vector]), y + element);
          }
      }
    }
  }
}

__kernel ONE_WORK_ITEM void winograd_conv2d(
    __global int *restrict counter, const int m,
    __global const float *restrict x,      // (m, HEIGHT, WIDTH, CI)
    __global const float *restrict u,      // (CO / TILE_N, POINTS, CI, TILE_N), see winograd_filter
    __global const float *restrict aux,    // see epilogue.cl
    __global float *restrict y             // (m, HEIGHT, WIDTH, CO)
    DROPOUT_PARAMETERS) {
  CLAIM_ITEM(item, counter)
  const int image = item * IMAGES, images = min(IMAGES, m - image);
  const int start = image * HEIGHT * WIDTH * CO;
  float data[POINTS][DATA_POINT] CACHE_ALIGNED, products[POINTS][PRODUCT_POINT] CACHE_ALIGNED;
  transform_data(images, x + image * HEIGHT * WIDTH * CI, data);
  // Missing tiles are multiplied like the others, but not stored.
  for (int point = 0; point < POINTS; ++point)
    for (int i = images * MAP_TILES * CI; i < TILES * CI; ++i) data[point][i] = 0.0f;
  for (int column = 0; column < CO; column += TILE_N) {
    multiply_points(data, u + column * POINTS * CI, products);
    store_tiles(images, image, column, products, AUX(aux, 0, column),
                AUX(aux, start, column), y + start + column DROPOUT_ARGUMENTS);
  }
}

// Computes A dY Aᵀ of the images at dy, into gradient[point][co / TILE_N][tile][TILE_N].
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

// Adds products of `rows` channels of x and TILE_N of dy over all tiles, for one point.
static ALWAYS_INLINE void multiply_gradients(
    const int rows, const int tiles, const float *restrict data, const float *restrict gradient,
    float *restrict sums) {
  floats sum[TILE_M][TILE_VECTORS];
  FOR_TILE(i, j) if (i < rows) sum[i][j] = LOAD(sums + i * TILE_N + j * LANES);
  ADD_OUTER_PRODUCTS(sum, rows, tiles, data[k * CI + i], LOAD(gradient + k * TILE_N + j * LANES))
  FOR_TILE(i, j) if (i < rows) STORE(sum[i][j], sums + i * TILE_N + j * LANES);
}

// Adds products of all channels over all tiles, for all points.
static OUT_OF_LINE void add_points(const int tiles, float data[POINTS][DATA_POINT],
                                   float gradient[POINTS][GRADIENT_POINT],
                                   float sums[POINTS][FILTER_POINT]) {
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

// Computes Gᵀ m G of the sums [point][co / TILE_N][ci][TILE_N], into dw.
static OUT_OF_LINE void store_weights(float sums[POINTS][FILTER_POINT],
                                      __global float *restrict dw) {
  for (int n = 0; n < CI * CO; n += LANES) {
    const int co = n / (CI * TILE_N) * TILE_N + n % TILE_N, ci = n / TILE_N % CI;
    floats half_done[FILTER_TAPS][SPAN];
    for (int j = 0; j < SPAN; ++j) {
      floats m[SPAN], g[FILTER_TAPS];
      for (int i = 0; i < SPAN; ++i) m[i] = LOAD(sums[i * SPAN + j] + n);
      transform_gt(m, g);
      for (int i = 0; i < FILTER_TAPS; ++i) half_done[i][j] = g[i];
    }
    for (int i = 0; i < FILTER_TAPS; ++i) {
      floats g[FILTER_TAPS];
      transform_gt(half_done[i], g);
      for (int j = 0; j < FILTER_TAPS; ++j)
        STORE(g[j], dw + ((i * FILTER_TAPS + j) * CI + ci) * CO + co);
    }
  }
}

__kernel ONE_WORK_ITEM void winograd_backward_weight(
    __global int *restrict counter, const int m,
    __global const float *restrict x,     // (m, HEIGHT, WIDTH, CI)
    __global const float *restrict dy,    // (m, HEIGHT, WIDTH, CO)
    __global float *restrict partials) {  // (chunks, 3, 3, CI, CO)
  CLAIM_ITEM(chunk, counter)
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
  store_weights(sums, partials + chunk * FILTER_TAPS * FILTER_TAPS * CI * CO);
}
