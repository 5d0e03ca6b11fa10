// Fills a tensor with random numbers, each a function of its element (philox.cl):
//
//   fill_uniform   out[i] uniform in [−bound, bound)
//   fill_normal    out[i] normal with this mean and deviation
//   draw_normal    out[i] standard normal, new in each training step
//
// Index map: work-item i → BLOCKS blocks of 16 elements from block i · BLOCKS; the last work-item
// may have fewer.

#ifndef BLOCKS
#define BLOCKS 1  // blocks per work-item
#endif

#include "philox.cl"
#include "step_state.cl"

// Loops over the work-item's blocks.
#define FOR_BLOCK(block, count)                                    \
  for (uint block = get_global_id(0) * BLOCKS,                     \
            end = min(block + BLOCKS, ((count) + 15) / 16);        \
       block < end; ++block)

// Stores the elements of a block that are below `count`.
static inline void store_some(float16 v, uint block, uint count, __global float *out) {
  const uint first = 16 * block;
  if (first + 16 <= count) {
    vstore16(v, block, out);
  } else {
    float value[16];
    vstore16(v, 0, value);
    // Unrolled to keep the array in registers.
    _Pragma("unroll") for (uint i = 0; i < 16; ++i)
      if (first + i < count) out[first + i] = value[i];
  }
}

__kernel void fill_uniform(const uint count, const uint2 seed, const uint stream, const uint step,
                           const float bound, __global float *restrict out) {  // (count)
  FOR_BLOCK(block, count) {
    const float16 u = uniform16(random_bits16(seed, stream, step, 4 * block));
    store_some(fma(2.0f * bound, u, -bound), block, count, out);
  }
}

__kernel void fill_normal(const uint count, const uint2 seed, const uint stream, const uint step,
                          const float mean, const float deviation,
                          __global float *restrict out) {  // (count)
  FOR_BLOCK(block, count) {
    const float16 normal = normal16(random_bits16(seed, stream, step, 4 * block));
    store_some(fma(deviation, normal, mean), block, count, out);
  }
}

__kernel void draw_normal(const uint count, const uint2 seed, const uint stream,
                          __global const StepState *state,
                          __global float *restrict out) {  // (count)
  FOR_BLOCK(block, count)
    store_some(normal16(random_bits16(seed, stream, state->step, 4 * block)), block, count, out);
}
