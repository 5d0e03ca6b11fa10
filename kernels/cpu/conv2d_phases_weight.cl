// The weight gradient of 3×3 convolutions of stride 2 and padding 1 by minimal filtering, with
// register tiles, for CPUs. conv2d_phases.cl explains its points. In one dimension, the gradient
// of a filter of two taps is
//
//   w' = Gᵀ [Σ_runs (A dy) ⊙ (Bᵀ x)]
//
// so each pair of filters has a product of matrices, (ci, places) by (places, co).
//
// A work-item keeps the sums of DEPTH channels of x by BLOCK channels of dy in private memory, in
// cache, and transforms IMAGES images at a time. A register tile is TILE_M channels of x by TILE_N
// channels of dy.
//
// Index map: item → block of channels of dy (fastest), block of channels of x, chunk of CHUNK
// images. LANES and TILE_M divide DEPTH, which divides CI; TILE_N divides BLOCK, which divides CO.

#ifndef CHUNK
#define CHUNK 128  // images per work-item
#endif
#ifndef DEPTH
#define DEPTH 32  // channels of x
#endif
#ifndef BLOCK
#define BLOCK 64  // channels of dy
#endif

#include "register_tile.cl"
#include "phases.cl"

#define PLACES (POINTS * POINTS)  // of an image
// Register tiles of add_maps.
#define PARTS (FILTERS * FILTERS * (BLOCK / TILE_N) * (DEPTH / TILE_M))
// Floats of one pair of filters. NOTE: padded by a cache line, since all would share a cache set.
#define SUM_PAIR (DEPTH * BLOCK + 16)

// Computes the points of an output line: the transpose of `join` in conv2d_phases.cl.
static ALWAYS_INLINE void spread(const floats line[N], floats points[POINTS]) {
  UNROLL for (int o = 0; o < N; ++o) points[o] = line[o];
  UNROLL for (int run = 0; run < RUNS; ++run) {
    const floats *y = line + (run < QUADS ? 4 * run : 3 * run + QUADS);
    floats *p = points + N + run;
    const floats even = y[0] + y[2], odd = run < QUADS ? y[1] + y[3] : y[1];
    p[0] = y[0];
    p[RUNS] = even + odd;
    p[2 * RUNS] = even - odd;
    if (run < QUADS) {
      p[3 * RUNS] = y[3];
      p[4 * RUNS] = y[0] + 2.0f * y[1] + 4.0f * y[2] + 8.0f * y[3];
    } else {
      p[3 * RUNS] = y[2];
    }
  }
}

// Computes the points of the images of dy, into gradient[n / TILE_N][place][image][TILE_N].
static OUT_OF_LINE void spread_maps(const int images, ushort place[POINTS][POINTS],
                                    __global const float *restrict dy, float *restrict gradient) {
  for (int n = 0; n < images * BLOCK; n += LANES) {
    const int image = n / BLOCK, c = n % BLOCK;
    __global const float *map = dy + image * N * N * CO + c;
    float *to = gradient + c / TILE_N * PLACES * IMAGES * TILE_N + c % TILE_N;
    floats half_done[POINTS][N];
    for (int j = 0; j < N; ++j) {
      floats column[N], points[POINTS];
      UNROLL for (int i = 0; i < N; ++i) column[i] = LOAD(map + (i * N + j) * CO);
      spread(column, points);
      UNROLL for (int p = 0; p < POINTS; ++p) half_done[p][j] = points[p];
    }
    for (int p = 0; p < POINTS; ++p) {
      floats points[POINTS];
      spread(half_done[p], points);
      for (int q = 0; q < POINTS; ++q)
        STORE(points[q], to + (place[p][q] * images + image) * TILE_N);
    }
  }
}

// Computes the points of the images at x, into data[place][image][DEPTH].
static OUT_OF_LINE void split_maps(const int images, ushort place[POINTS][POINTS],
                                   __global const float *restrict x, float *restrict data) {
  split_channels(images, DEPTH, images, DEPTH, place, x, data);
}

// Adds the products of TILE_M channels of x and TILE_N of dy over `rows` rows.
static ALWAYS_INLINE void add_rows(const int rows, const float *restrict data,
                                   const float *restrict gradient, float *restrict sums) {
  floats sum[TILE_M][TILE_VECTORS];
  FOR_TILE(i, j) sum[i][j] = LOAD(sums + i * TILE_N + j * LANES);
  ADD_OUTER_PRODUCTS(sum, TILE_M, rows, data[k * DEPTH + i],
                     LOAD(gradient + k * TILE_N + j * LANES))
  FOR_TILE(i, j) STORE(sum[i][j], sums + i * TILE_N + j * LANES);
}

// Prefetches one of PARTS parts of a block of channels of the next IMAGES images.
static ALWAYS_INLINE void prefetch_part(const int part, const int pixels, const int channels,
                                        const int block, __global const float *restrict next) {
  const int vectors = block / LANES, count = (IMAGES * pixels * vectors + PARTS - 1) / PARTS;
  for (int n = part * count; n < (part + 1) * count; ++n)
    PREFETCH(next + n / vectors * channels + n % vectors * LANES);
}

// Adds the products of all channels over the images, for all pairs of filters. Prefetches the next
// images meanwhile.
static OUT_OF_LINE void add_maps(const int images, const float *restrict data,
                                 const float *restrict gradient, float *restrict sums,
                                 __global const float *restrict next_x,
                                 __global const float *restrict next_dy) {
  int part = 0;
  for (int f = 0; f < FILTERS; ++f)
    for (int g = 0; g < FILTERS; ++g, sums += SUM_PAIR) {
      const int row = first_place(f, g) * images;
      const int rows = point_count(f) * point_count(g) * images;
      for (int n = 0; n < BLOCK / TILE_N; ++n) {
        const float *panel = gradient + n * PLACES * IMAGES * TILE_N;
        for (int c = 0; c < DEPTH; c += TILE_M, ++part) {
          prefetch_part(part, IN * IN, CI, DEPTH, next_x);
          prefetch_part(part, N * N, CO, BLOCK, next_dy);
          add_rows(rows, data + row * DEPTH + c, panel + row * TILE_N,
                   sums + (n * DEPTH + c) * TILE_N);
        }
      }
    }
}

// Computes the taps of the sums of six filters in one dimension.
static inline void join_taps(const floats sums[FILTERS], floats w[3]) {
  w[0] = sums[1] + sums[2] + sums[3] + sums[5];
  w[1] = sums[0];
  w[2] = sums[2] - sums[3] + sums[4] + 2.0f * sums[5];
}

// Computes the taps of the sums [f][g][n / TILE_N][DEPTH][TILE_N], into dw.
static OUT_OF_LINE void store_weights(const float *restrict sums, __global float *restrict dw) {
  for (int at = 0; at < DEPTH * BLOCK; at += LANES) {
    const int n = at / (DEPTH * TILE_N) * TILE_N + at % TILE_N, c = at / TILE_N % DEPTH;
    floats half_done[3][FILTERS];
    for (int g = 0; g < FILTERS; ++g) {
      floats column[FILTERS], taps[3];
      UNROLL for (int f = 0; f < FILTERS; ++f)
        column[f] = LOAD(sums + (f * FILTERS + g) * SUM_PAIR + at);
      join_taps(column, taps);
      UNROLL for (int i = 0; i < 3; ++i) half_done[i][g] = taps[i];
    }
    for (int i = 0; i < 3; ++i) {
      floats taps[3];
      join_taps(half_done[i], taps);
      UNROLL for (int j = 0; j < 3; ++j) STORE(taps[j], dw + ((i * 3 + j) * CI + c) * CO + n);
    }
  }
}

__kernel ONE_WORK_ITEM void conv2d_phases_weight(
    __global int *restrict counter, const int m,
    __global const float *restrict x,     // (m, 2 N, 2 N, CI)
    __global const float *restrict dy,    // (m, N, N, CO)
    __global float *restrict partials) {  // (chunks, 3, 3, CI, CO)
  CLAIM_ITEM(item, counter)
  const int columns = CO / BLOCK, rows = CI / DEPTH, chunk = item / (columns * rows);
  const int column = item % columns * BLOCK, row = item / columns % rows * DEPTH;
  const int end = min(m, (chunk + 1) * CHUNK);
  ushort place[POINTS][POINTS];
  float data[PLACES * IMAGES * DEPTH] CACHE_ALIGNED;
  float gradient[PLACES * IMAGES * BLOCK] CACHE_ALIGNED;
  float sums[FILTERS * FILTERS * SUM_PAIR] CACHE_ALIGNED;
  find_places(place);
  for (int i = 0; i < FILTERS * FILTERS * SUM_PAIR; i += LANES) STORE((floats)0.0f, sums + i);
  for (int image = chunk * CHUNK; image < end; image += IMAGES) {
    const int images = min(IMAGES, end - image);
    split_maps(images, place, x + image * IN * IN * CI + row, data);
    spread_maps(images, place, dy + image * N * N * CO + column, gradient);
    const int ahead = min(image + IMAGES, end - 1);
    add_maps(images, data, gradient, sums, x + ahead * IN * IN * CI + row,
             dy + ahead * N * N * CO + column);
  }
  store_weights(sums, partials + (chunk * 9 * CI + row) * CO + column);
}
