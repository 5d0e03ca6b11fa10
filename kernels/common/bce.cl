// Binary cross entropy from logits, stable for logits of any size:
//
//   loss[row] = Σ max(l, 0) − l x + log(1 + exp −|l|);   dlogits = sigmoid(l) − x
//
// Index map: group 0 → row; its GROUP work-items share the row's columns. LANES divides COLUMNS.

#ifndef COLUMNS
#define COLUMNS 784  // logits in a row
#endif
#ifndef GROUP
#define GROUP 1  // work-items per group, a power of 2
#endif

#include "vector.cl"
#include "group_sum.cl"

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void bce_with_logits(__global const float *restrict logits,   // (rows, COLUMNS)
                     __global const float *restrict targets,  // (rows, COLUMNS), in [0, 1]
                     __global float *restrict dlogits,        // (rows, COLUMNS)
                     __global float *restrict loss) {         // (rows)
  const uint row = get_group_id(0), item = get_local_id(0);
  floats sum = 0.0f;
  for (uint i = row * COLUMNS + item * LANES; i < (row + 1) * COLUMNS; i += GROUP * LANES) {
    const floats l = LOAD(logits + i), x = LOAD(targets + i);
    const floats e = exp(-fabs(l));
    sum += fmax(l, 0.0f) - l * x + log1p(e);
    // sigmoid(l) is 1 / (1 + e) for l ≥ 0, else e / (1 + e).
    STORE(select(e, (floats)(1.0f), l >= 0.0f) / (1.0f + e) - x, dlogits + i);
  }
  __local float partial[GROUP];
  GROUP_SUM(SUM(sum), partial)
  if (item == 0) loss[row] = partial[0];
}
