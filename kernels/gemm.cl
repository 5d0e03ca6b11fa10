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
#ifndef STRIP
#define STRIP 8  // tiles, one after the other, for a work-item of gemm_nt (along n) and gemm_tn (along m)
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

#ifndef DROPOUT
#define DROPOUT 0  // 1: see dropout.cl
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
#include "activation.cl"
#include "dropout.cl"

#define TILE_N (LANES * TILE_VECTORS)

// NOTE: rows are reached through pointers made before the loop. With indices row · K + k instead, LLVM
// computes each address anew in every turn, and the kernels run at half their speed.

// Row i of a tile with `rows` rows; the last one in place of those missing.
#define TILE_ROW(i, rows) min(i, (rows) - 1)

__kernel ONE_WORK_ITEM void gemm_nn(const int m,
                                    __global const float *restrict a,     // (m, K)
                                    __global const float *restrict b,     // (K, N)
                                    __global const float *restrict bias,  // (N)
                                    __global float *restrict c            // (m, N)
                                    DROPOUT_PARAMETERS) {
  const int row = get_group_id(0) * TILE_M, column = get_group_id(1) * TILE_N, rows = m - row;
  __global const float *a_row[TILE_M];
  floats sum[TILE_M][TILE_VECTORS];
  UNROLL for (int i = 0; i < TILE_M; ++i) {
    a_row[i] = a + (row + TILE_ROW(i, rows)) * K;
    UNROLL for (int j = 0; j < TILE_VECTORS; ++j) sum[i][j] = LOAD(bias + column + j * LANES);
  }
  b += column;
  for (int k = 0; k < K; ++k, b += N) {
    floats bk[TILE_VECTORS];
    UNROLL for (int j = 0; j < TILE_VECTORS; ++j) bk[j] = LOAD(b + j * LANES);
    UNROLL for (int i = 0; i < TILE_M; ++i) {
      const floats aik = a_row[i][k];
      UNROLL for (int j = 0; j < TILE_VECTORS; ++j) sum[i][j] = fma(aik, bk[j], sum[i][j]);
    }
  }
  c += row * N + column;
  UNROLL for (int i = 0; i < TILE_M; ++i)
    if (i < rows)
      UNROLL for (int j = 0; j < TILE_VECTORS; ++j)
        STORE(ACTIVATE(sum[i][j]) * MASK(row + i, column + j * LANES),
              c + i * N + j * LANES);
}

__kernel ONE_WORK_ITEM void gemm_nt(const int m,
                                    __global const float *restrict a,  // (m, K)
                                    __global const float *restrict b,  // (N, K)
                                    __global const float *restrict y,  // (m, N), an output of f
                                    __global float *restrict c) {      // (m, N)
  const int row = get_group_id(0) * TILE_M, rows = m - row;
  const int first = get_group_id(1) * STRIP * TILE_VECTORS;
  const int end = min(first + STRIP * TILE_VECTORS, N);
  __global const float *a_row[TILE_M];
  UNROLL for (int i = 0; i < TILE_M; ++i) a_row[i] = a + (row + TILE_ROW(i, rows)) * K;
  y += row * N;
  c += row * N;
  for (int column = first; column < end; column += TILE_VECTORS) {
    __global const float *b_row[TILE_VECTORS];
    floats sum[TILE_M][TILE_VECTORS];
    UNROLL for (int j = 0; j < TILE_VECTORS; ++j) {
      b_row[j] = b + (column + j) * K;
      UNROLL for (int i = 0; i < TILE_M; ++i) sum[i][j] = 0.0f;
    }
    for (int k = 0; k < K; k += LANES) {
      floats bk[TILE_VECTORS];
      UNROLL for (int j = 0; j < TILE_VECTORS; ++j) bk[j] = LOAD(b_row[j] + k);
      UNROLL for (int i = 0; i < TILE_M; ++i) {
        const floats aik = LOAD(a_row[i] + k);
        UNROLL for (int j = 0; j < TILE_VECTORS; ++j) sum[i][j] = fma(aik, bk[j], sum[i][j]);
      }
    }
    UNROLL for (int i = 0; i < TILE_M; ++i)
      if (i < rows)
        UNROLL for (int j = 0; j < TILE_VECTORS; ++j)
          c[i * N + column + j] = SUM(sum[i][j]) * MASKED_DERIVATIVE(y[i * N + column + j]);
  }
}

__kernel ONE_WORK_ITEM void gemm_tn(const int k,
                                    __global const float *restrict a,        // (k, M)
                                    __global const float *restrict b,        // (k, N)
                                    __global float *restrict c,              // (M, N)
                                    __global float *restrict column_sums) {  // (N), of B
  const int column = get_group_id(1) * TILE_N;
  const int first = get_group_id(0) * STRIP * TILE_M, end = min(first + STRIP * TILE_M, M);
  b += column;
  for (int row = first; row < end; row += TILE_M) {
    const int rows = M - row;
    __global const float *a_column[TILE_M];
    floats sum[TILE_M][TILE_VECTORS];
    UNROLL for (int i = 0; i < TILE_M; ++i) {
      a_column[i] = a + row + TILE_ROW(i, rows);
      UNROLL for (int j = 0; j < TILE_VECTORS; ++j) sum[i][j] = 0.0f;
    }
    for (int l = 0; l < k; ++l) {
      floats bl[TILE_VECTORS];
      UNROLL for (int j = 0; j < TILE_VECTORS; ++j) bl[j] = LOAD(b + l * N + j * LANES);
      UNROLL for (int i = 0; i < TILE_M; ++i) {
        const floats ali = a_column[i][l * M];
        UNROLL for (int j = 0; j < TILE_VECTORS; ++j) sum[i][j] = fma(ali, bl[j], sum[i][j]);
      }
    }
    UNROLL for (int i = 0; i < TILE_M; ++i)
      if (i < rows)
        UNROLL for (int j = 0; j < TILE_VECTORS; ++j)
          STORE(sum[i][j], c + (row + i) * N + column + j * LANES);
  }
  if (first == 0)
    for (int j = 0; j < TILE_N; j += LANES) {
      floats column_sum = 0.0f;
      for (int l = 0; l < k; ++l) column_sum += LOAD(b + l * N + j);
      STORE(column_sum, column_sums + column + j);
    }
}
