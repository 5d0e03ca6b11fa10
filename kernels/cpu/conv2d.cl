// Two-dimensional convolutions with register tiles, for CPUs.
//
//   conv2d_forward           y[oy, ox] = Σ x[oy S + kh − P, ox S + kw − P] W[kh, kw]
//   conv2d_backward_input    dx[iy, ix] = Σ dy[(iy + P − kh) / S, (ix + P − kw) / S] Wᵀ[kh, kw]
//
// Each sum runs over the taps (kh, kw), or the pixels (oy, ox), whose indices are integers inside
// the map. Everything outside is zero and is skipped.
//
// A transposed convolution is the convolution from its output to its input, run backward. Its
// forward pass is conv2d_backward_input and its data gradient conv2d_forward, so both end with an
// epilogue (epilogue.cl). conv2d_weight.cl has the weight gradient.
//
//   image   pixel (oy, ox)     A tile is TILE_M images by TILE_N channels of one pixel, in vector
//     0    ┌─┬─┬─┬─┐           registers. It adds a product of matrices, as in gemm.cl, for each
//     1    ├─┼█┼─┼─┤ co        tap: (images, ci) by (ci, co). All images of a tile meet the border
//     2    ├─┼█┼─┼─┤           at the same taps, so the tests for it are outside the inner loop, at
//     3    ├─┼█┼─┼─┤           any stride. A work-item computes whole maps, and packs weights once.
//
// Index map: item → channel tile (fastest) and image tile. The last image tile may have fewer than
// TILE_M images; it reads its last image again in place of missing ones.

#include "conv2d_shape.cl"
#include "register_tile.cl"
#include "epilogue.cl"

// Adds a run of neighbouring taps to a pixel's tile. `a` points at `depth` floats of the first
// image; those of the next image are `stride` floats later. `panel` holds the taps' weights.
static ALWAYS_INLINE void add_run(const int rows, const int stride, const int depth,
                                  __global const float *restrict a, floats panel[][TILE_VECTORS],
                                  floats sums[TILE_M][TILE_VECTORS]) {
  __global const float *a_row[TILE_M];
  UNROLL for (int i = 0; i < TILE_M; ++i) a_row[i] = a + min(i, rows - 1) * stride;
  floats sum[TILE_M][TILE_VECTORS];
  FOR_TILE(i, j) sum[i][j] = sums[i][j];
  ADD_OUTER_PRODUCTS(sum, TILE_M, depth, a_row[i][k], panel[k][j])
  FOR_TILE(i, j) sums[i][j] = sum[i][j];
}

// Initializes the sums of all pixels; aux points at the tile's column.
static inline void begin_tiles(const int pixels, __global const float *restrict aux,
                               floats sums[][TILE_M][TILE_VECTORS]) {
  for (int p = 0; p < pixels; ++p)
    for (int i = 0; i < TILE_M; ++i)
      for (int j = 0; j < TILE_VECTORS; ++j) sums[p][i][j] = INITIAL(aux + j * LANES);
}

// Finishes the tiles of all pixels. A pixel of c has `channels` floats; c points at the tile's
// first image and column.
static OUT_OF_LINE void store_tiles(const int rows, const int pixels, const int channels,
                                    const int image, const int column,
                                    floats sums[][TILE_M][TILE_VECTORS],
                                    __global const float *restrict aux, __global float *restrict c
                                    DROPOUT_PARAMETERS) {
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < TILE_VECTORS; ++j) {
      const floats mask = MASK(image + i, column + j * LANES);
      for (int p = 0; p < pixels; ++p) {
        const int element = (i * pixels + p) * channels + j * LANES;
        STORE(FINISH(sums[p][i][j], aux + element, mask), c + element);
      }
    }
}

// Adds the sums of conv2d_forward; x points at the first image, w at the tile's column.
static OUT_OF_LINE void forward_tiles(const int rows, __global const float *restrict x,
                                      __global const float *restrict w,
                                      floats sums[OUT_HEIGHT * OUT_WIDTH][TILE_M][TILE_VECTORS]) {
  floats panel[KERNEL * CI][TILE_VECTORS];
  for (int kh = 0; kh < KERNEL; ++kh, w += KERNEL * CI * CO) {
    for (int k = 0; k < KERNEL * CI; ++k)
      for (int j = 0; j < TILE_VECTORS; ++j) panel[k][j] = LOAD(w + k * CO + j * LANES);
    for (int oy = 0; oy < OUT_HEIGHT; ++oy) {
      const int iy = oy * STRIDE + kh - PADDING;
      if (iy < 0 || iy >= HEIGHT) continue;
      for (int ox = 0; ox < OUT_WIDTH; ++ox) {
        const int left = ox * STRIDE - PADDING;
        const int begin = max(0, -left), end = min(KERNEL, WIDTH - left);
        add_run(rows, X_IMAGE, (end - begin) * CI, x + (iy * WIDTH + left + begin) * CI,
                panel + begin * CI, sums[oy * OUT_WIDTH + ox]);
      }
    }
  }
}

__kernel ONE_WORK_ITEM void conv2d_forward(
    __global int *restrict counter, const int m,
    __global const float *restrict x,      // (m, HEIGHT, WIDTH, CI)
    __global const float *restrict w,      // (KERNEL, KERNEL, CI, CO)
    __global const float *restrict aux,    // see epilogue.cl
    __global float *restrict y             // (m, OUT_HEIGHT, OUT_WIDTH, CO)
    DROPOUT_PARAMETERS) {
  CLAIM_ITEM(item, counter)
  const int column = item % (CO / TILE_N) * TILE_N;
  const int image = item / (CO / TILE_N) * TILE_M, rows = min(TILE_M, m - image);
  x += image * X_IMAGE; w += column; y += image * Y_IMAGE + column;
  aux = AUX(aux, image * Y_IMAGE, column);
  floats sums[OUT_HEIGHT * OUT_WIDTH][TILE_M][TILE_VECTORS];
  begin_tiles(OUT_HEIGHT * OUT_WIDTH, aux, sums);
  forward_tiles(rows, x, w, sums);
  store_tiles(rows, OUT_HEIGHT * OUT_WIDTH, CO, image, column, sums, aux, y DROPOUT_ARGUMENTS);
}

// Adds the sums of conv2d_backward_input; dy points at the first image, w at the tile's rows.
// Consecutive pixels of dy meet taps STRIDE apart in descending order. Columns of dx STRIDE apart
// share their taps; `phase` is the first of these taps. If KERNEL < STRIDE, some meet no tap.
static OUT_OF_LINE void backward_tiles(const int rows, __global const float *restrict dy,
                                       __global const float *restrict w,
                                       floats sums[HEIGHT * WIDTH][TILE_M][TILE_VECTORS]) {
  float panel[(KERNEL + STRIDE - 1) / STRIDE * CO][TILE_N] CACHE_ALIGNED;
  for (int kh = 0; kh < KERNEL; ++kh)
    for (int phase = 0; phase < min(STRIDE, KERNEL); ++phase) {
      const int taps = (KERNEL - 1 - phase) / STRIDE + 1, last = phase + (taps - 1) * STRIDE;
      for (int tap = 0; tap < taps; ++tap)
        for (int n = 0; n < TILE_N; ++n)
          for (int k = 0; k < CO; ++k)
            panel[tap * CO + k][n] =
                w[((kh * KERNEL + last - tap * STRIDE) * CI + n) * CO + k];
      for (int iy = 0; iy < HEIGHT; ++iy) {
        const int top = iy + PADDING - kh, oy = top / STRIDE;
        if (top < 0 || top % STRIDE != 0 || oy >= OUT_HEIGHT) continue;
        for (int ix = (phase + STRIDE - PADDING % STRIDE) % STRIDE; ix < WIDTH; ix += STRIDE) {
          const int left = (ix + PADDING - last) / STRIDE;
          const int begin = max(0, -left), end = min(taps, OUT_WIDTH - left);
          add_run(rows, Y_IMAGE, (end - begin) * CO, dy + (oy * OUT_WIDTH + left + begin) * CO,
                  (floats(*)[TILE_VECTORS])panel[begin * CO], sums[iy * WIDTH + ix]);
        }
      }
    }
}

__kernel ONE_WORK_ITEM void conv2d_backward_input(
    __global int *restrict counter, const int m,
    __global const float *restrict dy,     // (m, OUT_HEIGHT, OUT_WIDTH, CO)
    __global const float *restrict w,      // (KERNEL, KERNEL, CI, CO)
    __global const float *restrict aux,    // see epilogue.cl
    __global float *restrict dx            // (m, HEIGHT, WIDTH, CI)
    DROPOUT_PARAMETERS) {
  CLAIM_ITEM(item, counter)
  const int column = item % (CI / TILE_N) * TILE_N;
  const int image = item / (CI / TILE_N) * TILE_M, rows = min(TILE_M, m - image);
  dy += image * Y_IMAGE; w += column * CO; dx += image * X_IMAGE + column;
  aux = AUX(aux, image * X_IMAGE, column);
  floats sums[HEIGHT * WIDTH][TILE_M][TILE_VECTORS];
  begin_tiles(HEIGHT * WIDTH, aux, sums);
  backward_tiles(rows, dy, w, sums);
  store_tiles(rows, HEIGHT * WIDTH, CI, image, column, sums, aux, dx DROPOUT_ARGUMENTS);
}
