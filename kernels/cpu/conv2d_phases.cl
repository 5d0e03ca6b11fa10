// 3×3 convolutions of stride 2 and padding 1 by minimal filtering, with register tiles, for CPUs.
// One dimension of such a convolution, and of its data gradient, splits into two phases:
//
//   y[o] = w1 x[2o] + (w0 x[2o − 1] + w2 x[2o + 1])           conv2d_phases, TRANSPOSED 0
//   dx[2o] = w1 dy[o],  dx[2o + 1] = w2 dy[o] + w0 dy[o + 1]  conv2d_phases, TRANSPOSED 1
//
// One phase has a single tap. The other is a filter of two taps, and m neighbouring outputs of it
// take only m + 1 products: F(m, 2), with interpolation at 0, 1, −1, ∞ and, for m = 4, at 2
// (Winograd: Arithmetic complexity of computations, 1980). So a line of N = 4 QUADS + 3 TRIPLES
// outputs takes 2N + QUADS + TRIPLES products instead of 3N. A map with N = 7 takes 16² products
// instead of 21². In each dimension they use six filters,
//
//   w1,  w0,  w0 + w2,  w0 − w2,  w2,  w0 + 2 w2        (data gradient: w0 and w2 exchanged)
//
// so a map becomes 36 products of matrices, (places, ci) by (ci, co).
//
//   x or dy      lines, then columns     36 × products      columns, then lines      y or dx
//   (H, W, ci) → (place, image, ci)    → (place, image, TILE_N)                    → (H', W', co)
//
// A work-item does all of this for IMAGES images; intermediate results stay in private memory, in
// cache. A register tile is TILE_M places of images by TILE_N output channels.
//
// Index map of conv2d_phases: item → IMAGES images. LANES divides CI, TILE_N divides CO.
// phases_filter has an index map of its own.

#ifndef IMAGES
#define IMAGES 6  // images per work-item
#endif
#ifndef QUADS
#define QUADS 1  // runs of four outputs in a line of the smaller map; they come first
#endif
#ifndef TRIPLES
#define TRIPLES 1  // runs of three outputs
#endif
#ifndef CI
#define CI 128  // input channels
#endif
#ifndef CO
#define CO 256  // output channels
#endif
#ifndef TRANSPOSED
#define TRANSPOSED 0  // 1: the data gradient, from the smaller map to the larger
#endif

#include "register_tile.cl"
#include "epilogue.cl"

#define N (4 * QUADS + 3 * TRIPLES)      // rows and columns of the smaller map
#define IN (TRANSPOSED ? N : 2 * N)      // of the input map
#define OUT (TRANSPOSED ? 2 * N : N)     // of the output map
#define RUNS (QUADS + TRIPLES)
#define FILTERS 6                        // in one dimension
#define POINTS (N + 4 * RUNS + QUADS)    // products per line
// Floats in a row of data. NOTE: padded by a cache line, since rows would share a few cache sets.
#define ROW (CI + 16)

// The points of a line are ordered by filter: those of filter f begin at first_point(f).
static inline int first_point(const int f) { return f == 0 ? 0 : N + (f - 1) * RUNS; }
static inline int point_count(const int f) { return f == 0 ? N : f == 5 ? QUADS : RUNS; }

// The first place of a pair of filters. Products of a map are ordered by pair of filters.
static inline int first_place(const int f, const int g) {
  return first_point(f) * POINTS + point_count(f) * first_point(g);
}

// Computes the place of each pair of points.
static inline void find_places(ushort place[POINTS][POINTS]) {
  for (int f = 0; f < FILTERS; ++f)
    for (int g = 0; g < FILTERS; ++g)
      for (int a = 0; a < point_count(f); ++a)
        for (int b = 0; b < point_count(g); ++b)
          place[first_point(f) + a][first_point(g) + b] =
              first_place(f, g) + a * point_count(g) + b;
}

// Computes the points of an input line.
static ALWAYS_INLINE void split(const floats line[IN], floats points[POINTS]) {
  UNROLL for (int o = 0; o < N; ++o) points[o] = TRANSPOSED ? line[o] : line[2 * o];
  UNROLL for (int run = 0; run < RUNS; ++run) {
    const int start = run < QUADS ? 4 * run : 3 * run + QUADS, outputs = run < QUADS ? 4 : 3;
    floats d[5];
    UNROLL for (int k = 0; k < outputs + 1; ++k) {
      const int at = TRANSPOSED ? start + k : 2 * (start + k) - 1;
      d[k] = at >= 0 && at < IN ? line[at] : (floats)0.0f;
    }
    floats *p = points + N + run;
    if (outputs == 4) {
      const floats odd = d[3] - d[1];
      p[0] = d[0] - d[2] + 0.5f * odd;
      p[RUNS] = d[1] + 0.5f * (d[2] - d[3]);
      p[2 * RUNS] = 0.5f * d[2] - (2.0f * d[1] + d[3]) / 6.0f;
      p[3 * RUNS] = d[4] - d[2] - 2.0f * odd;
      p[4 * RUNS] = odd / 6.0f;
    } else {
      p[0] = d[0] - d[2];
      p[RUNS] = 0.5f * (d[2] + d[1]);
      p[2 * RUNS] = 0.5f * (d[2] - d[1]);
      p[3 * RUNS] = d[3] - d[1];
    }
  }
}

// Computes an output line from the products of its points.
static ALWAYS_INLINE void join(const floats points[POINTS], floats line[OUT]) {
  UNROLL for (int run = 0; run < RUNS; ++run) {
    const int start = run < QUADS ? 4 * run : 3 * run + QUADS, outputs = run < QUADS ? 4 : 3;
    const floats *p = points + N + run;
    const floats sum = p[RUNS] + p[2 * RUNS], difference = p[RUNS] - p[2 * RUNS];
    floats y[4];
    if (outputs == 4) {
      y[0] = p[0] + sum + p[4 * RUNS];
      y[1] = difference + 2.0f * p[4 * RUNS];
      y[2] = sum + 4.0f * p[4 * RUNS];
      y[3] = difference + 8.0f * p[4 * RUNS] + p[3 * RUNS];
    } else {
      y[0] = p[0] + sum;
      y[1] = difference;
      y[2] = sum + p[3 * RUNS];
    }
    UNROLL for (int o = 0; o < outputs; ++o) {
      const int at = start + o;
      if (TRANSPOSED) {
        line[2 * at] = points[at];
        line[2 * at + 1] = y[o];
      } else {
        line[at] = points[at] + y[o];
      }
    }
  }
}

// Computes the six filters of one dimension.
static inline void transform_taps(const floats w[3], floats u[FILTERS]) {
  const floats first = TRANSPOSED ? w[2] : w[0], last = TRANSPOSED ? w[0] : w[2];
  u[0] = w[1];
  u[1] = first;
  u[2] = first + last;
  u[3] = first - last;
  u[4] = last;
  u[5] = first + 2.0f * last;
}

// Computes u[f][g], the six filters in both dimensions, in the order in which conv2d_phases reads
// them.
//
// Index map: work-item (vector of output channels, input channel).
__kernel void phases_filter(const int inputs, const int outputs,
                            // (3, 3, inputs, outputs), or (3, 3, outputs, inputs) if TRANSPOSED
                            __global const float *restrict w,
                            // (outputs / TILE_N, 36, inputs, TILE_N)
                            __global float *restrict u) {
  const int co = get_global_id(0) * LANES, ci = get_global_id(1);
  floats half_done[FILTERS][3];
  for (int j = 0; j < 3; ++j) {
    floats taps[3], column[FILTERS];
    for (int i = 0; i < 3; ++i) {
      float values[LANES];
      for (int n = 0; n < LANES; ++n)
        values[n] = TRANSPOSED ? w[((i * 3 + j) * outputs + co + n) * inputs + ci]
                               : w[((i * 3 + j) * inputs + ci) * outputs + co + n];
      taps[i] = LOAD(values);
    }
    transform_taps(taps, column);
    for (int f = 0; f < FILTERS; ++f) half_done[f][j] = column[f];
  }
  u += (co / TILE_N * FILTERS * FILTERS * inputs + ci) * TILE_N + co % TILE_N;
  for (int f = 0; f < FILTERS; ++f) {
    floats row[FILTERS];
    transform_taps(half_done[f], row);
    for (int g = 0; g < FILTERS; ++g) STORE(row[g], u + (f * FILTERS + g) * inputs * TILE_N);
  }
}

// Computes the points of the images at x, into data[place][image][ROW].
static OUT_OF_LINE void split_maps(const int images, ushort place[POINTS][POINTS],
                                   __global const float *restrict x, float *restrict data) {
  for (int n = 0; n < images * CI; n += LANES) {
    const int image = n / CI, c = n % CI;
    __global const float *map = x + image * IN * IN * CI + c;
    floats half_done[POINTS][IN];
    for (int j = 0; j < IN; ++j) {
      floats column[IN], points[POINTS];
      UNROLL for (int i = 0; i < IN; ++i) column[i] = LOAD(map + (i * IN + j) * CI);
      split(column, points);
      UNROLL for (int p = 0; p < POINTS; ++p) half_done[p][j] = points[p];
    }
    for (int p = 0; p < POINTS; ++p) {
      floats points[POINTS];
      split(half_done[p], points);
      for (int q = 0; q < POINTS; ++q)
        STORE(points[q], data + (place[p][q] * IMAGES + image) * ROW + c);
    }
  }
}

// Multiplies up to TILE_M rows of `data` by a filter's `panel`. The next filter's panel follows it
// in memory.
static OUT_OF_LINE void multiply_rows(const int rows, const float *restrict data,
                                      __global const float *restrict panel,
                                      float *restrict products) {
  const float *a[TILE_M];
  UNROLL for (int i = 0; i < TILE_M; ++i) a[i] = data + min(i, rows - 1) * ROW;
  floats sum[TILE_M][TILE_VECTORS];
  FOR_TILE(i, j) sum[i][j] = 0.0f;
  ADD_OUTER_PRODUCTS(sum, TILE_M, CI, a[i][k],
                     LOAD_AHEAD(panel + k * TILE_N + j * LANES, CI * TILE_N))
  FOR_TILE(i, j) if (i < rows) STORE(sum[i][j], products + i * TILE_N + j * LANES);
}

// Finishes the maps of the images for TILE_N channels from `column`; y and aux point there.
static OUT_OF_LINE void join_maps(const int images, const int image, const int column,
                                  ushort place[POINTS][POINTS], const float *restrict products,
                                  __global const float *restrict initial,
                                  __global const float *restrict aux, __global float *restrict y
                                  DROPOUT_PARAMETERS) {
  for (int n = 0; n < images * TILE_VECTORS; ++n) {
    const int i0 = n / TILE_VECTORS, c = n % TILE_VECTORS * LANES;
    const floats mask = MASK(image + i0, column + c), start = INITIAL(initial + c);
    floats half_done[OUT][POINTS];
    for (int q = 0; q < POINTS; ++q) {
      floats points[POINTS], line[OUT];
      UNROLL for (int p = 0; p < POINTS; ++p)
        points[p] = LOAD(products + (place[p][q] * IMAGES + i0) * TILE_N + c);
      join(points, line);
      UNROLL for (int o = 0; o < OUT; ++o) half_done[o][q] = line[o];
    }
    for (int oy = 0; oy < OUT; ++oy) {
      floats line[OUT];
      join(half_done[oy], line);
      UNROLL for (int ox = 0; ox < OUT; ++ox) {
        const int element = ((i0 * OUT + oy) * OUT + ox) * CO + c;
        STORE(FINISH(start + line[ox], aux + element, mask), y + element);
      }
    }
  }
}

__kernel ONE_WORK_ITEM void conv2d_phases(
    __global int *restrict counter, const int m,
    __global const float *restrict x,      // (m, IN, IN, CI)
    __global const float *restrict u,      // (CO / TILE_N, 36, CI, TILE_N), see phases_filter
    __global const float *restrict aux,    // see epilogue.cl
    __global float *restrict y             // (m, OUT, OUT, CO)
    DROPOUT_PARAMETERS) {
  CLAIM_ITEM(item, counter)
  const int image = item * IMAGES, images = min(IMAGES, m - image);
  const int start = image * OUT * OUT * CO;
  ushort place[POINTS][POINTS];
  float data[POINTS * POINTS * IMAGES * ROW] CACHE_ALIGNED;
  float products[POINTS * POINTS * IMAGES * TILE_N] CACHE_ALIGNED;
  find_places(place);
  // Missing images are multiplied like the others, but not stored.
  for (int i = 0; images < IMAGES && i < POINTS * POINTS * IMAGES * ROW; ++i) data[i] = 0.0f;
  split_maps(images, place, x + image * IN * IN * CI, data);
  for (int column = 0; column < CO; column += TILE_N) {
    for (int f = 0; f < FILTERS; ++f)
      for (int g = 0; g < FILTERS; ++g, u += CI * TILE_N) {
        const int begin = first_place(f, g) * IMAGES;
        const int end = begin + point_count(f) * point_count(g) * IMAGES;
        for (int row = begin; row < end; row += TILE_M)
          multiply_rows(end - row, data + row * ROW, u, products + row * TILE_N);
      }
    join_maps(images, image, column, place, products, AUX(aux, 0, column),
              AUX(aux, start, column), y + start + column DROPOUT_ARGUMENTS);
  }
}
