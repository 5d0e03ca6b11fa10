// Fills a tensor with random numbers, element by element as philox.cl says.
//
// Index map: work-item i → elements 16i … 16i + 15.

#include "philox.cl"
#include "step_state.cl"

static inline void store_some(float16 v, uint item, uint count, __global float *out) {
  const uint first = 16 * item;
  if (first + 16 <= count) vstore16(v, item, out);
  else {
    float value[16];
    vstore16(v, 0, value);
    // Unrolled, so that the array stays in registers.
    _Pragma("unroll") for (uint i = 0; i < 16; ++i) if (first + i < count) out[first + i] = value[i];
  }
}

// out[i] uniform in [−bound, bound).
__kernel void fill_uniform(const uint count, const uint2 seed, const uint stream, const uint step,
                           const float bound, __global float *restrict out) {  // (count)
  const uint item = get_global_id(0);
  const float16 u = uniform16(random_bits16(seed, stream, step, 4 * item));
  store_some(fma(2.0f * bound, u, -bound), item, count, out);
}

// out[i] standard normal.
__kernel void fill_normal(const uint count, const uint2 seed, const uint stream, const uint step,
                          __global float *restrict out) {  // (count)
  const uint item = get_global_id(0);
  store_some(normal16(random_bits16(seed, stream, step, 4 * item)), item, count, out);
}

// out[i] standard normal, anew in each training step.
__kernel void draw_normal(const uint count, const uint2 seed, const uint stream,
                          __global const StepState *state,
                          __global float *restrict out) {  // (count)
  const uint item = get_global_id(0);
  store_some(normal16(random_bits16(seed, stream, state->step, 4 * item)), item, count, out);
}
