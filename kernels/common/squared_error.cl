// Half the squared error of outputs y = f(x), and its gradient at x. It is −log N(t; y, 1) without
// its constant:
//
//   loss[row] = Σ ½ (y − t)²;   dx = (y − t) f'(x)
//
// Index map: group 0 → row; its GROUP work-items share the row's columns. LANES divides COLUMNS.

#ifndef COLUMNS
#define COLUMNS 784  // outputs in a row
#endif
#ifndef GROUP
#define GROUP 1  // work-items per group, a power of 2
#endif

#include "vector.cl"
#include "activation.cl"
#include "group_sum.cl"

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void squared_error(__global const float *restrict outputs,  // (rows, COLUMNS)
                   __global const float *restrict targets,  // (rows, COLUMNS)
                   __global float *restrict dx,             // (rows, COLUMNS)
                   __global float *restrict loss) {         // (rows)
  const uint row = get_group_id(0), item = get_local_id(0);
  floats sum = 0.0f;
  for (uint i = row * COLUMNS + item * LANES; i < (row + 1) * COLUMNS; i += GROUP * LANES) {
    const floats y = LOAD(outputs + i), error = y - LOAD(targets + i);
    sum += 0.5f * error * error;
    STORE(error * DERIVATIVE(y), dx + i);
  }
  __local float partial[GROUP];
  GROUP_SUM(SUM(sum), partial)
  if (item == 0) loss[row] = partial[0];
}
