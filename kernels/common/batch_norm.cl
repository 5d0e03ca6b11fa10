// Batch normalization (Ioffe and Szegedy: "Batch normalization: accelerating deep network training
// by reducing internal covariate shift", 2015) over the rows of x, (rows, C) with C = CHANNELS. A
// row is an example's features, or a pixel of a map. Rows belong to groups of `count` rows, such as
// real and fake images, each of which is normalized by its own mean μ and variance v:
//
//   partial_moments     a part's mean and Σ (x − mean)²
//   join_moments        μ and v of each group, and the running mean and variance over batches
//   normalize           y = f(γ x̂ + β) · mask,  x̂ = (x − μ) r,  r = 1 / √(v + EPSILON)
//   partial_gradients   a part's Σ dy and Σ dy x̂
//   join_gradients      a = mean dy, b = mean dy x̂ of each group;  dβ = Σ dy,  dγ = Σ dy x̂
//   normalize_backward  dx = γ r (dy − a − x̂ b) · f'(x) · mask
//
// f' and the mask in the last line are those of the layer that made x. Sums have a fixed order. The
// moments of two parts are joined as by Chan, Golub and LeVeque ("Updating formulae and a pairwise
// algorithm for computing sample variances", 1982), so that a large mean costs no digits.
//
// Index map: work-item (c, part, group) → LANES channels from c · LANES, of `part` rows of a group.
// In join_moments and join_gradients: work-item c → the same channels of all groups.

#ifndef CHANNELS
#define CHANNELS 512  // columns of x; LANES divides them
#endif
#ifndef EPSILON
#define EPSILON 1e-5f
#endif

#include "vector.cl"
#include "epilogue.cl"

#define CHANNEL (get_global_id(0) * LANES)

// Loops over the rows of the work-item's part: `row` counts those of all groups.
#define FOR_ROW(row)                                              \
  for (uint row = get_global_id(2) * count + get_global_id(1) * part, \
            end = min(row + part, (uint)((get_global_id(2) + 1) * count)); \
       row < end; ++row)

// The place of the part's first sums.
#define SUMS_OF_PART \
  (((get_global_id(2) * get_global_size(1) + get_global_id(1)) * 2) * CHANNELS + CHANNEL)

static inline floats reciprocal_root(const floats variance) {
  return 1.0f / sqrt(variance + EPSILON);
}

__kernel void partial_moments(const uint count, const uint part,
                              __global const float *restrict x,     // (rows, C)
                              __global float *restrict partials) {  // (groups, parts, 2, C)
  floats sum = 0.0f, rest = 0.0f, squares = 0.0f;
  float rows = 0.0f;
  FOR_ROW(row) {
    sum += LOAD(x + row * CHANNELS + CHANNEL);
    rows += 1.0f;
  }
  const floats rounded = sum / rows;
  FOR_ROW(row) {
    const floats d = LOAD(x + row * CHANNELS + CHANNEL) - rounded;
    rest += d;
    squares += d * d;
  }
  // `rest` is what the rounding of the sum has lost.
  STORE(rounded + rest / rows, partials + SUMS_OF_PART);
  STORE(squares - rest * rest / rows, partials + SUMS_OF_PART + CHANNELS);
}

// The running variance is unbiased, as in PyTorch. NOTE: a single row has none, and counts as 0.
__kernel void join_moments(const uint count, const uint part, const uint groups,
                           const float momentum,
                           __global const float *restrict partials,  // (groups, parts, 2, C)
                           __global float *restrict means,             // (groups, C)
                           __global float *restrict variances,         // (groups, C)
                           __global float *restrict running_mean,      // (C)
                           __global float *restrict running_variance,  // (C)
                           __global uint *restrict batches) {          // (1)
  const uint parts = (count + part - 1) / part;
  floats mean_so_far = LOAD(running_mean + CHANNEL);
  floats variance_so_far = LOAD(running_variance + CHANNEL);
  for (uint group = 0; group < groups; ++group) {
    floats mean = 0.0f, squares = 0.0f;
    float rows = 0.0f;
    for (uint i = 0; i < parts; ++i) {
      __global const float *sums = partials + (group * parts + i) * 2 * CHANNELS + CHANNEL;
      const float added = min(part, count - i * part);
      const floats d = LOAD(sums) - mean;
      mean += d * (added / (rows + added));
      squares += LOAD(sums + CHANNELS) + d * d * (rows * added / (rows + added));
      rows += added;
    }
    STORE(mean, means + group * CHANNELS + CHANNEL);
    STORE(squares / rows, variances + group * CHANNELS + CHANNEL);
    mean_so_far += momentum * (mean - mean_so_far);
    variance_so_far += momentum * (squares / fmax(rows - 1.0f, 1.0f) - variance_so_far);
  }
  STORE(mean_so_far, running_mean + CHANNEL);
  STORE(variance_so_far, running_variance + CHANNEL);
  if (get_global_id(0) == 0) batches[0] += groups;
}

__kernel void normalize(const uint count, const uint part,
                        const uint pixels,  // rows of an example, which share a mask
                        __global const float *restrict x,          // (rows, C)
                        __global const float *restrict means,      // (groups, C)
                        __global const float *restrict variances,  // (groups, C)
                        __global const float *restrict gamma,      // (C)
                        __global const float *restrict beta,       // (C)
                        __global float *restrict y                 // (rows, C)
                            DROPOUT_PARAMETERS) {
  const uint moments = get_global_id(2) * CHANNELS + CHANNEL;
  const floats mean = LOAD(means + moments), shift = LOAD(beta + CHANNEL);
  const floats scale = LOAD(gamma + CHANNEL) * reciprocal_root(LOAD(variances + moments));
  FOR_ROW(row) {
    const floats value = fma(LOAD(x + row * CHANNELS + CHANNEL) - mean, scale, shift);
    STORE(ACTIVATE(value) * MASK(row / pixels, (uint)CHANNEL), y + row * CHANNELS + CHANNEL);
  }
}

__kernel void partial_gradients(const uint count, const uint part,
                                __global const float *restrict x,    // (rows, C)
                                __global const float *restrict dy,   // (rows, C)
                                __global const float *restrict means,      // (groups, C)
                                __global const float *restrict variances,  // (groups, C)
                                __global float *restrict partials) {  // (groups, parts, 2, C)
  const uint moments = get_global_id(2) * CHANNELS + CHANNEL;
  const floats mean = LOAD(means + moments), r = reciprocal_root(LOAD(variances + moments));
  floats sum = 0.0f, products = 0.0f;
  FOR_ROW(row) {
    const floats d = LOAD(dy + row * CHANNELS + CHANNEL);
    sum += d;
    products += d * ((LOAD(x + row * CHANNELS + CHANNEL) - mean) * r);
  }
  STORE(sum, partials + SUMS_OF_PART);
  STORE(products, partials + SUMS_OF_PART + CHANNELS);
}

__kernel void join_gradients(const uint count, const uint part, const uint groups,
                             __global const float *restrict partials,  // (groups, parts, 2, C)
                             __global float *restrict averages,        // (groups, 2, C)
                             __global float *restrict dgamma,          // (C)
                             __global float *restrict dbeta) {         // (C)
  const uint parts = (count + part - 1) / part;
  floats all = 0.0f, all_products = 0.0f;
  for (uint group = 0; group < groups; ++group) {
    floats sum = 0.0f, products = 0.0f;
    for (uint i = 0; i < parts; ++i) {
      __global const float *sums = partials + (group * parts + i) * 2 * CHANNELS + CHANNEL;
      sum += LOAD(sums);
      products += LOAD(sums + CHANNELS);
    }
    STORE(sum / (float)count, averages + group * 2 * CHANNELS + CHANNEL);
    STORE(products / (float)count, averages + (group * 2 + 1) * CHANNELS + CHANNEL);
    all += sum;
    all_products += products;
  }
  STORE(all_products, dgamma + CHANNEL);
  STORE(all, dbeta + CHANNEL);
}

__kernel void normalize_backward(const uint count, const uint part,
                                 __global const float *restrict x,    // (rows, C)
                                 __global const float *restrict dy,   // (rows, C)
                                 __global const float *restrict means,      // (groups, C)
                                 __global const float *restrict variances,  // (groups, C)
                                 __global const float *restrict averages,   // (groups, 2, C)
                                 __global const float *restrict gamma,      // (C)
                                 __global float *restrict dx) {       // (rows, C)
  const uint group = get_global_id(2), moments = group * CHANNELS + CHANNEL;
  const floats mean = LOAD(means + moments), r = reciprocal_root(LOAD(variances + moments));
  const floats scale = LOAD(gamma + CHANNEL) * r;
  const floats a = LOAD(averages + group * 2 * CHANNELS + CHANNEL);
  const floats b = LOAD(averages + (group * 2 + 1) * CHANNELS + CHANNEL);
  FOR_ROW(row) {
    __global const float *from = x + row * CHANNELS + CHANNEL;
    const floats normal = (LOAD(from) - mean) * r;
    const floats d = scale * (LOAD(dy + row * CHANNELS + CHANNEL) - a - normal * b);
    STORE(d * MASKED_DERIVATIVE(LOAD(from)), dx + row * CHANNELS + CHANNEL);
  }
}
