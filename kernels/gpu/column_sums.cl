// Column sums of a matrix by work-groups, for the gradient of a bias. The rows are a map's pixels,
// the columns its channels:
//
//   partials[part, column] = Σ x[row, column] over the rows of a part
//
// Index map: group 0 → block of BLOCK columns, group 1 → `part` rows. A work-item adds every
// LINESth row of one column. finish_gradient (split_sums.cl) adds the parts.

#ifndef COLUMNS
#define COLUMNS 64  // columns of the matrix
#endif
#ifndef GROUP
#define GROUP 256  // work-items per group
#endif

#define BLOCK (COLUMNS < GROUP ? COLUMNS : GROUP)
#define LINES (GROUP / BLOCK)

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void column_sums(const int rows, const int part,
                 __global const float *restrict x,    // (rows, COLUMNS)
                 __global float *restrict partials) { // (parts, COLUMNS)
  __local float sums[GROUP];
  const int id = get_local_id(0), line = id / BLOCK, column = get_group_id(0) * BLOCK + id % BLOCK;
  const int begin = get_group_id(1) * part, end = min(rows, begin + part);
  float sum = 0.0f;
  if (line < LINES && column < COLUMNS)
    for (int row = begin + line; row < end; row += LINES) sum += x[row * COLUMNS + column];
  sums[id] = sum;
  barrier(CLK_LOCAL_MEM_FENCE);
  if (line > 0 || column >= COLUMNS) return;
  for (int other = 1; other < LINES; ++other) sum += sums[other * BLOCK + id];
  partials[get_group_id(1) * COLUMNS + column] = sum;
}
