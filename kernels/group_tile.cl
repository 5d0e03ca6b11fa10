// The work-group-tile form, for GPUs: the work-items of a group make a tile of GROUP_M rows by GROUP_N columns of a
// product of matrices together. Each keeps ITEM_M rows by ITEM_N columns of it in registers; slices of the operands,
// GROUP_K of what is summed over, pass through local memory, the next one while the last is multiplied.
//
//                GROUP_N                A work-item's rows and columns lie in runs of RUN_M and LANES, which
//            ┌──┬──┬──┬──┐              alternate with those of its neighbours: what neighbours read from
//    GROUP_K │  │▒▒│  │▒▒│  b_tile      local memory lies side by side.
//   a_tile   └──┴──┴──┴──┘
//   ┌────┐   ┌──┬──┬──┬──┐
//   │▒▒▒▒│   │  │██│  │██│ RUN_M
//   ├────┤   ├──┼──┼──┼──┤   GROUP_M
//   │▒▒▒▒│   │  │██│  │██│
//   └────┘   └──┴──┴──┴──┘
//
// MULTIPLIER says what multiplies two slices: each work-item by itself (FMA), or tensor cores (MMA, tensor_core.cl),
// where work-items have other places in the tile, and slices another order in local memory.
//
// Operands are read as vectors of READ_LANES floats, along k or along the tile, whichever way they lie in memory, and
// results written as vectors of LANES; both divide the rows, so that a vector is inside or outside as a whole, and lies
// on a multiple of its size.
//
// Where tiles alone would not occupy a GPU, SPLIT shares out what is summed over: a group leaves its part of a sum, and
// split_sums.cl adds the parts.

#ifndef GROUP_TILE_CL
#define GROUP_TILE_CL

#include "vector.cl"
#include "epilogue.cl"
#include "tensor_core.cl"

#ifndef MULTIPLIER
#define MULTIPLIER FMA  // or MMA
#endif
#ifndef READ_LANES
#define READ_LANES LANES  // floats of an operand that are read at once; LANES divides it
#endif
#ifndef GROUP_M
#define GROUP_M 64  // rows of a tile
#endif
#ifndef GROUP_N
#define GROUP_N 64  // columns of a tile
#endif
#ifndef GROUP_K
#define GROUP_K 16  // of what is summed over, at once in local memory
#endif
#ifndef ITEM_M
#define ITEM_M 4  // rows of a work-item
#endif
#ifndef ITEM_N
#define ITEM_N 4  // columns of a work-item
#endif
#ifndef SPLIT
#define SPLIT 0  // 1: a group makes a part of its tile's sum
#endif
#ifndef COLUMN_SUMS
#define COLUMN_SUMS 1  // 1: a weight gradient comes with the column sums of the other operand
#endif

#define ITEMS_N (GROUP_N / ITEM_N)            // work-items beside each other
#define ITEMS (GROUP_M / ITEM_M * ITEMS_N)    // work-items of a group
#define RUN_M (ITEM_M % 4 == 0 ? 4 : ITEM_M)  // rows of a work-item that lie together
#define VECTORS_N (ITEM_N / LANES)

#define ONE_GROUP __attribute__((reqd_work_group_size(ITEMS, 1, 1)))
#define UNROLL _Pragma("unroll")

// A vector of an operand.
#define operands CONCAT(float, READ_LANES)

// A vector in memory. NOTE: vloadn and vstoren know nothing of alignment, and GPUs then go float by float.
#define ALIGNED(space, type, pointer) (*(space type *)(pointer))

// A vector of an operand, or zeros where it is outside.
#define LOAD_INSIDE(inside, pointer) \
  ((inside) ? ALIGNED(__global const, operands, pointer) : (operands)(0.0f))

// Rows of a tile in local memory. NOTE: a few floats more than there are, since what is written along k, or read as
// fragments, would meet in few banks.
#define PADDED(width) ((width) + CONCAT(padding_, MULTIPLIER))
#define padding_FMA 4

// Where a slice's k lies in local memory.
#define TILE_ROW(k) CONCAT(tile_row_, MULTIPLIER)(k)
#define tile_row_FMA(k) (k)

// The operands' slices in local memory, to be declared in the kernel itself.
#define DECLARE_TILES                                                                         \
  __local float a_tile[2][GROUP_K][PADDED(GROUP_M)] __attribute__((aligned(64)));             \
  __local float b_tile[2][GROUP_K][PADDED(GROUP_N)] __attribute__((aligned(64)));             \
  CONCAT(declare_fragments_, MULTIPLIER)()
#define declare_fragments_FMA()

// A work-item's place in the group's tile: its row i, and the first column of its vector j.
#define ITEM_ROW(i) CONCAT(item_row_, MULTIPLIER)(i)
#define ITEM_COLUMN(j) CONCAT(item_column_, MULTIPLIER)(j)
#define item_row_FMA(i)                                                                       \
  (((i) / RUN_M * (GROUP_M / ITEM_M) + (int)get_local_id(0) / ITEMS_N) * RUN_M + (i) % RUN_M)
#define item_column_FMA(j) (((j) * ITEMS_N + (int)get_local_id(0) % ITEMS_N) * LANES)

// Where the group's tile of a product begins, and its `part` of the k that is summed over.
#define FIND_TILE(k)                                                                          \
  const int row = get_group_id(1) * GROUP_M, column = get_group_id(0) * GROUP_N;              \
  const int begin = get_group_id(2) * part, end = min(k, begin + part);

// For the work-item's vectors, row i and vector j:
#define FOR_ITEM(i, j)                                                                        \
  UNROLL for (int i = 0; i < ITEM_M; ++i) UNROLL for (int j = 0; j < VECTORS_N; ++j)

// How the group reads a slice that is `width` wide: vector number v of it stands at these places.
#define ALONG_K 1
#define ALONG_TILE 0
#define LINE_VECTORS(width) ((width) / READ_LANES)
#define SLICE_VECTORS(width) (GROUP_K * LINE_VECTORS(width))
#define OWN_VECTORS(width) ((SLICE_VECTORS(width) + ITEMS - 1) / ITEMS)
#define PLACE(along_k, v, width)                                                              \
  ((along_k) == ALONG_K ? (v) / (GROUP_K / READ_LANES) : (v) % LINE_VECTORS(width) * READ_LANES)
#define SLICE_K(along_k, v, width)                                                            \
  ((along_k) == ALONG_K ? (v) % (GROUP_K / READ_LANES) * READ_LANES : (v) / LINE_VECTORS(width))

// For the vectors of a slice that are the work-item's: its number `own` is number v.
#define FOR_OWN(own, v, width)                                                                \
  UNROLL for (int own = 0, v = get_local_id(0); own < OWN_VECTORS(width); ++own, v += ITEMS)  \
    if (SLICE_VECTORS(width) % ITEMS == 0 || v < SLICE_VECTORS(width))

// Reads a slice from `begin` on into the work-item's registers: AT(place, k) is its vector.
#define READ_SLICE(vectors, width, along_k, AT, begin)                                        \
  FOR_OWN(own, v, width)                                                                      \
    vectors[own] = AT(PLACE(along_k, v, width), (begin) + SLICE_K(along_k, v, width));

// Writes it to local memory, as what multiplies wants its numbers.
#define WRITE_SLICE(vectors, width, along_k, tile)                                            \
  FOR_OWN(own, v, width) {                                                                    \
    const int place = PLACE(along_k, v, width), k = SLICE_K(along_k, v, width);               \
    float numbers[READ_LANES];                                                                \
    store_floats(vectors[own], numbers);                                                      \
    UNROLL for (int lane = 0; lane < READ_LANES; ++lane)                                      \
      CONCAT(round_operand_, MULTIPLIER)(numbers[lane])                                       \
    if ((along_k) == ALONG_K) {                                                               \
      UNROLL for (int lane = 0; lane < READ_LANES; ++lane)                                    \
        (tile)[TILE_ROW(k + lane)][place] = numbers[lane];                                    \
    } else {                                                                                  \
      ALIGNED(__local, operands, &(tile)[TILE_ROW(k)][place]) = CONCAT(load, READ_LANES)(numbers); \
    }                                                                                         \
  }
#define round_operand_FMA(number)

// sum[i][j] = Σ A(row, k) B(k, column) for k from `begin` to `end` − 1, where A_AT and B_AT give vectors of the
// operands, by their place in the tile, and k. All of a group come here with the same `begin` and `end`.
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

// Ends a vector of y as EPILOGUE says, or leaves part `number` of it: `start` is where its pixel or row begins, and
// `mask_row` its row of the dropout's mask. A part has `count` floats.
#define FINISH_VECTOR(sum, number, count, mask_row, start, column, y)                         \
  {                                                                                           \
    const int element = (start) + (column);                                                   \
    if (SPLIT) {                                                                              \
      ALIGNED(__global, floats, (y) + (number) * (count) + element) = sum;                    \
    } else {                                                                                  \
      __global const float *beside = ASIDE(aside, start, column);                             \
      const floats whole = (sum) + FIRST(beside);                                             \
      ALIGNED(__global, floats, (y) + element) =                                              \
          FINISH(whole, beside, MASK(mask_row, column));                                      \
    }                                                                                         \
  }

// What MULTIPLY does with the work-item's vectors of each slice of the other operand besides: nothing, or their sum.
// NOTE: they are vectors of the same columns, since LINE_VECTORS divides ITEMS.
#define NOTHING(b_next)
#define ADD_COLUMNS(b_next) \
  if (COLUMN_SUMS) FOR_OWN(own, v, GROUP_N) column_sum += b_next[own];

// Ends a weight gradient's tile of m rows and n columns, and the column sums, which the first row of groups has; or
// leaves a part of both, one behind the other.
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

// Adds the work-items' sums of the same columns, line by line, over what b_tile held before.
#define ADD_LINES(column_sum, sums_to)                                                        \
  {                                                                                           \
    const int id = get_local_id(0), place = PLACE(ALONG_TILE, id, GROUP_N);                   \
    barrier(CLK_LOCAL_MEM_FENCE);                                                             \
    if (id < SLICE_VECTORS(GROUP_N))                                                          \
      ALIGNED(__local, operands, &b_tile[0][SLICE_K(ALONG_TILE, id, GROUP_N)][place]) = column_sum; \
    barrier(CLK_LOCAL_MEM_FENCE);                                                             \
    if (row == 0 && id < LINE_VECTORS(GROUP_N) && column + place < n) {                       \
      for (int line = 1; line < min(GROUP_K, ITEMS / LINE_VECTORS(GROUP_N)); ++line)          \
        column_sum += ALIGNED(__local, operands, &b_tile[0][line][place]);                    \
      ALIGNED(__global, operands, sums_to + column + place) = column_sum;                     \
    }                                                                                         \
  }

#endif
