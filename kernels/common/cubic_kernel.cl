// Row sums of the cubic kernel (x · y / d + 1)³ (Bińkowski et al.: "Demystifying MMD GANs", 2018):
//
//   sums[row] = Σ_j (scale · scores[row, j])³,  scale = 1 / d
//
// The scores are products by gemm.cl, with d as their bias. The kernel distance is a small
// difference of such sums, so they are compensated (Kahan: "Further remarks on reducing truncation
// errors", 1965).
//
// Index map: group → row; its GROUP work-items share the row's columns. LANES divides `columns`.

#ifndef GROUP
#define GROUP 1  // work-items per group, a power of 2
#endif

#include "vector.cl"
#include "group_sum.cl"

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void cubed_sums(const uint columns, const float scale,
                __global const float *restrict scores,  // (rows, columns)
                __global float *restrict sums) {        // (rows)
  const uint row = get_group_id(0), item = get_local_id(0);
  floats sum = 0.0f, compensation = 0.0f;
  scores += (size_t)row * columns;
  for (uint i = item * LANES; i < columns; i += GROUP * LANES) {
    const floats v = scale * LOAD(scores + i);
    const floats addend = v * v * v - compensation;
    const floats next = sum + addend;
    compensation = (next - sum) - addend;
    sum = next;
  }
  __local float partial[GROUP];
  GROUP_SUM(SUM(sum), partial)
  if (item == 0) sums[row] = partial[0];
}
