// Adam (Kingma and Ba: "Adam: a method for stochastic optimization", 2015) over all parameters of a
// network at once, as PyTorch computes it:
//
//   m = β₁ m + (1 − β₁) g;   v = β₂ v + (1 − β₂) g²
//   p = p − rate / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
//
// Each work-group also writes its part of Σ g² and Σ p², from which `accumulate` (meter.cl)
// computes norms. If a gradient or a parameter is not finite, neither is its sum, which
// `accumulate` detects.
//
// Index map: work-item i → VECTORS vectors from i · VECTORS · LANES; the last work-items may have
// fewer, or none. LANES divides the number of parameters.

#ifndef VECTORS
#define VECTORS 128  // vectors per work-item
#endif
#ifndef GROUP
#define GROUP 1  // work-items per group, a power of 2
#endif

#include "vector.cl"
#include "group_sum.cl"
#include "step_state.cl"

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void adam(const uint count, const float rate,
          const float beta1, const float one_minus_beta1,
          const float beta2, const float one_minus_beta2, const float epsilon,
          __global const StepState *state,
          __global const float *restrict gradient,  // (count)
          __global float *restrict exp_avg,         // (count) m
          __global float *restrict exp_avg_sq,      // (count) v
          __global float *restrict parameters,      // (count) p
          const uint stride,
          __global float *restrict norms) {         // (2, stride) Σ g², Σ p² of each group
  const float step_size = rate / state->correction1;
  const float scale = 1.0f / sqrt(state->correction2);
  const uint first = get_global_id(0) * VECTORS * LANES;
  const uint end = min(first + VECTORS * LANES, count);
  floats gradient_squares = 0.0f, squares = 0.0f;
  for (uint i = first; i < end; i += LANES) {
    const floats g = LOAD(gradient + i);
    const floats m = fma(beta1, LOAD(exp_avg + i), one_minus_beta1 * g);
    const floats v = fma(beta2, LOAD(exp_avg_sq + i), one_minus_beta2 * g * g);
    STORE(m, exp_avg + i);
    STORE(v, exp_avg_sq + i);
    const floats p = fma(-step_size, m / fma(sqrt(v), scale, epsilon), LOAD(parameters + i));
    STORE(p, parameters + i);
    gradient_squares = fma(g, g, gradient_squares);
    squares = fma(p, p, squares);
  }
  __local float partial[GROUP], partial_squares[GROUP];
  GROUP_SUM(SUM(gradient_squares), partial)
  GROUP_SUM(SUM(squares), partial_squares)
  if (get_local_id(0) > 0) return;
  norms[get_group_id(0)] = partial[0];
  norms[stride + get_group_id(0)] = partial_squares[0];
}
