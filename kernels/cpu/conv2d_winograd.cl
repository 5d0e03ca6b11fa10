// 3×3 convolutions of stride 1 and padding 1 by Winograd's minimal filtering, with register tiles,
// for CPUs. winograd.cl has the transforms.
//
//   Y = Aᵀ [Σ_ci (G g Gᵀ) ⊙ (Bᵀ d B)] A
//
// Y is a tile of pixels, d the pixels of x that it depends on, g a filter. A line of pixels is
// divided into runs of five and of four, so a tile has 5×5, 5×4, 4×5 or 4×4 pixels. Direct sums
// take 225 products for a tile of 5×5, these take 49, one for each point; for 4×4, 36 instead of
// 144. So there is a product of matrices, (tiles, ci) by (ci, co), for each point. The data
// gradient is the convolution of dY with the filters rotated by 180° and their channels exchanged.
//
//   x            Bᵀ d B            POINTS × products      Aᵀ m A        y
//   ┌─────┐      ┌──────────┐      ┌──────────────┐       ┌─────┐
//   │7×7  │  →   │ point ×  │  →   │ point × tile │   →   │5×5  │
//   │ tiles      │ tile × ci│      │ × TILE_N     │       │ tiles
//   └─────┘      └──────────┘      └──────────────┘       └─────┘
//
// A work-item does all of this for its images; intermediate results stay in private memory, in
// cache.
//
// Index map of winograd_conv2d: item → IMAGES images. winograd_filter has an index map of its own.
//
// A register tile is TILE_M tiles of maps by TILE_N channels of y. LANES divides CI, TILE_N divides
// CO. Maps are (image, row, column, channel).

#include "register_tile.cl"
#include "filter_taps.cl"
#include "winograd_data.cl"
#include "epilogue.cl"

// Floats of one point of the products, and of a filter panel. NOTE: padded, as DATA_POINT is.
// Measured: without padding, winograd_filter takes three times as long.
#define PRODUCT_POINT (TILES * TILE_N + CACHE_LINE)
#define FILTER_POINT(inputs) ((inputs) * TILE_N + CACHE_LINE)

// Computes u = G g Gᵀ, in the order in which winograd_conv2d reads it.
//
// Index map: work-item (vector of output channels, LANES input channels).
__kernel void winograd_filter(const int inputs, const int outputs,
                              __global const float *restrict w,  // see load_taps
                              // (outputs / TILE_N, POINTS, FILTER_POINT(inputs))
                              __global float *restrict u) {
  const int co = get_global_id(0) * LANES, ci = get_global_id(1) * LANES;
  floats taps[TAPS][LANES];
  load_taps(inputs, outputs, ci, co, w, taps);
  u += co / TILE_N * POINTS * FILTER_POINT(inputs) + ci * TILE_N + co % TILE_N;
  for (int n = 0; n < LANES; ++n) {
    floats half_done[MOST_POINTS][FILTER_TAPS];
    for (int j = 0; j < FILTER_TAPS; ++j) {
      floats line[FILTER_TAPS], column[MOST_POINTS];
      for (int i = 0; i < FILTER_TAPS; ++i) {
        // The data gradient's filters are rotated by 180°.
        const int tap = i * FILTER_TAPS + j;
        line[i] = taps[TRANSPOSED ? TAPS - 1 - tap : tap][n];
      }
      transform_g(line, column);
      UNROLL for (int i = 0; i < LINE_POINTS; ++i) half_done[i][j] = column[i];
    }
    for (int i = 0; i < LINE_POINTS; ++i) {
      floats row[MOST_POINTS];
      transform_g(half_done[i], row);
      UNROLL for (int j = 0; j < LINE_POINTS; ++j)
        STORE(row[j], u + (i * LINE_POINTS + j) * FILTER_POINT(inputs) + n * TILE_N);
    }
  }
}

// Multiplies TILE_M tiles of `data` by the filters of `panel`, for one point. The next point's
// panel follows it in memory.
static ALWAYS_INLINE void multiply_tile(
    const float *restrict data, __global const float *restrict panel, float *restrict products) {
  floats sum[TILE_M][TILE_VECTORS];
  FOR_TILE(i, j) sum[i][j] = 0.0f;
  ADD_OUTER_PRODUCTS(sum, TILE_M, CI, data[i * CI + k],
                     LOAD_AHEAD(panel + k * TILE_N + j * LANES, FILTER_POINT(CI)))
  FOR_TILE(i, j) STORE(sum[i][j], products + i * TILE_N + j * LANES);
}

// Multiplies all tiles of `data` by the filters of TILE_N channels of y, for all points.
static OUT_OF_LINE void multiply_points(float data[POINTS][DATA_POINT],
                                        __global const float *restrict u,
                                        float products[POINTS][PRODUCT_POINT]) {
  for (int point = 0; point < POINTS; ++point, u += FILTER_POINT(CI)) {
    const int tiles = IMAGES * POINT_TILES(point);
    for (int tile = 0; tile < tiles; tile += TILE_M)
      multiply_tile(data[point] + tile * CI, u, products[point] + tile * TILE_N);
  }
}

// Finishes a tile of `down` by `across` pixels of an image, for LANES channels of y from c of
// TILE_N; y and aux point at these TILE_N channels.
static ALWAYS_INLINE void store_tile(const int down, const int across, const int image, const int a,
                                     const int b, const int c, const floats start,
                                     const floats mask, float products[POINTS][PRODUCT_POINT],
                                     __global const float *restrict aux,
                                     __global float *restrict y) {
  const int top = RUN_START(a, FIVES_DOWN), left = RUN_START(b, FIVES_ACROSS);
  floats half_done[MOST_OUTPUTS][MOST_POINTS];
  for (int j = 0; j < across + 2; ++j) {
    floats m[MOST_POINTS], r[MOST_OUTPUTS];
    UNROLL for (int i = 0; i < down + 2; ++i)
      m[i] = LOAD(products[i * LINE_POINTS + j] + tile_place(image, i, a, j, b) * TILE_N + c);
    transform_at(down, m, r);
    UNROLL for (int i = 0; i < down; ++i) half_done[i][j] = r[i];
  }
  for (int i = 0; i < down; ++i) {
    floats r[MOST_OUTPUTS];
    transform_at(across, half_done[i], r);
    UNROLL for (int j = 0; j < across; ++j)
      if (top + i < HEIGHT && left + j < WIDTH) {
        const int element = ((image * HEIGHT + top + i) * WIDTH + left + j) * CO + c;
        STORE(FINISH(start + r[j], aux + element, mask), y + element);
      }
  }
}

#define STORE_AS(down, across) \
  store_tile(down, across, i0, a, b, c, start, mask, products, aux, y)

// Finishes the tiles of the images for TILE_N channels of y from `column`; y and aux point there.
static OUT_OF_LINE void store_tiles(const int images, const int image, const int column,
                                    float products[POINTS][PRODUCT_POINT],
                                    __global const float *restrict initial,
                                    __global const float *restrict aux, __global float *restrict y
                                    DROPOUT_PARAMETERS) {
  for (int n = 0; n < images * TILE_VECTORS; ++n) {
    const int i0 = n / TILE_VECTORS, c = n % TILE_VECTORS * LANES;
    const floats mask = MASK(image + i0, column + c), start = INITIAL(initial + c);
    for (int a = 0; a < RUNS_DOWN; ++a)
      for (int b = 0; b < RUNS_ACROSS; ++b) {
        const bool tall = a < FIVES_DOWN, wide = b < FIVES_ACROSS;
        if (tall && wide) STORE_AS(5, 5);
        if (tall && !wide) STORE_AS(5, 4);
        if (!tall && wide) STORE_AS(4, 5);
        if (!tall && !wide) STORE_AS(4, 4);
      }
  }
}

__kernel ONE_WORK_ITEM void winograd_conv2d(
    __global int *restrict counter, const int m,
    __global const float *restrict x,      // (m, HEIGHT, WIDTH, CI)
    __global const float *restrict u,      // filters, see winograd_filter
    __global const float *restrict aux,    // see epilogue.cl
    __global float *restrict y             // (m, HEIGHT, WIDTH, CO)
    DROPOUT_PARAMETERS) {
  CLAIM_ITEM(item, counter)
  const int image = item * IMAGES, images = min(IMAGES, m - image);
  const int start = image * HEIGHT * WIDTH * CO;
  float data[POINTS][DATA_POINT] CACHE_ALIGNED, products[POINTS][PRODUCT_POINT] CACHE_ALIGNED;
  transform_data(images, x + image * HEIGHT * WIDTH * CI, data);
  // Missing tiles are multiplied like the others, but not stored.
  for (int point = 0; point < POINTS; ++point) {
    const int tiles = POINT_TILES(point);
    for (int i = images * tiles * CI; i < IN_TILES(IMAGES * tiles) * CI; ++i)
      data[point][i] = 0.0f;
  }
  for (int column = 0; column < CO; column += TILE_N) {
    multiply_points(data, u + column / TILE_N * POINTS * FILTER_POINT(CI), products);
    store_tiles(images, image, column, products, AUX(aux, 0, column),
                AUX(aux, start, column), y + start + column DROPOUT_ARGUMENTS);
  }
}
