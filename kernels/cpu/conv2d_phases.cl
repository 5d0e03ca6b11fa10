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

#include "register_tile.cl"
#include "filter_taps.cl"
#include "phases.cl"
#include "epilogue.cl"

// Floats in a row of data. NOTE: padded by a cache line, since rows would share a few cache sets.
#define ROW (CI + 16)
// Floats of a pair of filters for TILE_N output channels. NOTE: padded by a cache line. Measured:
// without it, phases_filter takes three times as long.
#define PANEL(inputs) ((inputs) * TILE_N + 16)

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
// Index map: work-item (vector of output channels, LANES input channels).
__kernel void phases_filter(const int inputs, const int outputs,
                            __global const float *restrict w,  // see load_taps
                            // (outputs / TILE_N, 36, PANEL(inputs))
                            __global float *restrict u) {
  const int co = get_global_id(0) * LANES, ci = get_global_id(1) * LANES;
  floats taps[TAPS][LANES];
  load_taps(inputs, outputs, ci, co, w, taps);
  u += co / TILE_N * FILTERS * FILTERS * PANEL(inputs) + ci * TILE_N + co % TILE_N;
  for (int n = 0; n < LANES; ++n) {
    floats half_done[FILTERS][3];
    for (int j = 0; j < 3; ++j) {
      floats line[3], column[FILTERS];
      UNROLL for (int i = 0; i < 3; ++i) line[i] = taps[i * 3 + j][n];
      transform_taps(line, column);
      UNROLL for (int f = 0; f < FILTERS; ++f) half_done[f][j] = column[f];
    }
    for (int f = 0; f < FILTERS; ++f) {
      floats row[FILTERS];
      transform_taps(half_done[f], row);
      UNROLL for (int g = 0; g < FILTERS; ++g)
        STORE(row[g], u + (f * FILTERS + g) * PANEL(inputs) + n * TILE_N);
    }
  }
}

// Computes the points of the images at x, into data[place][image][ROW].
static OUT_OF_LINE void split_maps(const int images, ushort place[POINTS][POINTS],
                                   __global const float *restrict x, float *restrict data) {
  split_channels(images, CI, IMAGES, ROW, place, x, data);
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
                     LOAD_AHEAD(panel + k * TILE_N + j * LANES, PANEL(CI)))
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
    __global const float *restrict u,      // filters, see phases_filter
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
      for (int g = 0; g < FILTERS; ++g, u += PANEL(CI)) {
        const int begin = first_place(f, g) * IMAGES;
        const int end = begin + point_count(f) * point_count(g) * IMAGES;
        for (int row = begin; row < end; row += TILE_M)
          multiply_rows(end - row, data + row * ROW, u, products + row * TILE_N);
      }
    join_maps(images, image, column, place, products, AUX(aux, 0, column),
              AUX(aux, start, column), y + start + column DROPOUT_ARGUMENTS);
  }
}
