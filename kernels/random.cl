// Fills a tensor with random numbers, element by element as philox.cl says.
//
// Index map: work-item i → elements 4i … 4i + 3.

#include "philox.cl"
#include "step_state.cl"

static inline void store_some(float4 v, uint block, uint count, __global float *out) {
  const uint first = 4 * block;
  if (first + 4 <= count) vstore4(v, block, out);
  else {
    const float value[4] = {v.x, v.y, v.z, v.w};
    for (uint i = first; i < count; ++i) out[i] = value[i - first];
  }
}

// out[i] uniform in [−bound, bound).
__kernel void fill_uniform(const uint count, const uint2 seed, const uint stream, const uint step,
                           const float bound, __global float *restrict out) {  // (count)
  const uint block = get_global_id(0);
  const float4 u = uniform4(random_bits(seed, stream, step, block));
  store_some(fma(2.0f * bound, u, -bound), block, count, out);
}

// out[i] standard normal.
__kernel void fill_normal(const uint count, const uint2 seed, const uint stream, const uint step,
                          __global float *restrict out) {  // (count)
  const uint block = get_global_id(0);
  store_some(normal4(random_bits(seed, stream, step, block)), block, count, out);
}

// out[i] standard normal, anew in each training step.
__kernel void draw_normal(const uint count, const uint2 seed, const uint stream,
                          __global const StepState *state,
                          __global float *restrict out) {  // (count)
  const uint block = get_global_id(0);
  store_some(normal4(random_bits(seed, stream, state->step, block)), block, count, out);
}
