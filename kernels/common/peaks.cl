// The peak of a device's arithmetic: fused multiply-adds between registers.
//
//   s = s · factor + 1, for CHAINS independent vectors, so that none waits for its own last result
//
// Index map: work-item i → out[i]. The result is written so that the compiler does not remove the
// arithmetic.

#ifndef CHAINS
#define CHAINS 12  // independent vectors
#endif

#include "vector.cl"

__kernel void multiply_add(const uint rounds, const float factor, __global float *restrict out) {
  floats sums[CHAINS];
  _Pragma("unroll") for (int c = 0; c < CHAINS; ++c) sums[c] = (floats)(get_global_id(0) + c);
  for (uint round = 0; round < rounds; ++round)
    _Pragma("unroll") for (int c = 0; c < CHAINS; ++c)
      sums[c] = fma(sums[c], (floats)(factor), (floats)(1.0f));
  float total = 0.0f;
  _Pragma("unroll") for (int c = 0; c < CHAINS; ++c) total += SUM(sums[c]);
  out[get_global_id(0)] = total;
}
