// Convolutions of maps x with few channels, with register tiles, for CPUs: the first layer of an
// encoder and the last layer of a decoder.
//
//   few_channels_forward    y[oy, ox] = Σ x[oy S + kh − P, ox S + kw − P] W[kh, kw]
//   few_channels_input      dx[iy, ix] = Σ dy[(iy + P − kh) / S, (ix + P − kw) / S] Wᵀ[kh, kw]
//   few_channels_weight     dW[kh, kw] = Σ xᵀ[oy S + kh − P, ox S + kw − P] dy[oy, ox]
//
// In conv2d.cl and conv2d_weight.cl, CI channels would be too few for a row of a tile or for the
// lanes of a vector. Here pixels of a map are the rows, and neighbouring taps count as channels:
//
//   few_channels_forward   A tile is TILE_M pixels of a row of y by TILE_N channels. K CI floats of
//                          x are a run in memory, one for each row of taps.
//   few_channels_input     The S S pixels of dx whose indices (iy + P) / S and (ix + P) / S are the
//                          same meet the same R R pixels of dy, R = K / S rounded up. A tile is
//                          TILE_M such groups by TILE_N lanes, for the S S CI floats of a group.
//                          R CO floats of dy are a run in memory.
//   few_channels_weight    A tile is TILE_M of the K CI floats of a run of x by TILE_N channels of
//                          dy.
//
// Maps and rows are packed with zeros around them, so that no tap needs a test.
//
// Index map of few_channels_forward and few_channels_input: item → image. Index map of
// few_channels_weight: item → chunk of CHUNK images. TILE_M is at most the pixels or groups of a
// row; the last tile of a row ends with it, and may overlap the one before. In few_channels_weight
// TILE_M divides K CI. TILE_N divides CO, in few_channels_input it is at least S S CI, and LANES
// divides CO and the floats of a row of dx.

#ifndef CHUNK
#define CHUNK 16  // images per work-item (few_channels_weight)
#endif
#include "conv2d_shape.cl"
#include "register_tile.cl"
#include "epilogue.cl"

#define RUN (KERNEL * CI)                        // floats of a row of taps
#define PADDED_ROW ((WIDTH + 2 * PADDING) * CI)  // floats of a packed row of x
#define PADDED_ROWS (HEIGHT + 2 * PADDING)       // packed rows of x

#define REACH ((KERNEL + STRIDE - 1) / STRIDE)              // R
#define GROUPS(size) (((size) - 1 + PADDING) / STRIDE + 1)  // groups along `size` pixels of dx
#define GROUP_ROW (STRIDE * CI)                             // floats of a group in a row of dx

// Packs an image of x, with zeros around it.
static OUT_OF_LINE void pack_map(__global const float *restrict x, float *restrict map) {
  for (int i = 0; i < PADDED_ROWS * PADDED_ROW; ++i) map[i] = 0.0f;
  for (int iy = 0; iy < HEIGHT; ++iy)
    for (int i = 0; i < WIDTH * CI; ++i)
      map[(PADDING + iy) * PADDED_ROW + PADDING * CI + i] = x[iy * WIDTH * CI + i];
}

// Computes an image of y from a packed map, for TILE_N channels from `column`; w, aux and y point
// there.
static OUT_OF_LINE void forward_map(const float *restrict map, const int image, const int column,
                                    __global const float *restrict w,
                                    __global const float *restrict aux, __global float *restrict y
                                    DROPOUT_PARAMETERS) {
  floats masks[TILE_VECTORS];
  UNROLL for (int j = 0; j < TILE_VECTORS; ++j) masks[j] = MASK(image, column + j * LANES);
  for (int oy = 0; oy < OUT_HEIGHT; ++oy)
    for (int start = 0; start < OUT_WIDTH; start += TILE_M) {
      const int ox = min(start, OUT_WIDTH - TILE_M);
      floats sum[TILE_M][TILE_VECTORS];
      FOR_TILE(i, j) sum[i][j] = INITIAL(aux + j * LANES);
      for (int kh = 0; kh < KERNEL; ++kh) {
        const float *run = map + (oy * STRIDE + kh) * PADDED_ROW + ox * STRIDE * CI;
        __global const float *taps = w + kh * RUN * CO;
        ADD_OUTER_PRODUCTS(sum, TILE_M, RUN, run[i * STRIDE * CI + k],
                           LOAD(taps + k * CO + j * LANES))
      }
      FOR_TILE(i, j) {
        const int element = (oy * OUT_WIDTH + ox + i) * CO + j * LANES;
        STORE(FINISH(sum[i][j], aux + element, masks[j]), y + element);
      }
    }
}

__kernel ONE_WORK_ITEM void few_channels_forward(
    __global int *restrict counter, const int m,
    __global const float *restrict x,    // (m, HEIGHT, WIDTH, CI)
    __global const float *restrict w,    // (KERNEL, KERNEL, CI, CO)
    __global const float *restrict aux,  // see epilogue.cl
    __global float *restrict y           // (m, OUT_HEIGHT, OUT_WIDTH, CO)
    DROPOUT_PARAMETERS) {
  CLAIM_ITEM(image, counter)
  float map[PADDED_ROWS * PADDED_ROW] CACHE_ALIGNED;
  pack_map(x + image * X_IMAGE, map);
  for (int column = 0; column < CO; column += TILE_N)
    forward_map(map, image, column, w + column, AUX(aux, image * Y_IMAGE, column),
                y + image * Y_IMAGE + column DROPOUT_ARGUMENTS);
}

// Packs the taps into panel[R R CO][TILE_N], with zeros for taps and lanes that do not exist, and
// the sums' initial values. Lanes are the floats of a group: rows, columns, channels.
static OUT_OF_LINE void pack_taps(__global const float *restrict w,
                                  __global const float *restrict aux, float *restrict panel,
                                  float *restrict initial) {
  for (int i = 0; i < REACH * REACH * CO * TILE_N; ++i) panel[i] = 0.0f;
  for (int n = 0; n < TILE_N; ++n) initial[n] = 0.0f;
  for (int n = 0; n < STRIDE * GROUP_ROW; ++n) {
    const int ci = n % CI;
    initial[n] = INITIAL_SCALAR(aux + ci);
    for (int run = 0; run < REACH * REACH; ++run) {
      const int kh = n / GROUP_ROW + STRIDE * (REACH - 1 - run / REACH);
      const int kw = n % GROUP_ROW / CI + STRIDE * (REACH - 1 - run % REACH);
      if (kh < KERNEL && kw < KERNEL)
        for (int k = 0; k < CO; ++k)
          panel[(run * CO + k) * TILE_N + n] = w[((kh * KERNEL + kw) * CI + ci) * CO + k];
    }
  }
}

// Floats of a packed row of dy, which has pixels that no tap meets, or that are outside.
#define PACKED_ROW ((GROUPS(WIDTH) + REACH - 1) * CO)

// Packs row oy of dy, from column 1 − R, with zeros outside the map.
static OUT_OF_LINE void pack_row(const int oy, __global const float *restrict dy,
                                 float *restrict row) {
  for (int i = 0; i < PACKED_ROW; i += LANES) {
    const int ox = i / CO + 1 - REACH;
    const bool inside = oy >= 0 && oy < OUT_HEIGHT && ox >= 0 && ox < OUT_WIDTH;
    __global const float *from = dy + (oy * OUT_WIDTH + ox) * CO + i % CO;
    STORE(inside ? LOAD(from) : (floats)0.0f, row + i);
  }
}

// Computes a row of groups from R packed rows of dy, into STRIDE rows of dx.
static OUT_OF_LINE void input_rows(const float *restrict rows, const float *restrict panel,
                                   const float *restrict initial,
                                   float lines[STRIDE][GROUPS(WIDTH) * GROUP_ROW]) {
  for (int start = 0; start < GROUPS(WIDTH); start += TILE_M) {
    const int group = min(start, GROUPS(WIDTH) - TILE_M);
    floats sum[TILE_M][TILE_VECTORS];
    FOR_TILE(i, j) sum[i][j] = LOAD(initial + j * LANES);
    for (int u = 0; u < REACH; ++u) {
      const float *run = rows + u * PACKED_ROW + group * CO;
      const float *taps = panel + u * REACH * CO * TILE_N;
      ADD_OUTER_PRODUCTS(sum, TILE_M, REACH * CO, run[i * CO + k],
                         LOAD(taps + k * TILE_N + j * LANES))
    }
    float sums[TILE_M][TILE_N];
    FOR_TILE(i, j) STORE(sum[i][j], sums[i] + j * LANES);
    for (int i = 0; i < TILE_M; ++i)
      for (int n = 0; n < STRIDE * GROUP_ROW; ++n)
        lines[n / GROUP_ROW][(group + i) * GROUP_ROW + n % GROUP_ROW] = sums[i][n];
  }
}

__kernel ONE_WORK_ITEM void few_channels_input(
    __global int *restrict counter, const int m,
    __global const float *restrict dy,   // (m, OUT_HEIGHT, OUT_WIDTH, CO)
    __global const float *restrict w,    // (KERNEL, KERNEL, CI, CO)
    __global const float *restrict aux,  // see epilogue.cl
    __global float *restrict dx) {       // (m, HEIGHT, WIDTH, CI)
  CLAIM_ITEM(image, counter)
  dy += image * Y_IMAGE; dx += image * X_IMAGE;
  float panel[REACH * REACH * CO * TILE_N] CACHE_ALIGNED, initial[TILE_N] CACHE_ALIGNED;
  float rows[REACH * PACKED_ROW] CACHE_ALIGNED, lines[STRIDE][GROUPS(WIDTH) * GROUP_ROW];
  pack_taps(w, aux, panel, initial);
  aux = AUX(aux, image * X_IMAGE, 0);
  for (int group = 0; group < GROUPS(HEIGHT); ++group) {
    for (int u = 0; u < REACH; ++u) pack_row(group + u + 1 - REACH, dy, rows + u * PACKED_ROW);
    input_rows(rows, panel, initial, lines);
    for (int i = 0; i < STRIDE; ++i) {
      const int iy = group * STRIDE + i - PADDING;
      for (int n = 0; n < WIDTH * CI && iy >= 0 && iy < HEIGHT; n += LANES) {
        const int element = iy * WIDTH * CI + n;
        STORE(FINISH(LOAD(lines[i] + PADDING * CI + n), aux + element, 1.0f), dx + element);
      }
    }
  }
}

// Adds the products of an image to the gradient of TILE_M floats of the taps' row kh, for TILE_N
// channels. `run` points at the first of these floats in the packed map, dy and dw at the channel.
// Unless `adds`, it overwrites the gradient. Each image is summed by itself, which is more accurate
// than one long chain.
static OUT_OF_LINE void add_map(const bool adds, const float *restrict run,
                                __global const float *restrict dy, __global float *restrict dw) {
  floats sum[TILE_M][TILE_VECTORS];
  FOR_TILE(i, j) sum[i][j] = 0.0f;
  for (int oy = 0; oy < OUT_HEIGHT; ++oy, run += STRIDE * PADDED_ROW, dy += OUT_WIDTH * CO)
    ADD_OUTER_PRODUCTS(sum, TILE_M, OUT_WIDTH, run[k * STRIDE * CI + i],
                       LOAD(dy + k * CO + j * LANES))
  FOR_TILE(i, j) {
    __global float *to = dw + i * CO + j * LANES;
    STORE(adds ? LOAD(to) + sum[i][j] : sum[i][j], to);
  }
}

__kernel ONE_WORK_ITEM void few_channels_weight(
    __global int *restrict counter, const int m,
    __global const float *restrict x,     // (m, HEIGHT, WIDTH, CI)
    __global const float *restrict dy,    // (m, OUT_HEIGHT, OUT_WIDTH, CO)
    __global float *restrict partials) {  // (chunks, KERNEL, KERNEL, CI, CO)
  CLAIM_ITEM(chunk, counter)
  const int first = chunk * CHUNK, end = min(m, first + CHUNK);
  partials += chunk * (KERNEL * RUN * CO);
  float map[PADDED_ROWS * PADDED_ROW] CACHE_ALIGNED;
  for (int image = first; image < end; ++image) {
    pack_map(x + image * X_IMAGE, map);
    for (int column = 0; column < CO; column += TILE_N)
      for (int row = 0; row < KERNEL * RUN; row += TILE_M)
        add_map(image > first, map + row / RUN * PADDED_ROW + row % RUN,
                dy + image * Y_IMAGE + column, partials + row * CO + column);
  }
}
