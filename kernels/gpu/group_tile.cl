// Work-group tiles, for GPUs. The work-items of a group together compute a tile of GROUP_M rows by
// GROUP_N columns of a product of matrices,
//
//   tile[row][column] = Σ_k A[row][k] B[k][column]
//
// Each keeps ITEM_M rows by ITEM_N columns of it in registers. Slices of the operands, GROUP_K long
// in k, pass through local memory, which is double-buffered: the next slice loads during the
// current products.
//
//                GROUP_N              A work-item's rows come in runs of RUN_M, its columns in
//            ┌──┬──┬──┬──┐            vectors of LANES. They alternate with its neighbours',
//    GROUP_K │  │▒▒│  │▒▒│  b_tile    so what neighbours read from local memory is contiguous.
//   a_tile   └──┴──┴──┴──┘
//   ┌────┐   ┌──┬──┬──┬──┐
//   │▒▒▒▒│   │  │██│  │██│ RUN_M
//   ├────┤   ├──┼──┼──┼──┤   GROUP_M
//   │▒▒▒▒│   │  │██│  │██│
//   └────┘   └──┴──┴──┴──┘
//
// MULTIPLIER chooses how two slices are multiplied: by each work-item alone (FMA), or on tensor
// cores (MMA, tensor_core.cl). MMA divides the tile among work-items in another order, and stores
// slices in local memory in another order.
//
// Operands are read in vectors of READ_LANES floats, along k or along the tile, whichever is
// contiguous in memory. Results are written in vectors of LANES. Both divide the rows of memory, so
// a vector is aligned to its size, and wholly inside or outside.
//
// Split-K (SPLIT 1) divides k among groups if the tiles alone would not fill a GPU. A group then
// writes a partial sum, and split_sums.cl adds these.

#ifndef GROUP_TILE_CL
#define GROUP_TILE_CL

#include "vector.cl"
#include "epilogue.cl"
#include "tensor_core.cl"

#ifndef MULTIPLIER
#define MULTIPLIER FMA  // or MMA
#endif
#ifndef READ_LANES
#define READ_LANES LANES  // floats per read of an operand; LANES divides it
#endif
#ifndef GROUP_M
#define GROUP_M 64  // rows of a tile
#endif
#ifndef GROUP_N
#define GROUP_N 64  // columns of a tile
#endif
#ifndef GROUP_K
#define GROUP_K 16  // length of a slice in k
#endif
#ifndef ITEM_M
#define ITEM_M 4  // rows per work-item
#endif
#ifndef ITEM_N
#define ITEM_N 4  // columns per work-item
#endif
#ifndef SPLIT
#define SPLIT 0  // 1: split-K, a group writes a partial sum of its tile
#endif
#ifndef COLUMN_SUMS
#define COLUMN_SUMS 1  // 1: a weight gradient kernel also computes the column sums of B
#endif

#define ITEMS_N (GROUP_N / ITEM_N)            // work-items in a row of the tile
#define ITEMS (GROUP_M / ITEM_M * ITEMS_N)    // work-items per group
#define RUN_M (ITEM_M % 4 == 0 ? 4 : ITEM_M)  // contiguous rows per work-item
#define VECTORS_N (ITEM_N / LANES)

#define ONE_GROUP __attribute__((reqd_work_group_size(ITEMS, 1, 1)))
#define UNROLL _Pragma("unroll")

// The type of a vector of an operand.
#define operands CONCAT(float, READ_LANES)

// A vector in memory. NOTE: vloadn and vstoren assume no alignment, and GPUs then access single
// floats.
#define ALIGNED(space, type, pointer) (*(space type *)(pointer))

// Loads a vector of an operand, or zeros if it is outside.
#define LOAD_INSIDE(inside, pointer) \
  ((inside) ? ALIGNED(__global const, operands, pointer) : (operands)(0.0f))

// Floats in a row of a tile in local memory. NOTE: the padding spreads writes along k, and reads of
// fragments, over the banks.
#define PADDED(width) ((width) + CONCAT(padding_, MULTIPLIER))
#define padding_FMA 4

// The row of a slice in local memory that holds k.
#define TILE_ROW(k) CONCAT(tile_row_, MULTIPLIER)(k)
#define tile_row_FMA(k) (k)

// Declares the slices of both operands in local memory; a kernel must do so in its own body.
#define DECLARE_TILES                                                                         \
  __local float a_tile[2][GROUP_K][PADDED(GROUP_M)] __attribute__((aligned(64)));             \
  __local float b_tile[2][GROUP_K][PADDED(GROUP_N)] __attribute__((aligned(64)));             \
  CONCAT(declare_fragments_, MULTIPLIER)()
#define declare_fragments_FMA()

// The position of a work-item in the group's tile: its row i, and the first column of its vector j.
#define ITEM_ROW(i) CONCAT(item_row_, MULTIPLIER)(i)
#define ITEM_COLUMN(j) CONCAT(item_column_, MULTIPLIER)(j)
#define item_row_FMA(i)                                                                       \
  (((i) / RUN_M * (GROUP_M / ITEM_M) + (int)get_local_id(0) / ITEMS_N) * RUN_M + (i) % RUN_M)
#define item_column_FMA(j) (((j) * ITEMS_N + (int)get_local_id(0) % ITEMS_N) * LANES)

// The first row and column of the group's tile, and the group's part of k.
#define FIND_TILE(k)                                                                          \
  const int row = get_group_id(1) * GROUP_M, column = get_group_id(0) * GROUP_N;              \
  const int begin = get_group_id(2) * part, end = min(k, begin + part);

// Loops over the work-item's vectors: row i, vector j.
#define FOR_ITEM(i, j)                                                                        \
  UNROLL for (int i = 0; i < ITEM_M; ++i) UNROLL for (int j = 0; j < VECTORS_N; ++j)

// The order in which the group reads a slice of width `width`: the place in the tile and the k of
// vector v.
#define ALONG_K 1
#define ALONG_TILE 0
#define LINE_VECTORS(width) ((width) / READ_LANES)
#define SLICE_VECTORS(width) (GROUP_K * LINE_VECTORS(width))
#define OWN_VECTORS(width) ((SLICE_VECTORS(width) + ITEMS - 1) / ITEMS)
#define PLACE(along_k, v, width)                                                              \
  ((along_k) == ALONG_K ? (v) / (GROUP_K / READ_LANES) : (v) % LINE_VECTORS(width) * READ_LANES)
#define SLICE_K(along_k, v, width)                                                            \
  ((along_k) == ALONG_K ? (v) % (GROUP_K / READ_LANES) * READ_LANES : (v) / LINE_VECTORS(width))

// Loops over the work-item's own vectors of a slice: `own` counts them, v is the vector of the
// slice.
#define FOR_OWN(own, v, width)                                                                \
  UNROLL for (int own = 0, v = get_local_id(0); own < OWN_VECTORS(width); ++own, v += ITEMS)  \
    if (SLICE_VECTORS(width) % ITEMS == 0 || v < SLICE_VECTORS(width))

// Reads a slice from k = `begin` into the work-item's registers; AT(place, k) gives a vector.
#define READ_SLICE(vectors, width, along_k, AT, begin)                                        \
  FOR_OWN(own, v, width)                                                                      \
    vectors[own] = AT(PLACE(along_k, v, width), (begin) + SLICE_K(along_k, v, width));

// Writes a slice to local memory, in the precision and order of the multiplier.
#define WRITE_SLICE(vectors, width, along_k, tile)                                                 \
  FOR_OWN(own, v, width) {                                                                         \
    const int place = PLACE(along_k, v, width), k = SLICE_K(along_k, v, width);                    \
    float numbers[READ_LANES];                                                                     \
    store_floats(vectors[own], numbers);                                                           \
    UNROLL for (int lane = 0; lane < READ_LANES; ++lane)                                           \
      CONCAT(round_operand_, MULTIPLIER)(numbers[lane])                                            \
    if ((along_k) == ALONG_K) {                                                                    \
      UNROLL for (int lane = 0; lane < READ_LANES; ++lane)                                         \
        (tile)[TILE_ROW(k + lane)][place] = numbers[lane];                                         \
    } else {                                                                                       \
      ALIGNED(__local, operands, &(tile)[TILE_ROW(k)][place]) = CONCAT(load, READ_LANES)(numbers); \
    }                                                                                              \
  }
#define round_operand_FMA(number)

// Computes sum[i][j] = Σ A(row, k) B(k, column) for k = begin … end − 1. A_AT and B_AT give vectors
// of the operands from their place in the tile and k. EACH_B receives the work-item's vectors of
// each slice of B. All work-items of a group must reach this macro with the same `begin` and `end`.
#define MULTIPLY(sum, begin, end, a_along_k, A_AT, b_along_k, B_AT, EACH_B)                   \
  {                                                                                           \
    operands a_next[OWN_VECTORS(GROUP_M)], b_next[OWN_VECTORS(GROUP_N)];                      \
    FOR_ITEM(i, j) sum[i][j] = 0.0f;                                                          \
    READ_SLICE(a_next, GROUP_M, a_along_k, A_AT, begin)                                       \
    READ_SLICE(b_next, GROUP_N, b_along_k, B_AT, begin)                                       \
    int turn = 0;                                                                             \
    for (int slice = (begin); slice < (end); slice += GROUP_K) {                              \
      WRITE_SLICE(a_next, GROUP_M, a_along_k, a_tile[turn])                                   \
      WRITE_SLICE(b_next, GROUP_N, b_along_k, b_tile[turn])                                   \
      EACH_B(b_next)                                                                          \
      barrier(CLK_LOCAL_MEM_FENCE);                                                           \
      if (slice + GROUP_K < (end)) {                                                          \
        READ_SLICE(a_next, GROUP_M, a_along_k, A_AT, slice + GROUP_K)                         \
        READ_SLICE(b_next, GROUP_N, b_along_k, B_AT, slice + GROUP_K)                         \
      }                                                                                       \
      CONCAT(multiply_slice_, MULTIPLIER)(sum, a_tile[turn], b_tile[turn])                    \
      turn ^= 1;                                                                              \
    }                                                                                         \
  }

// Adds the product of two slices in local memory.
#define multiply_slice_FMA(sum, a_slice, b_slice)                                             \
  UNROLL for (int k = 0; k < GROUP_K; ++k) {                                                  \
    floats b_vectors[VECTORS_N];                                                              \
    UNROLL for (int j = 0; j < VECTORS_N; ++j)                                                \
      b_vectors[j] = ALIGNED(__local, floats, &b_slice[k][ITEM_COLUMN(j)]);                   \
    UNROLL for (int i = 0; i < ITEM_M; ++i) {                                                 \
      const floats a_lanes = a_slice[k][ITEM_ROW(i)];                                         \
      UNROLL for (int j = 0; j < VECTORS_N; ++j)                                              \
        sum[i][j] = fma(a_lanes, b_vectors[j], sum[i][j]);                                    \
    }                                                                                         \
  }

// Finishes a vector of y by the epilogue, or writes it to partial sum `number` of `count` floats.
// Its pixel or row begins at `start` and has row `mask_row` of the dropout's mask.
#define FINISH_VECTOR(sum, number, count, mask_row, start, column, y)                         \
  {                                                                                           \
    const int element = (start) + (column);                                                   \
    if (SPLIT) {                                                                              \
      ALIGNED(__global, floats, (y) + (number) * (count) + element) = sum;                    \
    } else {                                                                                  \
      __global const float *aux_at = AUX(aux, start, column);                                 \
      const floats whole = (sum) + INITIAL(aux_at);                                           \
      ALIGNED(__global, floats, (y) + element) =                                              \
          FINISH(whole, aux_at, MASK(mask_row, column));                                      \
    }                                                                                         \
  }

// The choices for EACH_B of MULTIPLY: do nothing, or add the vectors to the column sums. NOTE: a
// work-item's vectors have the same columns in all slices, since LINE_VECTORS divides ITEMS.
#define NOTHING(b_next)
#define ADD_COLUMNS(b_next) \
  if (COLUMN_SUMS) FOR_OWN(own, v, GROUP_N) column_sum += b_next[own];

// Stores a weight gradient's tile of m rows and n columns, and the column sums, which belong to the
// first row of groups. With SPLIT both go to a partial sum, the column sums after the weights.
#define STORE_GRADIENT(sum, column_sum)                                                       \
  {                                                                                           \
    __global float *to = SPLIT ? c + get_group_id(2) * (m + COLUMN_SUMS) * n : c;             \
    __global float *sums_to = SPLIT ? to + m * n : sums;                                      \
    FOR_ITEM(i, j) {                                                                          \
      const int at_row = row + ITEM_ROW(i), at_column = column + ITEM_COLUMN(j);              \
      if (at_row < m && at_column < n)                                                        \
        ALIGNED(__global, floats, to + at_row * n + at_column) = sum[i][j];                   \
    }                                                                                         \
    if (COLUMN_SUMS) ADD_LINES(column_sum, sums_to)                                           \
  }

// Adds the work-items' sums of the same columns, line by line. They reuse the memory of b_tile.
#define ADD_LINES(column_sum, sums_to)                                                        \
  {                                                                                           \
    const int id = get_local_id(0), place = PLACE(ALONG_TILE, id, GROUP_N);                   \
    barrier(CLK_LOCAL_MEM_FENCE);                                                             \
    if (id < SLICE_VECTORS(GROUP_N))                                                          \
      ALIGNED(__local, operands, &b_tile[0][SLICE_K(ALONG_TILE, id, GROUP_N)][place]) =       \
          column_sum;                                                                         \
    barrier(CLK_LOCAL_MEM_FENCE);                                                             \
    if (row == 0 && id < LINE_VECTORS(GROUP_N) && column + place < n) {                       \
      for (int line = 1; line < min(GROUP_K, ITEMS / LINE_VECTORS(GROUP_N)); ++line)          \
        column_sum += ALIGNED(__local, operands, &b_tile[0][line][place]);                    \
      ALIGNED(__global, operands, sums_to + column + place) = column_sum;                     \
    }                                                                                         \
  }

#endif
