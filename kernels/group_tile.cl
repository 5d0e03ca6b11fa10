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
// Operands are read as vectors of LANES floats, along k or along the tile, whichever way they lie in memory; LANES
// divides their rows, so that a vector is inside or outside as a whole, and lies on a multiple of its size.
//
// Where tiles alone would not occupy a GPU, SPLIT shares out what is summed over: a group leaves its part of a sum, and
// split_sums.cl adds the parts.

#ifndef GROUP_TILE_CL
#define GROUP_TILE_CL

#include "vector.cl"
#include "epilogue.cl"

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

// NOTE: vloadn knows nothing of alignment, and GPUs then load float by float.
#define ALIGNED_LOAD(space, pointer) (*(space const floats *)(pointer))
#define ALIGNED_STORE(space, v, pointer) (*(space floats *)(pointer) = (v))

// A global vector, or zeros where it is outside.
#define LOAD_INSIDE(inside, pointer) ((inside) ? ALIGNED_LOAD(__global, pointer) : (floats)(0.0f))

// Rows of a tile in local memory. NOTE: four floats more than there are, since what is written along k would meet in
// few banks.
#define PADDED(width) ((width) + 4)

// The operands' slices in local memory, to be declared in the kernel itself.
#define DECLARE_TILES                                                                         \
  __local float a_tile[2][GROUP_K][PADDED(GROUP_M)] __attribute__((aligned(64)));             \
  __local float b_tile[2][GROUP_K][PADDED(GROUP_N)] __attribute__((aligned(64)));

// A work-item's place in the group's tile: its row i, and the first column of its vector j.
#define ITEM_ROW(i)                                                                           \
  (((i) / RUN_M * (GROUP_M / ITEM_M) + (int)get_local_id(0) / ITEMS_N) * RUN_M + (i) % RUN_M)
#define ITEM_COLUMN(j) (((j) * ITEMS_N + (int)get_local_id(0) % ITEMS_N) * LANES)

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
#define SLICE_VECTORS(width) (GROUP_K * (width) / LANES)
#define OWN_VECTORS(width) ((SLICE_VECTORS(width) + ITEMS - 1) / ITEMS)
#define PLACE(along_k, v, width)                                                              \
  ((along_k) == ALONG_K ? (v) / (GROUP_K / LANES) : (v) % ((width) / LANES) * LANES)
#define SLICE_K(along_k, v, width)                                                            \
  ((along_k) == ALONG_K ? (v) % (GROUP_K / LANES) * LANES : (v) / ((width) / LANES))

// Reads a slice from `begin` on into the work-item's registers: AT(place, k) is its vector.
#define READ_SLICE(vectors, width, along_k, AT, begin)                                        \
  UNROLL for (int own = 0; own < OWN_VECTORS(width); ++own) {                                 \
    const int v = own * ITEMS + (int)get_local_id(0);                                         \
    if (SLICE_VECTORS(width) % ITEMS == 0 || v < SLICE_VECTORS(width))                        \
      vectors[own] = AT(PLACE(along_k, v, width), (begin) + SLICE_K(along_k, v, width));      \
  }

// Writes it to local memory.
#define WRITE_SLICE(vectors, width, along_k, tile)                                            \
  UNROLL for (int own = 0; own < OWN_VECTORS(width); ++own) {                                 \
    const int v = own * ITEMS + (int)get_local_id(0);                                         \
    if (SLICE_VECTORS(width) % ITEMS == 0 || v < SLICE_VECTORS(width)) {                      \
      const int place = PLACE(along_k, v, width), k = SLICE_K(along_k, v, width);             \
      if ((along_k) == ALONG_K) {                                                             \
        float numbers[LANES];                                                                 \
        STORE(vectors[own], numbers);                                                         \
        UNROLL for (int lane = 0; lane < LANES; ++lane) (tile)[k + lane][place] = numbers[lane]; \
      } else {                                                                                \
        ALIGNED_STORE(__local, vectors[own], &(tile)[k][place]);                              \
      }                                                                                       \
    }                                                                                         \
  }

// sum[i][j] = Σ A(row, k) B(k, column) for k from `begin` to `end` − 1, where A_AT and B_AT give vectors of the
// operands, by their place in the tile, and k. All of a group come here with the same `begin` and `end`.
#define MULTIPLY(sum, begin, end, a_along_k, A_AT, b_along_k, B_AT, EACH_B)                   \
  {                                                                                           \
    floats a_next[OWN_VECTORS(GROUP_M)], b_next[OWN_VECTORS(GROUP_N)];                        \
    FOR_ITEM(i, j) sum[i][j] = 0.0f;                                                          \
    READ_SLICE(a_next, GROUP_M, a_along_k, A_AT, begin)                                       \
    READ_SLICE(b_next, GROUP_N, b_along_k, B_AT, begin)                                       \
    int turn = 0;                                                                             \
    for (int slice = (begin); slice < (end); slice += GROUP_K) {                              \
      WRITE_SLICE(a_next, GROUP_M, a_along_k, a_tile[turn])                                   \
      WRITE_SLICE(b_next, GROUP_N, b_along_k, b_tile[turn])                                   \
      barrier(CLK_LOCAL_MEM_FENCE);                                                           \
      if (slice + GROUP_K < (end)) {                                                          \
        READ_SLICE(a_next, GROUP_M, a_along_k, A_AT, slice + GROUP_K)                         \
        READ_SLICE(b_next, GROUP_N, b_along_k, B_AT, slice + GROUP_K)                         \
      }                                                                                       \
      UNROLL for (int k = 0; k < GROUP_K; ++k) {                                              \
        floats b_vectors[VECTORS_N];                                                          \
        UNROLL for (int j = 0; j < VECTORS_N; ++j)                                            \
          b_vectors[j] = ALIGNED_LOAD(__local, &b_tile[turn][k][ITEM_COLUMN(j)]);             \
        UNROLL for (int i = 0; i < ITEM_M; ++i) {                                             \
          const floats a_lanes = a_tile[turn][k][ITEM_ROW(i)];                                \
          UNROLL for (int j = 0; j < VECTORS_N; ++j)                                          \
            sum[i][j] = fma(a_lanes, b_vectors[j], sum[i][j]);                                \
        }                                                                                     \
        EACH_B(b_vectors)                                                                     \
      }                                                                                       \
      turn ^= 1;                                                                              \
    }                                                                                         \
  }

// Ends a vector of y as EPILOGUE says, or leaves part `number` of it: `start` is where its pixel or row begins, and
// `mask_row` its row of the dropout's mask. A part has `count` floats.
#define FINISH_VECTOR(sum, number, count, mask_row, start, column, y)                         \
  {                                                                                           \
    const int element = (start) + (column);                                                   \
    if (SPLIT) {                                                                              \
      ALIGNED_STORE(__global, sum, (y) + (number) * (count) + element);                       \
    } else {                                                                                  \
      __global const float *beside = ASIDE(aside, start, column);                             \
      const floats whole = (sum) + FIRST(beside);                                             \
      ALIGNED_STORE(__global, FINISH(whole, beside, MASK(mask_row, column)), (y) + element);  \
    }                                                                                         \
  }

// What MULTIPLY does with each row of the other operand's tile besides: nothing, or its columns' sums.
#define NOTHING(b_vectors)
#define ADD_COLUMNS(b_vectors)                                                                \
  if (COLUMN_SUMS) UNROLL for (int j = 0; j < VECTORS_N; ++j) column_sum[j] += b_vectors[j];

// Ends a weight gradient's tile of m rows and n columns, and the column sums, which the first row of groups has; or
// leaves a part of both, one behind the other.
#define STORE_GRADIENT(sum, column_sum)                                                       \
  {                                                                                           \
    __global float *to = SPLIT ? c + get_group_id(2) * (m + COLUMN_SUMS) * n : c;             \
    __global float *sums_to = SPLIT ? to + m * n : sums;                                      \
    FOR_ITEM(i, j) {                                                                          \
      const int at_row = row + ITEM_ROW(i), at_column = column + ITEM_COLUMN(j);              \
      if (at_row < m && at_column < n)                                                        \
        ALIGNED_STORE(__global, sum[i][j], to + at_row * n + at_column);                      \
    }                                                                                         \
    if (COLUMN_SUMS && row == 0 && get_local_id(0) < ITEMS_N)                                 \
      UNROLL for (int j = 0; j < VECTORS_N; ++j)                                              \
        if (column + ITEM_COLUMN(j) < n)                                                      \
          ALIGNED_STORE(__global, column_sum[j], sums_to + column + ITEM_COLUMN(j));          \
  }

#endif
