// Copies consecutive elements of a tensor to any place in another, adds two tensors, or fills one
// with a number:
//
//   copy   y[y_start + i] = x[x_start + i]
//   add    y[i] = scale (x[i] + y[i])
//   fill   y[i] = value
//
// Index map: work-item i → VECTORS vectors from i · VECTORS · LANES; the last work-item may have
// fewer. LANES divides the number of elements.

#ifndef VECTORS
#define VECTORS 128  // vectors per work-item
#endif

#include "vector.cl"

__kernel void copy(const uint count, const uint x_start, const uint y_start,
                   __global const float *restrict x, __global float *restrict y) {
  const uint first = get_global_id(0) * VECTORS * LANES;
  const uint end = min(first + VECTORS * LANES, count);
  for (uint i = first; i < end; i += LANES) STORE(LOAD(x + x_start + i), y + y_start + i);
}

__kernel void add(const uint count, const float scale,
                  __global const float *restrict x, __global float *restrict y) {
  const uint first = get_global_id(0) * VECTORS * LANES;
  const uint end = min(first + VECTORS * LANES, count);
  for (uint i = first; i < end; i += LANES) STORE(scale * (LOAD(x + i) + LOAD(y + i)), y + i);
}

__kernel void fill(const uint count, const float value, __global float *restrict y) {
  const uint first = get_global_id(0) * VECTORS * LANES;
  const uint end = min(first + VECTORS * LANES, count);
  for (uint i = first; i < end; i += LANES) STORE((floats)(value), y + i);
}
