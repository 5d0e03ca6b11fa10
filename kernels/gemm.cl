// Products of matrices in the register-tile form: for CPU devices.
//
//   gemm_nn   C = f(A B + bias)    forward pass of a linear layer,  y = f(x W + b)
//   gemm_nt   C = (A Bᵀ) f'(Y)     its data gradient,               dx = (dy Wᵀ) f'(x)
//   gemm_tn   C = Aᵀ B             its weight gradient,             dW = xᵀ dy, db = column sums of dy
//
// A, B, C are row-major. C has m rows and n columns, k is what is summed over; capital letters are
// known when the kernel is built, the small one (the batch) when it is launched.
//
//                n                     A work-item owns a tile of TILE_M rows by TILE_N columns of C
//          ┌───┬─┬───┐                 and keeps it in vector registers. LANES run along n; for
//        k │ B │ │   │                 gemm_nt along k, where A and B are both contiguous, and are
//          └───┴─┴───┘                 summed at the end. LANES · TILE_VECTORS = TILE_N divides N;
//     k          TILE_N                LANES divides K in gemm_nt. The last tile may have fewer than
//   ┌───┐  ┌───┬─┬───┐                 TILE_M rows: it reads its last row again in place of those
//   │ A │  │ C ├─┤   │ TILE_M          missing, and does not store them.
// m ├───┤  ├───┼─┼───┤
//   └───┘  └───┴─┴───┘                 Index map: group 0 → row tile (so that the columns of B stay
//                                      in cache from one group to the next), group 1 → column tile.

#ifndef LANES
#define LANES 8  // floats in a vector
#endif
#ifndef TILE_M
#define TILE_M 6  // rows of C in a work-item's tile
#endif
#ifndef TILE_VECTORS
#define TILE_VECTORS 2  // vectors in a row of the tile (gemm_nt: columns)
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
#ifndef ACTIVATION
#define ACTIVATION RELU  // f: see activation.cl
#endif

#include "vector.cl"
#include "activation.cl"

#define TILE_N (LANES * TILE_VECTORS)

// One tile of gemm_nn. A, B, bias and C point at the tile's first row or column.
static inline void nn_tile(const int rows, __global const float *restrict a,
                           __global const float *restrict b, __global const float *restrict bias,
                           __global float *restrict c) {
  floats sum[TILE_M][TILE_VECTORS];
  UNROLL for (int i = 0; i < TILE_M; ++i)
    UNROLL for (int j = 0; j < TILE_VECTORS; ++j) sum[i][j] = LOAD(bias + j * LANES);
  for (int k = 0; k < K; ++k) {
    floats bk[TILE_VECTORS];
    UNROLL for (int j = 0; j < TILE_VECTORS; ++j) bk[j] = LOAD(b + k * N + j * LANES);
    UNROLL for (int i = 0; i < TILE_M; ++i) {
      const floats aik = a[min(i, rows - 1) * K + k];
      UNROLL for (int j = 0; j < TILE_VECTORS; ++j) sum[i][j] = fma(aik, bk[j], sum[i][j]);
    }
  }
  UNROLL for (int i = 0; i < TILE_M; ++i)
    if (i < rows)
      UNROLL for (int j = 0; j < TILE_VECTORS; ++j)
        STORE(ACTIVATE(sum[i][j]), c + i * N + j * LANES);
}

__kernel ONE_WORK_ITEM void gemm_nn(const int m,
                                    __global const float *restrict a,     // (m, K)
                                    __global const float *restrict b,     // (K, N)
                                    __global const float *restrict bias,  // (N)
                                    __global float *restrict c) {         // (m, N)
  const int row = get_group_id(0) * TILE_M, column = get_group_id(1) * TILE_N;
  a += row * K; b += column; bias += column; c += row * N + column;
  if (m - row >= TILE_M) nn_tile(TILE_M, a, b, bias, c);
  else nn_tile(m - row, a, b, bias, c);
}

// One tile of gemm_nt, TILE_M rows by TILE_VECTORS columns.
static inline void nt_tile(const int rows, __global const float *restrict a,
                           __global const float *restrict b, __global const float *restrict y,
                           __global float *restrict c) {
  floats sum[TILE_M][TILE_VECTORS];
  UNROLL for (int i = 0; i < TILE_M; ++i)
    UNROLL for (int j = 0; j < TILE_VECTORS; ++j) sum[i][j] = 0.0f;
  for (int k = 0; k < K; k += LANES) {
    floats bk[TILE_VECTORS];
    UNROLL for (int j = 0; j < TILE_VECTORS; ++j) bk[j] = LOAD(b + j * K + k);
    UNROLL for (int i = 0; i < TILE_M; ++i) {
      const floats aik = LOAD(a + min(i, rows - 1) * K + k);
      UNROLL for (int j = 0; j < TILE_VECTORS; ++j) sum[i][j] = fma(aik, bk[j], sum[i][j]);
    }
  }
  UNROLL for (int i = 0; i < TILE_M; ++i)
    if (i < rows)
      UNROLL for (int j = 0; j < TILE_VECTORS; ++j)
        c[i * N + j] = SUM(sum[i][j]) * DERIVATIVE(y[i * N + j]);
}

__kernel ONE_WORK_ITEM void gemm_nt(const int m,
                                    __global const float *restrict a,  // (m, K)
                                    __global const float *restrict b,  // (N, K)
                                    __global const float *restrict y,  // (m, N), an output of f
                                    __global float *restrict c) {      // (m, N)
  const int row = get_group_id(0) * TILE_M, column = get_group_id(1) * TILE_VECTORS;
  a += row * K; b += column * K; y += row * N + column; c += row * N + column;
  if (m - row >= TILE_M) nt_tile(TILE_M, a, b, y, c);
  else nt_tile(m - row, a, b, y, c);
}

// One tile of gemm_tn.
static inline void tn_tile(const int rows, const int k_count, __global const float *restrict a,
                           __global const float *restrict b, __global float *restrict c) {
  floats sum[TILE_M][TILE_VECTORS];
  UNROLL for (int i = 0; i < TILE_M; ++i)
    UNROLL for (int j = 0; j < TILE_VECTORS; ++j) sum[i][j] = 0.0f;
  for (int k = 0; k < k_count; ++k) {
    floats bk[TILE_VECTORS];
    UNROLL for (int j = 0; j < TILE_VECTORS; ++j) bk[j] = LOAD(b + k * N + j * LANES);
    UNROLL for (int i = 0; i < TILE_M; ++i) {
      const floats aki = a[k * M + min(i, rows - 1)];
      UNROLL for (int j = 0; j < TILE_VECTORS; ++j) sum[i][j] = fma(aki, bk[j], sum[i][j]);
    }
  }
  UNROLL for (int i = 0; i < TILE_M; ++i)
    if (i < rows)
      UNROLL for (int j = 0; j < TILE_VECTORS; ++j) STORE(sum[i][j], c + i * N + j * LANES);
}

__kernel ONE_WORK_ITEM void gemm_tn(const int k,
                                    __global const float *restrict a,   // (k, M)
                                    __global const float *restrict b,   // (k, N)
                                    __global float *restrict c,         // (M, N)
                                    __global float *restrict column_sums) {  // (N), of B
  const int row = get_group_id(0) * TILE_M, column = get_group_id(1) * TILE_N;
  a += row; b += column; c += row * N + column;
  if (M - row >= TILE_M) tn_tile(TILE_M, k, a, b, c);
  else tn_tile(M - row, k, a, b, c);
  if (row == 0)
    for (int j = 0; j < TILE_N; j += LANES) {
      floats sum = 0.0f;
      for (int i = 0; i < k; ++i) sum += LOAD(b + i * N + j);
      STORE(sum, column_sums + column + j);
    }
}
