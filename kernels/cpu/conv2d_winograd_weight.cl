// The weight gradient of 3×3 convolutions of stride 1 and padding 1 by Winograd's minimal
// filtering, with register tiles, for CPUs. winograd.cl has the transforms.
//
//   winograd_backward_weight   g' = Gᵀ [Σ_tiles (A dY Aᵀ) ⊙ (Bᵀ d B)] G
//
// dY is a tile of pixels, d the pixels of x that they depend on, as in conv2d_winograd.cl. So there
// is a product of matrices, (ci, tiles) by (tiles, co), for each point. A work-item does all of
// this for its images; intermediate results stay in private memory, in cache.
//
// Index map: item → chunk of CHUNK images, IMAGES at a time. A register tile is TILE_M channels of
// x by TILE_N channels of y. LANES divides CI, TILE_N divides CO. Maps are (image, row, column,
// channel).

#ifndef CHUNK
#define CHUNK 16  // images per work-item
#endif

#include "register_tile.cl"
#include "winograd_data.cl"

// Floats of one point of the other intermediate results. NOTE: padded, as DATA_POINT is.
#define GRADIENT_POINT (TILES * CO + CACHE_LINE)
#define FILTER_POINT (CI * CO + CACHE_LINE)

// Computes A dY Aᵀ of a tile of `down` by `across` pixels of an image, for LANES channels; dy and
// gradient point at these.
static ALWAYS_INLINE void transform_tile(const int down, const int across, const int image,
                                         const int a, const int b,
                                         __global const float *restrict dy,
                                         float *restrict gradient) {
  const int top = RUN_START(a, FIVES_DOWN), left = RUN_START(b, FIVES_ACROSS);
  floats half_done[MOST_POINTS][MOST_OUTPUTS];
  for (int j = 0; j < across; ++j) {
    floats column[MOST_OUTPUTS], r[MOST_POINTS];
    UNROLL for (int i = 0; i < down; ++i) {
      const bool inside = top + i < HEIGHT && left + j < WIDTH;
      const int pixel = (image * HEIGHT + top + i) * WIDTH + left + j;
      column[i] = inside ? LOAD(dy + pixel * CO) : (floats)0.0f;
    }
    transform_a(down, column, r);
    UNROLL for (int i = 0; i < down + 2; ++i) half_done[i][j] = r[i];
  }
  for (int i = 0; i < down + 2; ++i) {
    floats r[MOST_POINTS];
    transform_a(across, half_done[i], r);
    UNROLL for (int j = 0; j < across + 2; ++j)
      STORE(r[j], gradient + (i * LINE_POINTS + j) * GRADIENT_POINT +
                      tile_place(image, i, a, j, b) * TILE_N);
  }
}

#define TRANSFORM_AS(down, across) transform_tile(down, across, image, a, b, dy + c, to)

// Computes A dY Aᵀ of the images at dy, into gradient[point][co / TILE_N][tile][TILE_N].
static OUT_OF_LINE void transform_gradient(const int images, __global const float *restrict dy,
                                           float *restrict gradient) {
  for (int image = 0; image < images; ++image)
    for (int a = 0; a < RUNS_DOWN; ++a)
      for (int b = 0; b < RUNS_ACROSS; ++b)
        for (int c = 0; c < CO; c += LANES) {
          float *to = gradient + c / TILE_N * TILES * TILE_N + c % TILE_N;
          const bool tall = a < FIVES_DOWN, wide = b < FIVES_ACROSS;
          if (tall && wide) TRANSFORM_AS(5, 5);
          if (tall && !wide) TRANSFORM_AS(5, 4);
          if (!tall && wide) TRANSFORM_AS(4, 5);
          if (!tall && !wide) TRANSFORM_AS(4, 4);
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
static OUT_OF_LINE void add_points(const int images, float data[POINTS][DATA_POINT],
                                   const float *restrict gradient,
                                   float sums[POINTS][FILTER_POINT]) {
  for (int point = 0; point < POINTS; ++point) {
    const int tiles = images * POINT_TILES(point);
    for (int column = 0; column < CO; column += TILE_N) {
      const float *panel = gradient + point * GRADIENT_POINT + column * TILES;
      float *sum = sums[point] + column * CI;
      for (int ci = 0; ci < CI - TILE_M + 1; ci += TILE_M)
        multiply_gradients(TILE_M, tiles, data[point] + ci, panel, sum + ci * TILE_N);
      const int left = CI % TILE_M, ci = CI - left;
      if (left > 0) multiply_gradients(left, tiles, data[point] + ci, panel, sum + ci * TILE_N);
    }
  }
}

// Computes Gᵀ m G of the sums [point][co / TILE_N][ci][TILE_N], into dw.
static OUT_OF_LINE void store_weights(float sums[POINTS][FILTER_POINT],
                                      __global float *restrict dw) {
  for (int n = 0; n < CI * CO; n += LANES) {
    const int co = n / (CI * TILE_N) * TILE_N + n % TILE_N, ci = n / TILE_N % CI;
    floats half_done[FILTER_TAPS][MOST_POINTS];
    for (int j = 0; j < LINE_POINTS; ++j) {
      floats m[MOST_POINTS], g[FILTER_TAPS];
      for (int i = 0; i < LINE_POINTS; ++i) m[i] = LOAD(sums[i * LINE_POINTS + j] + n);
      transform_gt(LINE_POINTS, m, g);
      for (int i = 0; i < FILTER_TAPS; ++i) half_done[i][j] = g[i];
    }
    for (int i = 0; i < FILTER_TAPS; ++i) {
      floats g[FILTER_TAPS];
      transform_gt(LINE_POINTS, half_done[i], g);
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
  float data[POINTS][DATA_POINT] CACHE_ALIGNED, gradient[POINTS * GRADIENT_POINT] CACHE_ALIGNED;
  float sums[POINTS][FILTER_POINT] CACHE_ALIGNED;
  for (int point = 0; point < POINTS; ++point)
    for (int n = 0; n < CI * CO; n += LANES) STORE((floats)0.0f, sums[point] + n);
  for (int image = first; image < end; image += IMAGES) {
    const int images = min(IMAGES, end - image);
    transform_data(images, x + image * HEIGHT * WIDTH * CI, data);
    transform_gradient(images, dy + image * HEIGHT * WIDTH * CO, gradient);
    add_points(images, data, gradient, sums);
  }
  store_weights(sums, partials + chunk * FILTER_TAPS * FILTER_TAPS * CI * CO);
}
