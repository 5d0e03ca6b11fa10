// Adds the partial sums of split-K (SPLIT in group_tile.cl), always in the same order:
//
//   finish_output     y = epilogue(Σ parts), such as f(Σ parts + bias) · mask (epilogue.cl)
//   finish_gradient   dw and db = Σ parts; a part holds the floats of dw, then those of db
//
// Index map: work-item i → LANES elements from i · LANES.

#include "vector.cl"
#include "epilogue.cl"

// Returns the sum over parts of the vector at `element`; a part has `count` floats.
static inline floats sum_parts(const int parts, const int count, const int element,
                               __global const float *restrict partials) {
  floats sum = 0.0f;
  for (int part = 0; part < parts; ++part) sum += LOAD(partials + part * count + element);
  return sum;
}

__kernel void finish_output(const int count, const int parts,
                            const int row_length,                     // floats per row of the mask
                            const int n,                              // channels of y
                            __global const float *restrict partials,  // (parts, count)
                            __global const float *restrict aux,       // see epilogue.cl
                            __global float *restrict y                // (count)
                            DROPOUT_PARAMETERS) {
  const int element = get_global_id(0) * LANES;
  if (element >= count) return;
  const int column = element % n;
  aux = AUX(aux, element - column, column);
  const floats sum = sum_parts(parts, count, element, partials) + INITIAL(aux);
  STORE(FINISH(sum, aux, MASK(element / row_length, column)), y + element);
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
