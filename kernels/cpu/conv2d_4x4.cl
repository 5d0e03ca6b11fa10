// 4×4 convolutions of stride 2 and padding 1 by minimal filtering, with register tiles, for CPUs.
// Each is a sum of convolutions of 2×2 taps and stride 1. In one dimension:
//
//   y[o] = Σ_s Σ_t x[2 (o + t) + s − 1] w[2 t + s]          conv2d_4x4, TRANSPOSED 0
//   dx[2 q + s] = Σ_t dy[q + t + s − 1] w[3 − s − 2 t]      conv2d_4x4, TRANSPOSED 1
//   dw[2 t + s] = Σ_o x[2 (o + t) + s − 1] dy[o]            conv2d_4x4_weight
//
// with s and t in {0, 1}. So y sums over the four pairs of parities s of rows and columns, which
// act as channels, and the pairs are separate outputs of the gradients. For each pair, a tile of
// 4×4 outputs takes 25 products instead of 64, one for each point (two_taps.cl has the transforms):
//
//   x or dy        Bᵀ d B            25 × products          Aᵀ m A        y or dx
//   ┌─────┐      ┌──────────┐      ┌──────────────┐       ┌─────┐
//   │5×5  │  →   │ point ×  │  →   │ point × tile │   →   │4×4  │
//   │ tiles      │ tile × ci│      │ × TILE_N     │       │ tiles
//   └─────┘      └──────────┘      └──────────────┘       └─────┘
//
// A work-item of conv2d_4x4 does all of this for TILES tiles and BLOCK output channels, DEPTH input
// channels at a time. It also transforms the filters. A register tile is TILE_M tiles of maps by
// TILE_N output channels.
//
// The weight gradient is g' = Gᵀ [Σ_tiles (A dY Aᵀ) ⊙ (Bᵀ d B)] G. A work-item keeps the sums of
// DEPTH channels of x by BLOCK channels of dy, and transforms TILES tiles at a time. A register
// tile is TILE_M channels of x by TILE_N channels of dy.
//
// Intermediate results stay in private memory, in cache.
//
// Index map of conv2d_4x4: item → block of output channels (fastest), TILES tiles. Index map of
// conv2d_4x4_weight: item → block of channels of dy (fastest), block of channels of x, pair of
// parities, chunk of CHUNK images. LANES divides DEPTH, which divides the input channels. TILE_N
// divides BLOCK, which divides the output channels. TILE_M divides TILES, and DEPTH in
// conv2d_4x4_weight.

#ifndef TRANSPOSED
#define TRANSPOSED 0  // 1: the data gradient, from y to x (conv2d_4x4)
#endif
#ifndef TILES
#define TILES 32  // tiles that a work-item transforms at once
#endif
#ifndef DEPTH
#define DEPTH 32  // input channels that it transforms at once
#endif
#ifndef BLOCK
#define BLOCK 64  // output channels of a work-item
#endif
#ifndef CHUNK
#define CHUNK 16  // images per work-item (conv2d_4x4_weight)
#endif
#include "conv2d_shape.cl"
#include "register_tile.cl"
#include "two_taps.cl"
#include "epilogue.cl"

#define IN (TRANSPOSED ? CO : CI)                     // channels of the input maps
#define IN_HEIGHT (TRANSPOSED ? OUT_HEIGHT : HEIGHT)  // rows of the input maps
#define IN_WIDTH (TRANSPOSED ? OUT_WIDTH : WIDTH)     // columns of the input maps
#define OUT (TRANSPOSED ? CI : CO)                    // channels of the output maps
#define IN_STEP (TRANSPOSED ? 1 : 2)                  // pixels between inputs of a tile
#define OUT_STEP (TRANSPOSED ? 2 : 1)                 // pixels between outputs of a tile

// Tiles of a map: of y, or of the pixels of x with the same parities.
#define MAP_ROWS (((TRANSPOSED ? (HEIGHT + 1) / 2 : OUT_HEIGHT) + TILE_SIDE - 1) / TILE_SIDE)
#define MAP_COLUMNS (((TRANSPOSED ? (WIDTH + 1) / 2 : OUT_WIDTH) + TILE_SIDE - 1) / TILE_SIDE)
#define MAP_TILES (MAP_ROWS * MAP_COLUMNS)

// Floats of one point of an intermediate result. NOTE: padded by a cache line, since all points
// would share a cache set.
#define DATA_POINT (TILES * DEPTH + 16)
#define FILTER_POINT (DEPTH * TILE_N + 16)
#define PRODUCT_POINT (TILES * BLOCK + 16)  // also of dy, in conv2d_4x4_weight
#define SUM_POINT (DEPTH * BLOCK + 16)

// Computes Bᵀ d B of DEPTH channels of the tiles from `first`, for the parities `down` and `right`,
// into data[point][tile][DEPTH]. x points at the first image and channel. `count` tiles exist; the
// last of them is repeated until there are `padded`.
static OUT_OF_LINE void transform_data(const int first, const int count, const int padded,
                                       const int down, const int right,
                                       __global const float *restrict x, float *restrict data) {
  for (int tile = 0; tile < padded; ++tile) {
    const int at = first + min(tile, count - 1), place = at % MAP_TILES;
    const int top = place / MAP_COLUMNS * TILE_SIDE * IN_STEP + down - 1;
    const int left = place % MAP_COLUMNS * TILE_SIDE * IN_STEP + right - 1;
    __global const float *map = x + at / MAP_TILES * IN_HEIGHT * IN_WIDTH * IN;
    int rows[TILE_SPAN], columns[TILE_SPAN];  // the offsets of the nearest pixels inside the map
    UNROLL for (int i = 0; i < TILE_SPAN; ++i) {
      rows[i] = clamp(top + i * IN_STEP, 0, IN_HEIGHT - 1) * IN_WIDTH * IN;
      columns[i] = clamp(left + i * IN_STEP, 0, IN_WIDTH - 1) * IN;
    }
    for (int c = 0; c < DEPTH; c += LANES) {
      floats d[TILE_POINTS], points[TILE_POINTS];
      UNROLL for (int p = 0; p < TILE_POINTS; ++p)
        d[p] = LOAD(map + rows[p / TILE_SPAN] + columns[p % TILE_SPAN] + c);
      UNROLL for (int i = 0; i < TILE_SPAN; ++i) {
        if (top + i * IN_STEP < 0 || top + i * IN_STEP >= IN_HEIGHT)
          UNROLL for (int j = 0; j < TILE_SPAN; ++j) d[i * TILE_SPAN + j] = 0.0f;
        if (left + i * IN_STEP < 0 || left + i * IN_STEP >= IN_WIDTH)
          UNROLL for (int j = 0; j < TILE_SPAN; ++j) d[j * TILE_SPAN + i] = 0.0f;
      }
      transform_inputs(d, points);
      UNROLL for (int p = 0; p < TILE_POINTS; ++p)
        STORE(points[p], data + p * DATA_POINT + tile * DEPTH + c);
    }
  }
}

// Computes G g Gᵀ of DEPTH input channels and TILE_N output channels for the parities `down` and
// `right`, into panel[point][DEPTH][TILE_N]. w points at the first channels.
static OUT_OF_LINE void transform_filters(const int down, const int right,
                                          __global const float *restrict w,
                                          float *restrict panel) {
  for (int at = 0; at < DEPTH * TILE_N; at += LANES * LANES) {
    const int k0 = at / (LANES * TILE_N) * LANES, n = at / LANES % TILE_N;
    floats taps[4][LANES];
    for (int tap = 0; tap < 4; ++tap) {
      const int i = tap / 2, j = tap % 2;
      const int kh = TRANSPOSED ? 3 - down - 2 * i : down + 2 * i;
      const int kw = TRANSPOSED ? 3 - right - 2 * j : right + 2 * j;
      __global const float *from = w + (kh * 4 + kw) * CI * CO;
      UNROLL for (int l = 0; l < LANES; ++l)
        taps[tap][l] =
            TRANSPOSED ? LOAD(from + (n + l) * CO + k0) : LOAD(from + (k0 + l) * CO + n);
      if (TRANSPOSED) transpose(taps[tap]);
    }
    for (int l = 0; l < LANES; ++l) {
      floats g[4], points[TILE_POINTS];
      UNROLL for (int tap = 0; tap < 4; ++tap) g[tap] = taps[tap][l];
      transform_filter(g, points);
      UNROLL for (int p = 0; p < TILE_POINTS; ++p)
        STORE(points[p], panel + p * FILTER_POINT + (k0 + l) * TILE_N + n);
    }
  }
}

// Adds the products of `count` tiles for TILE_N output channels, for all points. Unless `adds`, it
// overwrites the products.
static OUT_OF_LINE void multiply_points(const bool adds, const int count,
                                        const float *restrict data, const float *restrict panel,
                                        float *restrict products) {
  for (int point = 0; point < TILE_POINTS; ++point, panel += FILTER_POINT)
    for (int tile = 0; tile < count; tile += TILE_M) {
      const float *a = data + point * DATA_POINT + tile * DEPTH;
      float *c = products + point * PRODUCT_POINT + tile * TILE_N;
      floats sum[TILE_M][TILE_VECTORS];
      FOR_TILE(i, j) sum[i][j] = adds ? LOAD(c + i * TILE_N + j * LANES) : (floats)0.0f;
      ADD_OUTER_PRODUCTS(sum, TILE_M, DEPTH, a[i * DEPTH + k],
                         LOAD(panel + k * TILE_N + j * LANES))
      FOR_TILE(i, j) STORE(sum[i][j], c + i * TILE_N + j * LANES);
    }
}

// Finishes `count` tiles from `first` for BLOCK output channels from `column`: the pixels from row
// `down` and column `right`. `initial`, aux and y point at the channel, the latter two in the first
// image.
static OUT_OF_LINE void store_tiles(const int first, const int count, const int column,
                                    const int down, const int right,
                                    const float *restrict products,
                                    __global const float *restrict initial,
                                    __global const float *restrict aux, __global float *restrict y
                                    DROPOUT_PARAMETERS) {
  const int height = TRANSPOSED ? HEIGHT : OUT_HEIGHT, width = TRANSPOSED ? WIDTH : OUT_WIDTH;
  for (int tile = 0; tile < count; ++tile) {
    const int image = (first + tile) / MAP_TILES, place = (first + tile) % MAP_TILES;
    const int top = place / MAP_COLUMNS * TILE_SIDE * OUT_STEP + down;
    const int left = place % MAP_COLUMNS * TILE_SIDE * OUT_STEP + right;
    for (int c = 0; c < BLOCK; c += LANES) {
      const float *from = products + (c / TILE_N * TILES + tile) * TILE_N + c % TILE_N;
      const floats start = INITIAL(initial + c), mask = MASK(image, column + c);
      floats points[TILE_POINTS], pixels[TILE_SIDE * TILE_SIDE];
      UNROLL for (int p = 0; p < TILE_POINTS; ++p) points[p] = LOAD(from + p * PRODUCT_POINT);
      transform_products(points, pixels);
      UNROLL for (int p = 0; p < TILE_SIDE * TILE_SIDE; ++p) {
        const int oy = top + p / TILE_SIDE * OUT_STEP, ox = left + p % TILE_SIDE * OUT_STEP;
        const int element = ((image * height + oy) * width + ox) * OUT + c;
        if (oy < height && ox < width)
          STORE(FINISH(start + pixels[p], aux + element, mask), y + element);
      }
    }
  }
}

__kernel ONE_WORK_ITEM void conv2d_4x4(
    __global int *restrict counter, const int m,
    __global const float *restrict x,    // (m, HEIGHT, WIDTH, CI); if TRANSPOSED, that of y
    __global const float *restrict w,    // (4, 4, CI, CO)
    __global const float *restrict aux,  // see epilogue.cl
    __global float *restrict y           // (m, OUT_HEIGHT, OUT_WIDTH, CO); if TRANSPOSED, that of x
    DROPOUT_PARAMETERS) {
  CLAIM_ITEM(item, counter)
  const int column = item % (OUT / BLOCK) * BLOCK, first = item / (OUT / BLOCK) * TILES;
  const int count = min(TILES, m * MAP_TILES - first);
  const int padded = (count + TILE_M - 1) / TILE_M * TILE_M;
  float data[TILE_POINTS * DATA_POINT] CACHE_ALIGNED;
  float panel[TILE_POINTS * FILTER_POINT] CACHE_ALIGNED;
  float products[TILE_POINTS * PRODUCT_POINT] CACHE_ALIGNED;
  for (int pair = 0; pair < 4; ++pair) {
    const int down = pair / 2, right = pair % 2;
    for (int k = 0; k < IN; k += DEPTH) {
      const bool adds = k > 0 || (TRANSPOSED ? 0 : pair) > 0;
      transform_data(first, count, padded, down, right, x + k, data);
      for (int n = column; n < column + BLOCK; n += TILE_N) {
        const int weight = TRANSPOSED ? n * CO + k : k * CO + n;
        transform_filters(down, right, w + weight, panel);
        multiply_points(adds, padded, data, panel, products + (n - column) * TILES);
      }
    }
    if (TRANSPOSED || pair == 3)
      store_tiles(first, count, column, TRANSPOSED ? down : 0, TRANSPOSED ? right : 0, products,
                  AUX(aux, 0, column), AUX(aux, 0, column), y + column DROPOUT_ARGUMENTS);
  }
}

// Computes A dY Aᵀ of BLOCK channels of `count` tiles from `first`, into
// gradient[point][n / TILE_N][tile][TILE_N]. dy points at the first image and channel.
static OUT_OF_LINE void transform_gradient(const int first, const int count,
                                           __global const float *restrict dy,
                                           float *restrict gradient) {
  for (int tile = 0; tile < count; ++tile) {
    const int image = (first + tile) / MAP_TILES, place = (first + tile) % MAP_TILES;
    const int top = place / MAP_COLUMNS * TILE_SIDE, left = place % MAP_COLUMNS * TILE_SIDE;
    for (int n = 0; n < BLOCK; n += LANES) {
      floats pixels[TILE_SIDE * TILE_SIDE], points[TILE_POINTS];
      UNROLL for (int p = 0; p < TILE_SIDE * TILE_SIDE; ++p) {
        const int oy = top + p / TILE_SIDE, ox = left + p % TILE_SIDE;
        __global const float *from = dy + ((image * OUT_HEIGHT + oy) * OUT_WIDTH + ox) * CO + n;
        pixels[p] = oy < OUT_HEIGHT && ox < OUT_WIDTH ? LOAD(from) : (floats)0.0f;
      }
      transform_outputs(pixels, points);
      float *to = gradient + (n / TILE_N * TILES + tile) * TILE_N + n % TILE_N;
      UNROLL for (int p = 0; p < TILE_POINTS; ++p) STORE(points[p], to + p * PRODUCT_POINT);
    }
  }
}

// Adds the products of all channels over `count` tiles, for all points.
static OUT_OF_LINE void add_points(const int count, const float *restrict data,
                                   const float *restrict gradient, float *restrict sums) {
  for (int point = 0; point < TILE_POINTS; ++point)
    for (int n = 0; n < BLOCK; n += TILE_N)
      for (int c = 0; c < DEPTH; c += TILE_M) {
        const float *a = data + point * DATA_POINT + c;
        const float *b = gradient + point * PRODUCT_POINT + n * TILES;
        float *to = sums + point * SUM_POINT + n * DEPTH + c * TILE_N;
        floats sum[TILE_M][TILE_VECTORS];
        FOR_TILE(i, j) sum[i][j] = LOAD(to + i * TILE_N + j * LANES);
        ADD_OUTER_PRODUCTS(sum, TILE_M, count, a[k * DEPTH + i], LOAD(b + k * TILE_N + j * LANES))
        FOR_TILE(i, j) STORE(sum[i][j], to + i * TILE_N + j * LANES);
      }
}

// Computes Gᵀ m G of the sums [point][n / TILE_N][DEPTH][TILE_N], into the taps of the parities
// `down` and `right`; dw points at the first channels.
static OUT_OF_LINE void store_weights(const int down, const int right, const float *restrict sums,
                                      __global float *restrict dw) {
  for (int at = 0; at < DEPTH * BLOCK; at += LANES) {
    const int n = at / (DEPTH * TILE_N) * TILE_N + at % TILE_N, c = at / TILE_N % DEPTH;
    floats points[TILE_POINTS], taps[4];
    UNROLL for (int p = 0; p < TILE_POINTS; ++p) points[p] = LOAD(sums + p * SUM_POINT + at);
    transform_sums(points, taps);
    UNROLL for (int t = 0; t < 4; ++t) {
      const int tap = (t / 2 * 2 + down) * 4 + t % 2 * 2 + right;
      STORE(taps[t], dw + (tap * CI + c) * CO + n);
    }
  }
}

__kernel ONE_WORK_ITEM void conv2d_4x4_weight(
    __global int *restrict counter, const int m,
    __global const float *restrict x,     // (m, HEIGHT, WIDTH, CI)
    __global const float *restrict dy,    // (m, OUT_HEIGHT, OUT_WIDTH, CO)
    __global float *restrict partials) {  // (chunks, 4, 4, CI, CO)
  CLAIM_ITEM(item, counter)
  const int columns = CO / BLOCK, rows = CI / DEPTH, chunk = item / (columns * rows * 4);
  const int column = item % columns * BLOCK, row = item / columns % rows * DEPTH;
  const int pair = item / (columns * rows) % 4, down = pair / 2, right = pair % 2;
  const int end = min(m, (chunk + 1) * CHUNK) * MAP_TILES;
  float data[TILE_POINTS * DATA_POINT] CACHE_ALIGNED, sums[TILE_POINTS * SUM_POINT] CACHE_ALIGNED;
  float gradient[TILE_POINTS * PRODUCT_POINT] CACHE_ALIGNED;
  for (int i = 0; i < TILE_POINTS * SUM_POINT; i += LANES) STORE((floats)0.0f, sums + i);
  for (int first = chunk * CHUNK * MAP_TILES; first < end; first += TILES) {
    const int count = min(TILES, end - first);
    transform_data(first, count, count, down, right, x + row, data);
    transform_gradient(first, count, dy + column, gradient);
    add_points(count, data, gradient, sums);
  }
  store_weights(down, right, sums, partials + (chunk * 16 * CI + row) * CO + column);
}
