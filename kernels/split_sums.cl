// Adds the parts of sums that several groups made (SPLIT in group_tile.cl), always in the same order. Work-item i
// takes LANES neighbours.
//
//   finish_output     y = f(Σ parts + bias) · mask, or what else EPILOGUE says (epilogue.cl)
//   finish_gradient   dw and db = Σ parts, which hold both, one behind the other

#include "vector.cl"
#include "epilogue.cl"

// Σ over parts of the vector at `element`, where a part has `count` floats.
static inline floats sum_parts(const int parts, const int count, const int element,
                               __global const float *restrict partials) {
  floats sum = 0.0f;
  for (int part = 0; part < parts; ++part) sum += LOAD(partials + part * count + element);
  return sum;
}

__kernel void finish_output(const int count, const int parts,
                            const int row_length,                     // floats in a row, as the mask has them
                            const int n,                              // channels of y
                            __global const float *restrict partials,  // (parts, count)
                            __global const float *restrict aside,     // see epilogue.cl
                            __global float *restrict y                // (count)
                            DROPOUT_PARAMETERS) {
  const int element = get_global_id(0) * LANES;
  if (element >= count) return;
  const int column = element % n;
  aside = ASIDE(aside, element - column, column);
  const floats sum = sum_parts(parts, count, element, partials) + FIRST(aside);
  STORE(FINISH(sum, aside, MASK(element / row_length, column)), y + element);
}

__kernel void finish_gradient(const int weights, const int biases, const int parts,
                              __global const float *restrict partials,  // (parts, weights + biases)
                              __global float *restrict dw,              // (weights)
                              __global float *restrict db) {            // (biases)
  const int element = get_global_id(0) * LANES;
  if (element >= weights + biases) return;
  const floats sum = sum_parts(parts, weights + biases, element, partials);
  if (element < weights) STORE(sum, dw + element);
  else STORE(sum, db + element - weights);
}
