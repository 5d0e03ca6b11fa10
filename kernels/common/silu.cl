// The sigmoid-weighted linear unit (Elfwing, Uchibe and Doya: "Sigmoid-weighted linear units for
// neural network function approximation in reinforcement learning", 2018), with dropout, and its
// gradient. It is not monotone, so its derivative is not a function of y:
//
//   silu           y = x s · mask,  s = 1 / (1 + exp −x)
//   silu_backward  dx = dy s (1 + x (1 − s)) · f'(x) · mask
//
// f' and the mask in the last line are those of the layer that made x. Index map: work-item i →
// VECTORS vectors from i · VECTORS · LANES; the last work-item may have fewer. LANES divides
// CHANNELS.

#ifndef VECTORS
#define VECTORS 128  // vectors per work-item
#endif

#include "vector.cl"
#include "epilogue.cl"

static inline floats sigmoid(const floats x) { return 1.0f / (1.0f + exp(-x)); }

__kernel void silu(const uint count,
                   const uint length,                 // elements of an example
                   __global const float *restrict x,  // (examples, …, CHANNELS)
                   __global float *restrict y DROPOUT_PARAMETERS) {
  const uint first = get_global_id(0) * VECTORS * LANES;
  const uint end = min(first + VECTORS * LANES, count);
  for (uint i = first; i < end; i += LANES) {
    const floats v = LOAD(x + i);
    STORE(v * sigmoid(v) * MASK(i / length, i), y + i);
  }
}

__kernel void silu_backward(const uint count, __global const float *restrict x,
                            __global const float *restrict dy, __global float *restrict dx) {
  const uint first = get_global_id(0) * VECTORS * LANES;
  const uint end = min(first + VECTORS * LANES, count);
  for (uint i = first; i < end; i += LANES) {
    const floats v = LOAD(x + i), s = sigmoid(v);
    STORE(LOAD(dy + i) * (s * fma(v, 1.0f - s, 1.0f)) * MASKED_DERIVATIVE(v), dx + i);
  }
}
