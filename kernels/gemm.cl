// Products of matrices in the register-tile form: for CPU devices.
//
//   gemm_nn   C = A B     forward pass of a linear layer,  y = f(x W + b)
//   gemm_nt   C = A Bᵀ    its data gradient,               dx = (dy Wᵀ) f'(x)
//   gemm_tn   C = Aᵀ B    its weight gradient,             dW = xᵀ dy, db = column sums of dy
//
// The first two end as EPILOGUE says (epilogue.cl). A, B, C are row-major. C has m rows and n columns, k
// is what is summed over; capital letters are known when the kernel is built, the small one (the batch)
// when it is launched.
//
//                n                     A work-item makes tiles of TILE_M rows by TILE_N columns of C,
//          ┌───┬─┬───┐                 one after the other, and keeps each in vector registers. LANES
//        k │ B │ │   │                 run along n; LANES · TILE_VECTORS = TILE_N divides N. What the
//          └───┴─┴───┘                 tiles share is packed first, in the order in which it is read:
//     k          TILE_N                rows that lie a power of two apart would meet in one set of the
//   ┌───┐  ┌───┬─┬───┐                 cache (measured: packed, N = 512 takes 0.6 of the time).
//   │ A │  │ C ├─┤   │ TILE_M
// m ├───┤  ├───┼─┼───┤                 Index map: group 0 → STRIP row tiles, group 1 → column tile, in
//   └───┘  └───┴─┴───┘                 gemm_tn COLUMN_TILES of them. The last tile may have fewer than
//                                      TILE_M rows: gemm_nn and gemm_nt read their last row again in
//                                      place of those missing, and do not store them.

#ifndef STRIP
#define STRIP 8  // row tiles of a work-item
#endif
#ifndef COLUMN_TILES
#define COLUMN_TILES 8  // column tiles of a work-item (gemm_tn)
#endif
#ifndef PART
#define PART 784  // of k, that is packed and summed before it joins the rest (gemm_nn, gemm_nt)
#endif
#ifndef DEPTH
#define DEPTH 256  // of k, whose packed tiles of A and B stay in the first cache (gemm_tn)
#endif
#ifndef M
#define M 784  // rows of C (gemm_tn)
#endif
#ifndef N
#define N 512  // columns of C
#endif
#ifndef K
#define K 784  // length of the sums (gemm_nn, gemm_nt)
#endif

#include "register_tile.cl"
#include "epilogue.cl"


// NOTE: sums join part by part also because one chain of K = 12544 would lose a digit.

// Packs TILE_N columns of rows of N floats. (Measured, against one row at a time: gemm_nn takes 0.8 of the time in
// a step, since more of the rows, each on a page of its own, are under way at once.)
static ALWAYS_INLINE void pack_columns(const int depth, __global const float *restrict from,
                                       float *restrict panel) {
  UNROLL_BY_8 for (int k = 0; k < depth; ++k)
    UNROLL for (int j = 0; j < TILE_N; j += LANES)
      STORE(LOAD(from + k * N + j), panel + k * TILE_N + j);
}

// Adds `depth` products from k = begin on to the tiles of rows first to end − 1, from the TILE_N columns of B
// in `panel`, and ends the tiles with the last of them. Between parts their sums are kept in `sums`.
static inline void multiply_panel(const int begin, const int depth, const int first, const int end,
                                  const int column,
                                  __global const float *restrict a,      // (m, K)
                                  float panel[PART * TILE_N],            // (depth, TILE_N)
                                  floats sums[STRIP][TILE_M][TILE_VECTORS],
                                  __global const float *restrict aside,  // see epilogue.cl
                                  __global float *restrict c             // (m, N)
                                  DROPOUT_PARAMETERS) {
  aside = ASIDE(aside, 0, column);
  c += column;
  for (int tile = 0; first + tile * TILE_M < end; ++tile) {
    const int row = first + tile * TILE_M, rows = end - row;
    __global const float *a_row[TILE_M];
    UNROLL for (int i = 0; i < TILE_M; ++i) a_row[i] = a + (row + min(i, rows - 1)) * K + begin;
    floats part[TILE_M][TILE_VECTORS];
    FOR_TILE(i, j) part[i][j] = 0.0f;
    ADD_OUTER_PRODUCTS(part, TILE_M, depth, a_row[i][k], LOAD(panel + k * TILE_N + j * LANES))
    FOR_TILE(i, j) {
      const floats before = begin == 0 ? FIRST(aside + j * LANES) : sums[tile][i][j];
      const floats sum = before + part[i][j];
      if (begin + depth < K) sums[tile][i][j] = sum;
      else if (i < rows) {
        const int element = (row + i) * N + j * LANES;
        const floats mask = MASK(row + i, column + j * LANES);
        STORE(FINISH(sum, aside + element, mask), c + element);
      }
    }
  }
}

// C = A B, or A Bᵀ where B is transposed: a strip of row tiles of one column tile.
static ALWAYS_INLINE void multiply_strip(const bool transposed, const int m,
                                         __global const float *restrict a,      // (m, K)
                                         __global const float *restrict b,      // (K, N) or (N, K)
                                         __global const float *restrict aside,  // see epilogue.cl
                                         __global float *restrict c             // (m, N)
                                         DROPOUT_PARAMETERS) {
  const int first = get_group_id(0) * STRIP * TILE_M, end = min(first + STRIP * TILE_M, m);
  const int column = get_group_id(1) * TILE_N;
  float panel[PART * TILE_N];
  floats sums[STRIP][TILE_M][TILE_VECTORS];
  for (int begin = 0; begin < K; begin += PART) {
    const int depth = min(PART, K - begin);
    if (transposed)
      for (int k = 0; k < depth; ++k)
        for (int j = 0; j < TILE_N; ++j) panel[k * TILE_N + j] = b[(column + j) * K + begin + k];
    else
      pack_columns(depth, b + begin * N + column, panel);
    multiply_panel(begin, depth, first, end, column, a, panel, sums, aside, c DROPOUT_ARGUMENTS);
  }
}

__kernel ONE_WORK_ITEM void gemm_nn(const int m,
                                    __global const float *restrict a,      // (m, K)
                                    __global const float *restrict b,      // (K, N)
                                    __global const float *restrict aside,  // see epilogue.cl
                                    __global float *restrict c             // (m, N)
                                    DROPOUT_PARAMETERS) {
  multiply_strip(false, m, a, b, aside, c DROPOUT_ARGUMENTS);
}

__kernel ONE_WORK_ITEM void gemm_nt(const int m,
                                    __global const float *restrict a,      // (m, K)
                                    __global const float *restrict b,      // (N, K)
                                    __global const float *restrict aside,  // see epilogue.cl
                                    __global float *restrict c             // (m, N)
                                    DROPOUT_PARAMETERS) {
  multiply_strip(true, m, a, b, aside, c DROPOUT_ARGUMENTS);
}

// Packs `rows` columns of rows of M floats, TILE_M by TILE_M, with zeros in place of those missing.
static ALWAYS_INLINE void pack_strip(const int rows, const int depth,
                                     __global const float *restrict from,
                                     float strip[STRIP][DEPTH * TILE_M]) {
  for (int k = 0; k < depth; ++k)
    for (int tile = 0; tile < STRIP; ++tile)
      UNROLL for (int i = 0; i < TILE_M; ++i) {
        const int row = tile * TILE_M + i;
        strip[tile][k * TILE_M + i] = row < rows ? from[k * M + row] : 0.0f;
      }
}

// Adds `depth` products to a tile of gemm_tn, or begins with them; c points at it.
static ALWAYS_INLINE void add_products(const bool begins, const int rows, const int depth,
                                       const float *restrict strip, const float *restrict panel,
                                       __global float *restrict c) {
  floats sum[TILE_M][TILE_VECTORS];
  FOR_TILE(i, j) sum[i][j] = begins || i >= rows ? (floats)0.0f : LOAD(c + i * N + j * LANES);
  ADD_OUTER_PRODUCTS(sum, TILE_M, depth, strip[k * TILE_M + i],
                     LOAD(panel + k * TILE_N + j * LANES))
  FOR_TILE(i, j) if (i < rows) STORE(sum[i][j], c + i * N + j * LANES);
}

__kernel ONE_WORK_ITEM void gemm_tn(const int k,
                                    __global const float *restrict a,        // (k, M)
                                    __global const float *restrict b,        // (k, N)
                                    __global float *restrict c,              // (M, N)
                                    __global float *restrict column_sums) {  // (N), of B
  const int first = get_group_id(0) * STRIP * TILE_M, rows = min(STRIP * TILE_M, M - first);
  const int left = get_group_id(1) * COLUMN_TILES * TILE_N;
  const int right = min(left + COLUMN_TILES * TILE_N, N);
  float strip[STRIP][DEPTH * TILE_M], panel[DEPTH * TILE_N];
  for (int top = 0; top < k; top += DEPTH, a += DEPTH * M, b += DEPTH * N) {
    const int depth = min(DEPTH, k - top);
    if (rows == STRIP * TILE_M) pack_strip(STRIP * TILE_M, depth, a + first, strip);
    else pack_strip(rows, depth, a + first, strip);
    for (int column = left; column < right; column += TILE_N) {
      pack_columns(depth, b + column, panel);
      for (int row = 0; row < rows; row += TILE_M)
        add_products(top == 0, rows - row, depth, strip[row / TILE_M], panel,
                     c + (first + row) * N + column);
      if (first > 0) continue;
      for (int j = 0; j < TILE_N; j += LANES) {
        floats sum = top == 0 ? (floats)0.0f : LOAD(column_sums + column + j);
        for (int l = 0; l < depth; ++l) sum += LOAD(panel + l * TILE_N + j);
        STORE(sum, column_sums + column + j);
      }
    }
  }
}
