// Products of matrices with work-group tiles, for GPUs, with or without tensor cores.
//
//   gemm_nn   C = A B     forward pass of a linear layer,  y = f(x W + b)
//   gemm_nt   C = A Bᵀ    its data gradient,               dx = (dy Wᵀ) f'(x)
//   gemm_tn   C = Aᵀ B    its weight gradient,             dW = xᵀ dy, db = column sums of dy
//
// gemm_nn and gemm_nt end with an epilogue (epilogue.cl). A, B, C are row-major. C has m rows and n
// columns, and sums run over k. Shapes are arguments, so that layers share a kernel.
//
// Index map: group 0 → column tile, group 1 → row tile, group 2 → part of k, `part` long.

#include "group_tile.cl"

// Finishes the group's tile of C.
#define FINISH_TILE(sum)                                                                 \
  FOR_ITEM(i, j) {                                                                       \
    const int at_row = row + ITEM_ROW(i), at_column = column + ITEM_COLUMN(j);           \
    if (at_row < m && at_column < n)                                                     \
      FINISH_VECTOR(sum[i][j], get_group_id(2), m * n, at_row, at_row * n, at_column, c) \
  }

#define NN_A(place, l) LOAD_INSIDE(row + (place) < m && (l) < end, a + (row + (place)) * k + (l))
#define NN_B(place, l) \
  LOAD_INSIDE(column + (place) < n && (l) < end, b + (l) * n + column + (place))

__kernel ONE_GROUP void gemm_nn(
    const int m, const int n, const int k, const int part,
    __global const float *restrict a,      // (m, k)
    __global const float *restrict b,      // (k, n)
    __global const float *restrict aux,    // see epilogue.cl
    __global float *restrict c             // (m, n), or (parts, m, n)
    DROPOUT_PARAMETERS) {
  DECLARE_TILES
  FIND_TILE(k)
  floats sum[ITEM_M][VECTORS_N];
  MULTIPLY(sum, begin, end, ALONG_K, NN_A, ALONG_TILE, NN_B, NOTHING)
  FINISH_TILE(sum)
}

#define NT_B(place, l) \
  LOAD_INSIDE(column + (place) < n && (l) < end, b + (column + (place)) * k + (l))

__kernel ONE_GROUP void gemm_nt(
    const int m, const int n, const int k, const int part,
    __global const float *restrict a,      // (m, k)
    __global const float *restrict b,      // (n, k)
    __global const float *restrict aux,    // see epilogue.cl
    __global float *restrict c             // (m, n), or (parts, m, n)
    DROPOUT_PARAMETERS) {
  DECLARE_TILES
  FIND_TILE(k)
  floats sum[ITEM_M][VECTORS_N];
  MULTIPLY(sum, begin, end, ALONG_K, NN_A, ALONG_K, NT_B, NOTHING)
  FINISH_TILE(sum)
}

#define TN_A(place, l) LOAD_INSIDE(row + (place) < m && (l) < end, a + (l) * m + row + (place))

__kernel ONE_GROUP void gemm_tn(
    const int m, const int n, const int k, const int part,
    __global const float *restrict a,  // (k, m)
    __global const float *restrict b,  // (k, n)
    __global float *restrict c,        // (m, n), or (parts, m · n + n)
    __global float *restrict sums) {   // (n), unused if SPLIT
  DECLARE_TILES
  FIND_TILE(k)
  floats sum[ITEM_M][VECTORS_N];
  operands column_sum = 0.0f;
  MULTIPLY(sum, begin, end, ALONG_TILE, TN_A, ALONG_TILE, NN_B, ADD_COLUMNS)
  STORE_GRADIENT(sum, column_sum)
}
