// Products of matrices with register tiles, for CPUs.
//
//   gemm_nn   C = A B     forward pass of a linear layer,  y = f(x W + b)
//   gemm_nt   C = A Bᵀ    its data gradient,               dx = (dy Wᵀ) f'(x)
//   gemm_tn   C = Aᵀ B    its weight gradient,             dW = xᵀ dy, db = column sums of dy
//
// gemm_nn and gemm_nt end with an epilogue (epilogue.cl). A, B, C are row-major. C has m rows and n
// columns, and sums run over k. Shapes are arguments, so that layers share a kernel.
//
//                n               A work-item computes tiles of TILE_M rows by TILE_N columns of C,
//          ┌───┬─┬───┐           one after another, each in vector registers. LANES divides n, and
//        k │ B │ │   │           TILE_N = LANES · TILE_VECTORS is at most n. Operands that tiles
//          └───┴─┴───┘           share are packed first, in the order of reads. Otherwise rows a
//     k          TILE_N          power of two apart would share a cache set. Measured: packed,
//   ┌───┐  ┌───┬─┬───┐           n = 512 takes 0.6 of the time.
//   │ A │  │ C ├─┤   │ TILE_M
// m ├───┤  ├───┼─┼───┤
//   └───┘  └───┴─┴───┘
//
// Index map: item → strip of row tiles (fastest) and column tile, in gemm_tn a block of column
// tiles. The last row tile may have fewer than TILE_M rows: gemm_nn and gemm_nt read the last row
// again in place of missing ones, which they do not store. The last column tile ends at n, and may
// overlap the tile before. Only that one stores the columns that both have.

#ifndef PART
#define PART 256  // largest part of k that is packed and summed at once (gemm_nn, gemm_nt)
#endif
#ifndef STRIP
#define STRIP 48  // most row tiles per work-item if k > PART (gemm_nn, gemm_nt)
#endif
#ifndef DEPTH
#define DEPTH 256  // part of k whose packed tiles of A and B fit the L1 cache (gemm_tn)
#endif
#ifndef PACKED_STRIP
#define PACKED_STRIP 12  // most row tiles per work-item (gemm_tn)
#endif

#include "register_tile.cl"
#include "epilogue.cl"

// NOTE: parts of k also improve accuracy, since long chains of additions lose digits. Measured for
// k of 784 and 1024: parts of 256 instead of 1024 halve the error in the same time.

// The first column of the tile that stores the columns from `column`, and the number of the tile's
// vectors that it does not store.
#define TILE_COLUMN(column, n) min(column, (n) - TILE_N)
#define NOT_OWNED(column, n) (max(0, (column) - ((n) - TILE_N)) / LANES)

// Packs TILE_N columns of rows of n floats, several rows at a time. Rows lie on different pages,
// and so more loads are in flight. Measured: gemm_nn takes 0.8 of the time in a step.
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

// Adds `depth` products from k = begin to the tiles of rows first … end − 1; `panel` holds the
// TILE_N columns of B. Between parts of k the sums are kept in `sums`; after the last part the
// epilogue finishes the tiles.
static OUT_OF_LINE void multiply_panel(
    const int n, const int k, const int begin, const int depth,
    const int first, const int end, const int column, const int not_owned,
    __global const float *restrict a,  // (m, k)
    float panel[PART * TILE_N],        // (depth, TILE_N)
    floats sums[STRIP][TILE_M][TILE_VECTORS],
    __global const float *restrict aux,  // see epilogue.cl
    __global float *restrict c           // (m, n)
    DROPOUT_PARAMETERS) {
  aux = AUX(aux, 0, column);
  c += column;
  for (int tile = 0; first + tile * TILE_M < end; ++tile) {
    const int row = first + tile * TILE_M, rows = end - row;
    __global const float *a_row[TILE_M];
    UNROLL for (int i = 0; i < TILE_M; ++i) a_row[i] = a + (row + min(i, rows - 1)) * k + begin;
    floats part[TILE_M][TILE_VECTORS];
    FOR_TILE(i, j) part[i][j] = 0.0f;
    ADD_OUTER_PRODUCTS(part, TILE_M, depth, a_row[i][k], LOAD(panel + k * TILE_N + j * LANES))
    const bool begins = begin == 0, ends = begin + depth == k;
    FOR_TILE(i, j) part[i][j] += begins ? INITIAL(aux + j * LANES) : sums[tile][i][j];
    if (!ends) FOR_TILE(i, j) sums[tile][i][j] = part[i][j];
    else UNROLL for (int i = 0; i < TILE_M; ++i) if (i < rows) {
      floats masks[TILE_VECTORS];
      DRAW_MASKS(masks, row + i, column)
      UNROLL for (int j = 0; j < TILE_VECTORS; ++j) if (j >= not_owned) {
        const int element = (row + i) * n + j * LANES;
        STORE(FINISH(part[i][j], aux + element, masks[j]), c + element);
      }
    }
  }
}

// Computes C = A B, or A Bᵀ if B is transposed: `strip` row tiles of one column tile.
static ALWAYS_INLINE void multiply_strip(
    const bool transposed, __global int *restrict counter,
    const int m, const int n, const int k, const int strip,
    __global const float *restrict a,    // (m, k)
    __global const float *restrict b,    // (k, n) or (n, k)
    __global const float *restrict aux,  // see epilogue.cl
    __global float *restrict c           // (m, n)
    DROPOUT_PARAMETERS) {
  CLAIM_ITEM(item, counter)
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
    multiply_panel(n, k, begin, depth, first, end, column, NOT_OWNED(owned, n),
                   a, panel, sums, aux, c DROPOUT_ARGUMENTS);
  }
}

__kernel ONE_WORK_ITEM void gemm_nn(
    __global int *restrict counter, const int m, const int n, const int k,
    const int strip,                     // row tiles per work-item, at most STRIP if k > PART
    __global const float *restrict a,    // (m, k)
    __global const float *restrict b,    // (k, n)
    __global const float *restrict aux,  // see epilogue.cl
    __global float *restrict c           // (m, n)
    DROPOUT_PARAMETERS) {
  multiply_strip(false, counter, m, n, k, strip, a, b, aux, c DROPOUT_ARGUMENTS);
}

__kernel ONE_WORK_ITEM void gemm_nt(
    __global int *restrict counter, const int m, const int n, const int k,
    const int strip,                     // row tiles per work-item, at most STRIP if k > PART
    __global const float *restrict a,    // (m, k)
    __global const float *restrict b,    // (n, k)
    __global const float *restrict aux,  // see epilogue.cl
    __global float *restrict c           // (m, n)
    DROPOUT_PARAMETERS) {
  multiply_strip(true, counter, m, n, k, strip, a, b, aux, c DROPOUT_ARGUMENTS);
}

// Floats of a packed tile, padded by a cache line, so that tiles do not all begin in one cache set.
// Measured: 1.1 times as fast.
#define PACKED_TILE (DEPTH * TILE_M + 16)

// Packs `rows` columns of rows of m floats, tile by tile, with zeros in place of missing columns.
static OUT_OF_LINE void pack_strip(const int rows, const int depth, const int m,
                                   __global const float *restrict from,
                                   float strip[PACKED_STRIP][PACKED_TILE]) {
  const int full = rows / TILE_M, left = rows % TILE_M;
  NO_VECTORIZE for (int k = 0; k < depth; ++k, from += m) {
    NO_VECTORIZE for (int tile = 0; tile < full; ++tile)
      UNROLL for (int i = 0; i < TILE_M; ++i) strip[tile][k * TILE_M + i] = from[tile * TILE_M + i];
    for (int i = 0; left > 0 && i < TILE_M; ++i)
      strip[full][k * TILE_M + i] = i < left ? from[full * TILE_M + i] : 0.0f;
  }
}

// Adds `depth` products to a tile of gemm_tn; c points at the tile. The first products overwrite
// it.
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

__kernel ONE_WORK_ITEM void gemm_tn(
    __global int *restrict counter, const int m, const int n, const int k,
    const int tiles,                         // row tiles per work-item, at most PACKED_STRIP
    const int block,                         // column tiles per work-item
    __global const float *restrict a,        // (k, m)
    __global const float *restrict b,        // (k, n)
    __global float *restrict c,              // (m, n)
    __global float *restrict column_sums) {  // (n), of B
  CLAIM_ITEM(item, counter)
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
