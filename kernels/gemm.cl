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

#ifndef LANES
#define LANES 8  // floats in a vector
#endif
#ifndef TILE_M
#define TILE_M 6  // rows of C in a tile
#endif
#ifndef TILE_VECTORS
#define TILE_VECTORS 2  // vectors in a row of a tile
#endif
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
#define DEPTH 128  // of k, whose packed rows of A stay in the first cache (gemm_tn)
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
#ifndef EPILOGUE
#define EPILOGUE OUTPUT  // see epilogue.cl
#endif
#ifndef ACTIVATION
#define ACTIVATION RELU  // f: see activation.cl
#endif
#ifndef DROPOUT
#define DROPOUT 0  // 1: see dropout.cl
#endif
#ifndef DROPPED
#define DROPPED 0  // 1: a gradient goes through a dropout, see dropout.cl
#endif
#ifndef DROPOUT_SCALE
#define DROPOUT_SCALE 1.0f
#endif
#ifndef DROPOUT_THRESHOLD
#define DROPOUT_THRESHOLD 0u
#endif
#ifndef CHANNELS
#define CHANNELS N  // columns of the dropout's mask
#endif

#include "vector.cl"
#include "epilogue.cl"

#define TILE_N (LANES * TILE_VECTORS)

// NOTE: rows are reached through pointers made before the loop. With indices row · K + k instead, LLVM
// computes each address anew in every turn, and the kernels run at half their speed.

// NOTE: sums join part by part also because one chain of K = 12544 would lose a digit.

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
    floats part[TILE_M][TILE_VECTORS];
    UNROLL for (int i = 0; i < TILE_M; ++i) {
      a_row[i] = a + (row + min(i, rows - 1)) * K + begin;
      UNROLL for (int j = 0; j < TILE_VECTORS; ++j) part[i][j] = 0.0f;
    }
    UNROLL_BY_4 for (int k = 0; k < depth; ++k) {
      floats bk[TILE_VECTORS];
      UNROLL for (int j = 0; j < TILE_VECTORS; ++j) bk[j] = LOAD(panel + k * TILE_N + j * LANES);
      UNROLL for (int i = 0; i < TILE_M; ++i) {
        const floats aik = a_row[i][k];
        UNROLL for (int j = 0; j < TILE_VECTORS; ++j) part[i][j] = fma(aik, bk[j], part[i][j]);
      }
    }
    UNROLL for (int i = 0; i < TILE_M; ++i)
      UNROLL for (int j = 0; j < TILE_VECTORS; ++j) {
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

__kernel ONE_WORK_ITEM void gemm_nn(const int m,
                                    __global const float *restrict a,      // (m, K)
                                    __global const float *restrict b,      // (K, N)
                                    __global const float *restrict aside,  // see epilogue.cl
                                    __global float *restrict c             // (m, N)
                                    DROPOUT_PARAMETERS) {
  const int first = get_group_id(0) * STRIP * TILE_M, end = min(first + STRIP * TILE_M, m);
  const int column = get_group_id(1) * TILE_N;
  float panel[PART * TILE_N];
  floats sums[STRIP][TILE_M][TILE_VECTORS];
  for (int begin = 0; begin < K; begin += PART) {
    const int depth = min(PART, K - begin);
    for (int k = 0; k < depth; ++k)
      for (int j = 0; j < TILE_N; j += LANES)
        STORE(LOAD(b + (begin + k) * N + column + j), panel + k * TILE_N + j);
    multiply_panel(begin, depth, first, end, column, a, panel, sums, aside, c DROPOUT_ARGUMENTS);
  }
}

__kernel ONE_WORK_ITEM void gemm_nt(const int m,
                                    __global const float *restrict a,      // (m, K)
                                    __global const float *restrict b,      // (N, K)
                                    __global const float *restrict aside,  // see epilogue.cl
                                    __global float *restrict c             // (m, N)
                                    DROPOUT_PARAMETERS) {
  const int first = get_group_id(0) * STRIP * TILE_M, end = min(first + STRIP * TILE_M, m);
  const int column = get_group_id(1) * TILE_N;
  float panel[PART * TILE_N];
  floats sums[STRIP][TILE_M][TILE_VECTORS];
  for (int begin = 0; begin < K; begin += PART) {
    const int depth = min(PART, K - begin);
    for (int k = 0; k < depth; ++k)
      for (int j = 0; j < TILE_N; ++j)
        panel[k * TILE_N + j] = b[(column + j) * K + begin + k];
    multiply_panel(begin, depth, first, end, column, a, panel, sums, aside, c DROPOUT_ARGUMENTS);
  }
}

// Adds `depth` products to a tile of gemm_tn, or begins with them; c points at it.
static ALWAYS_INLINE void add_products(const bool begins, const int rows, const int depth,
                                       const float *restrict strip, const float *restrict panel,
                                       __global float *restrict c) {
  floats sum[TILE_M][TILE_VECTORS];
  UNROLL for (int i = 0; i < TILE_M; ++i)
    UNROLL for (int j = 0; j < TILE_VECTORS; ++j)
      sum[i][j] = begins || i >= rows ? (floats)0.0f : LOAD(c + i * N + j * LANES);
  UNROLL_BY_4 for (int k = 0; k < depth; ++k) {
    floats bk[TILE_VECTORS];
    UNROLL for (int j = 0; j < TILE_VECTORS; ++j) bk[j] = LOAD(panel + k * TILE_N + j * LANES);
    UNROLL for (int i = 0; i < TILE_M; ++i) {
      const floats aik = strip[k * (STRIP * TILE_M) + i];
      UNROLL for (int j = 0; j < TILE_VECTORS; ++j) sum[i][j] = fma(aik, bk[j], sum[i][j]);
    }
  }
  UNROLL for (int i = 0; i < TILE_M; ++i)
    if (i < rows)
      UNROLL for (int j = 0; j < TILE_VECTORS; ++j) STORE(sum[i][j], c + i * N + j * LANES);
}

__kernel ONE_WORK_ITEM void gemm_tn(const int k,
                                    __global const float *restrict a,        // (k, M)
                                    __global const float *restrict b,        // (k, N)
                                    __global float *restrict c,              // (M, N)
                                    __global float *restrict column_sums) {  // (N), of B
  const int first = get_group_id(0) * STRIP * TILE_M, rows = min(STRIP * TILE_M, M - first);
  const int left = get_group_id(1) * COLUMN_TILES * TILE_N;
  const int right = min(left + COLUMN_TILES * TILE_N, N);
  float strip[DEPTH * STRIP * TILE_M], panel[DEPTH * TILE_N];
  for (int top = 0; top < k; top += DEPTH, a += DEPTH * M, b += DEPTH * N) {
    const int depth = min(DEPTH, k - top);
    for (int l = 0; l < depth; ++l) {
      __global const float *from = a + l * M + first;
      float *to = strip + l * (STRIP * TILE_M);
      int i = 0;
      for (; i + LANES <= rows; i += LANES) STORE(LOAD(from + i), to + i);
      for (; i < STRIP * TILE_M; ++i) to[i] = i < rows ? from[i] : 0.0f;
    }
    for (int column = left; column < right; column += TILE_N) {
      for (int l = 0; l < depth; ++l)
        for (int j = 0; j < TILE_N; j += LANES)
          STORE(LOAD(b + l * N + column + j), panel + l * TILE_N + j);
      for (int row = 0; row < rows; row += TILE_M)
        add_products(top == 0, rows - row, depth, strip + row, panel,
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
