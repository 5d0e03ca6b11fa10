// Products of matrices in the register-tile form: for CPU devices.
//
//   gemm_nn   C = A B     forward pass of a linear layer,  y = f(x W + b)
//   gemm_nt   C = A Bᵀ    its data gradient,               dx = (dy Wᵀ) f'(x)
//   gemm_tn   C = Aᵀ B    its weight gradient,             dW = xᵀ dy, db = column sums of dy
//
// The first two end as EPILOGUE says (epilogue.cl). A, B, C are row-major; C has m rows and n columns, and k
// is what is summed over. No shape is known when a kernel is built, so that layers share it.
//
//                n                     A work-item makes tiles of TILE_M rows by TILE_N columns of C,
//          ┌───┬─┬───┐                 one after the other, and keeps each in vector registers. LANES
//        k │ B │ │   │                 divides n, and TILE_N = LANES · TILE_VECTORS is at most n. What
//          └───┴─┴───┘                 the tiles share is packed first, in the order in which it is read:
//     k          TILE_N                rows that lie a power of two apart would meet in one set of the
//   ┌───┐  ┌───┬─┬───┐                 cache (measured: packed, n = 512 takes 0.6 of the time).
//   │ A │  │ C ├─┤   │ TILE_M
// m ├───┤  ├───┼─┼───┤                 Index map: item → a strip of row tiles (fastest) and a column tile,
//   └───┘  └───┴─┴───┘                 in gemm_tn a block of them. The last tile may have fewer than TILE_M
//                                      rows: gemm_nn and gemm_nt read their last row again in place of
//                                      those missing, and do not store them. The last column tile ends at
//                                      n: where it meets the one before, it does not store what that does.

#ifndef PART
#define PART 256  // of k at most, that is packed and summed before it joins the rest (gemm_nn, gemm_nt)
#endif
#ifndef STRIP
#define STRIP 48  // row tiles of a work-item at most where k has several parts (gemm_nn, gemm_nt)
#endif
#ifndef DEPTH
#define DEPTH 256  // of k, whose packed tiles of A and B stay in the first cache (gemm_tn)
#endif
#ifndef PACKED_STRIP
#define PACKED_STRIP 12  // row tiles of a work-item at most (gemm_tn)
#endif

#include "register_tile.cl"
#include "epilogue.cl"

// NOTE: sums join part by part also because one long chain loses digits (measured: parts of 256 instead of 1024 halve the
// error where k is 784 or 1024, in the same time).

// Where the column tile that owns the columns from `column` on begins, and how many of its vectors it does not own.
#define TILE_COLUMN(column, n) min(column, (n) - TILE_N)
#define NOT_OWNED(column, n) (max(0, (column) - ((n) - TILE_N)) / LANES)

// Packs TILE_N columns of rows of n floats. (Measured, against one row at a time: gemm_nn takes 0.8 of the time in
// a step, since more of the rows, each on a page of its own, are under way at once.)
static OUT_OF_LINE void pack_columns(const int depth, const int n,
                                     __global const float *restrict from, float *restrict panel) {
  UNROLL_BY_8 for (int k = 0; k < depth; ++k)
    UNROLL for (int j = 0; j < TILE_N; j += LANES)
      STORE(LOAD(from + k * n + j), panel + k * TILE_N + j);
}

// Packs TILE_N rows of k floats, transposed.
static OUT_OF_LINE void pack_rows(const int depth, const int k, __global const float *restrict from,
                                  float *restrict panel) {
  int l = 0;
  for (; l + LANES <= depth; l += LANES)
    for (int j = 0; j < TILE_N; j += LANES) {
      floats block[LANES];
      UNROLL for (int i = 0; i < LANES; ++i) block[i] = LOAD(from + (j + i) * k + l);
      transpose(block);
      UNROLL for (int i = 0; i < LANES; ++i) STORE(block[i], panel + (l + i) * TILE_N + j);
    }
  for (; l < depth; ++l)
    for (int j = 0; j < TILE_N; ++j) panel[l * TILE_N + j] = from[j * k + l];
}

// Adds `depth` products from k = begin on to the tiles of rows first to end − 1, from the TILE_N columns of B
// in `panel`, and ends the tiles with the last of them. Between parts their sums are kept in `sums`.
static OUT_OF_LINE void multiply_panel(const int n, const int k, const int begin, const int depth,
                                       const int first, const int end, const int column, const int not_owned,
                                       __global const float *restrict a,      // (m, k)
                                       float panel[PART * TILE_N],            // (depth, TILE_N)
                                       floats sums[STRIP][TILE_M][TILE_VECTORS],
                                       __global const float *restrict aside,  // see epilogue.cl
                                       __global float *restrict c             // (m, n)
                                       DROPOUT_PARAMETERS) {
  aside = ASIDE(aside, 0, column);
  c += column;
  for (int tile = 0; first + tile * TILE_M < end; ++tile) {
    const int row = first + tile * TILE_M, rows = end - row;
    __global const float *a_row[TILE_M];
    UNROLL for (int i = 0; i < TILE_M; ++i) a_row[i] = a + (row + min(i, rows - 1)) * k + begin;
    floats part[TILE_M][TILE_VECTORS];
    FOR_TILE(i, j) part[i][j] = 0.0f;
    ADD_OUTER_PRODUCTS(part, TILE_M, depth, a_row[i][k], LOAD(panel + k * TILE_N + j * LANES))
    const bool begins = begin == 0, ends = begin + depth == k;
    FOR_TILE(i, j) part[i][j] += begins ? FIRST(aside + j * LANES) : sums[tile][i][j];
    if (!ends) FOR_TILE(i, j) sums[tile][i][j] = part[i][j];
    else UNROLL for (int i = 0; i < TILE_M; ++i) if (i < rows) {
      floats masks[TILE_VECTORS];
      DRAW_MASKS(masks, row + i, column)
      UNROLL for (int j = 0; j < TILE_VECTORS; ++j) if (j >= not_owned) {
        const int element = (row + i) * n + j * LANES;
        STORE(FINISH(part[i][j], aside + element, masks[j]), c + element);
      }
    }
  }
}

// C = A B, or A Bᵀ where B is transposed: `strip` row tiles of one column tile.
static ALWAYS_INLINE void multiply_strip(const bool transposed, __global int *restrict next,
                                         const int m, const int n, const int k, const int strip,
                                         __global const float *restrict a,      // (m, k)
                                         __global const float *restrict b,      // (k, n) or (n, k)
                                         __global const float *restrict aside,  // see epilogue.cl
                                         __global float *restrict c             // (m, n)
                                         DROPOUT_PARAMETERS) {
  TAKE_ITEM(item, next)
  const int rows = strip * TILE_M, strips = (m + rows - 1) / rows;
  const int first = item % strips * rows, end = min(first + rows, m);
  const int owned = item / strips * TILE_N, column = TILE_COLUMN(owned, n);
  const int parts = (k + PART - 1) / PART, part = (k + parts - 1) / parts;
  float panel[PART * TILE_N] CACHE_ALIGNED;
  floats sums[STRIP][TILE_M][TILE_VECTORS];
  for (int begin = 0; begin < k; begin += part) {
    const int depth = min(part, k - begin);
    if (transposed) pack_rows(depth, k, b + column * k + begin, panel);
    else pack_columns(depth, n, b + begin * n + column, panel);
    multiply_panel(n, k, begin, depth, first, end, column, NOT_OWNED(owned, n), a, panel, sums, aside, c
                   DROPOUT_ARGUMENTS);
  }
}

__kernel ONE_WORK_ITEM void gemm_nn(__global int *restrict next, const int m, const int n, const int k,
                                    const int strip,                       // at most STRIP if k > PART
                                    __global const float *restrict a,      // (m, k)
                                    __global const float *restrict b,      // (k, n)
                                    __global const float *restrict aside,  // see epilogue.cl
                                    __global float *restrict c             // (m, n)
                                    DROPOUT_PARAMETERS) {
  multiply_strip(false, next, m, n, k, strip, a, b, aside, c DROPOUT_ARGUMENTS);
}

__kernel ONE_WORK_ITEM void gemm_nt(__global int *restrict next, const int m, const int n, const int k,
                                    const int strip,                       // at most STRIP if k > PART
                                    __global const float *restrict a,      // (m, k)
                                    __global const float *restrict b,      // (n, k)
                                    __global const float *restrict aside,  // see epilogue.cl
                                    __global float *restrict c             // (m, n)
                                    DROPOUT_PARAMETERS) {
  multiply_strip(true, next, m, n, k, strip, a, b, aside, c DROPOUT_ARGUMENTS);
}

// A packed tile and a line of cache, or tiles would begin in one set of it (measured: 1.1 times as fast).
#define PACKED_TILE (DEPTH * TILE_M + 16)

// Packs `rows` columns of rows of m floats, tile by tile, with zeros in place of those missing.
static OUT_OF_LINE void pack_strip(const int rows, const int depth, const int m,
                                   __global const float *restrict from,
                                   float strip[PACKED_STRIP][PACKED_TILE]) {
  const int full = rows / TILE_M, left = rows % TILE_M;
  TURN_BY_TURN for (int k = 0; k < depth; ++k, from += m) {
    TURN_BY_TURN for (int tile = 0; tile < full; ++tile)
      UNROLL for (int i = 0; i < TILE_M; ++i) strip[tile][k * TILE_M + i] = from[tile * TILE_M + i];
    for (int i = 0; left > 0 && i < TILE_M; ++i)
      strip[full][k * TILE_M + i] = i < left ? from[full * TILE_M + i] : 0.0f;
  }
}

// Adds `depth` products to a tile of gemm_tn, or begins with them; c points at it.
static OUT_OF_LINE void add_products(const bool begins, const int rows, const int not_owned,
                                     const int depth, const int n, const float *restrict strip,
                                     const float *restrict panel, __global float *restrict c) {
  floats sum[TILE_M][TILE_VECTORS];
  FOR_TILE(i, j)
    sum[i][j] = begins || i >= rows || j < not_owned ? (floats)0.0f : LOAD(c + i * n + j * LANES);
  ADD_OUTER_PRODUCTS(sum, TILE_M, depth, strip[k * TILE_M + i],
                     LOAD(panel + k * TILE_N + j * LANES))
  FOR_TILE(i, j) if (i < rows && j >= not_owned) STORE(sum[i][j], c + i * n + j * LANES);
}

__kernel ONE_WORK_ITEM void gemm_tn(__global int *restrict next, const int m, const int n, const int k,
                                    const int tiles,  // row tiles of a work-item, at most PACKED_STRIP
                                    const int block,  // column tiles of a work-item
                                    __global const float *restrict a,        // (k, m)
                                    __global const float *restrict b,        // (k, n)
                                    __global float *restrict c,              // (m, n)
                                    __global float *restrict column_sums) {  // (n), of B
  TAKE_ITEM(item, next)
  const int strips = (m + tiles * TILE_M - 1) / (tiles * TILE_M);
  const int first = item % strips * tiles * TILE_M, rows = min(tiles * TILE_M, m - first);
  const int left = item / strips * block * TILE_N, right = min(left + block * TILE_N, n);
  float strip[PACKED_STRIP][PACKED_TILE], panel[DEPTH * TILE_N] CACHE_ALIGNED;
  for (int top = 0; top < k; top += DEPTH, a += DEPTH * m, b += DEPTH * n) {
    const int depth = min(DEPTH, k - top);
    pack_strip(rows, depth, m, a + first, strip);
    for (int owned = left; owned < right; owned += TILE_N) {
      const int column = TILE_COLUMN(owned, n), not_owned = NOT_OWNED(owned, n);
      pack_columns(depth, n, b + column, panel);
      for (int row = 0; row < rows; row += TILE_M)
        add_products(top == 0, rows - row, not_owned, depth, n, strip[row / TILE_M], panel,
                     c + (first + row) * n + column);
      if (first > 0) continue;
      for (int j = not_owned * LANES; j < TILE_N; j += LANES) {
        floats sum = top == 0 ? (floats)0.0f : LOAD(column_sums + column + j);
        for (int l = 0; l < depth; ++l) sum += LOAD(panel + l * TILE_N + j);
        STORE(sum, column_sums + column + j);
      }
    }
  }
}
