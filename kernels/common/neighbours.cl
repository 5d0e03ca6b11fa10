// Nearest neighbours by products. With scores s_ij = a_i · b_j − ½ |b_j|² the squared distance is
//
//   |a_i − b_j|² = |a_i|² − 2 s_ij
//
// so the nearest b is the one with the largest score. Scores are products by gemm.cl whose bias
// comes from half_norms. They are computed for a block of columns at a time, and largest_scores
// keeps each row's best of all blocks.

#ifndef GROUP
#define GROUP 1  // work-items per group, a power of 2
#endif
#ifndef COLUMNS
#define COLUMNS 784  // columns of x
#endif
#ifndef KEPT
#define KEPT 4  // scores kept per row
#endif

#include "vector.cl"
#include "group_sum.cl"

// Computes halves[row] = −½ Σ x².
//
// Index map: group → row; its GROUP work-items share the row's columns. LANES divides COLUMNS.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void half_norms(__global const float *restrict x,      // (rows, COLUMNS)
                __global float *restrict halves) {     // (rows)
  const uint row = get_group_id(0), item = get_local_id(0);
  floats sum = 0.0f;
  x += (size_t)row * COLUMNS;
  for (uint i = item * LANES; i < COLUMNS; i += GROUP * LANES) {
    const floats v = LOAD(x + i);
    sum = fma(v, v, sum);
  }
  __local float partial[GROUP];
  GROUP_SUM(SUM(sum), partial)
  if (item == 0) halves[row] = -0.5f * partial[0];
}

// Returns whether any lane is above a bound. NOTE: any() tests the sign bit, which a comparison of
// two scalars does not set.
static inline int above1(float v, float bound) { return v > bound; }
static inline int above2(float2 v, float bound) { return any(v > bound); }
static inline int above4(float4 v, float bound) { return any(v > bound); }
static inline int above8(float8 v, float bound) { return any(v > bound); }
static inline int above16(float16 v, float bound) { return any(v > bound); }
#define ABOVE(v, bound) CONCAT(above, LANES)(v, bound)

// Inserts a score into the best ones, which are in descending order. Of equal scores, the one that
// came earlier stays first.
static inline void keep(float score, uint place, float best[KEPT], uint places[KEPT]) {
  bool moves = false;  // whether the score was inserted before i
  _Pragma("unroll") for (int i = 0; i < KEPT; ++i) {
    moves = moves || score > best[i];
    const float other = best[i];
    const uint other_place = places[i];
    best[i] = moves ? score : other;
    places[i] = moves ? place : other_place;
    score = moves ? other : score;
    place = moves ? other_place : place;
  }
}

// Finds the KEPT largest scores of each row in descending order, and their columns. At the start
// `best` and `places` hold those of earlier blocks. `first` is the number of columns in those
// blocks.
//
// Index map: group → row; its GROUP work-items share the row's columns. LANES divides `columns`.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void largest_scores(const uint columns, const uint first,
                    __global const float *restrict scores,  // (rows, columns)
                    __global float *restrict best,          // (rows, KEPT)
                    __global uint *restrict places) {       // (rows, KEPT)
  const uint row = get_group_id(0), item = get_local_id(0);
  scores += (size_t)row * columns;
  best += row * KEPT;
  places += row * KEPT;
  float mine[KEPT];
  uint mine_at[KEPT];
  _Pragma("unroll") for (int i = 0; i < KEPT; ++i) {
    const bool known = first > 0 && item == 0;
    mine[i] = known ? best[i] : -INFINITY;
    mine_at[i] = known ? places[i] : 0;
  }
  for (uint i = item * LANES; i < columns; i += GROUP * LANES) {
    const floats v = LOAD(scores + i);
    if (!ABOVE(v, mine[KEPT - 1])) continue;
    float lanes[LANES];
    STORE(v, lanes);
    _Pragma("unroll") for (uint j = 0; j < LANES; ++j) keep(lanes[j], first + i + j, mine, mine_at);
  }
  __local float group_best[GROUP * KEPT];
  __local uint group_places[GROUP * KEPT];
  _Pragma("unroll") for (int i = 0; i < KEPT; ++i) {
    group_best[item * KEPT + i] = mine[i];
    group_places[item * KEPT + i] = mine_at[i];
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  if (item > 0) return;
  for (uint i = KEPT; i < GROUP * KEPT; ++i) keep(group_best[i], group_places[i], mine, mine_at);
  _Pragma("unroll") for (int i = 0; i < KEPT; ++i) {
    best[i] = mine[i];
    places[i] = mine_at[i];
  }
}
