// Running means of losses, kept on the device. A batch's sum is added to the epoch's:
//
//   sum += Σ_row terms[term, row]
//
// The norms of gradients and parameters, whose partial sums adam.cl writes, are terms too. The
// first step whose sum is not finite is recorded for each term.
//
// Index map: group → term; its GROUP work-items share the term's rows. On a CPU GROUP is 1, and
// rows are added in their order. The epoch's sum is compensated (Kahan: "Further remarks on
// reducing truncation errors", 1965), so that a long epoch loses no digits.

#ifndef GROUP
#define GROUP 1  // work-items per group, a power of 2
#endif

#include "step_state.cl"
#include "group_sum.cl"

typedef struct {
  float sum;           // of the epoch so far
  float compensation;  // rounding error of `sum`
  float last;          // sum of the last batch
  uint failed_step;    // the first step whose sum was not finite, else 0
} Meter;

// The first `losses` terms are losses and have `rows` rows. The others are norms and have `stride`
// rows.
__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void accumulate(const uint losses, const uint rows, const uint stride,
                __global const StepState *state,
                __global const float *restrict terms,  // (terms, stride)
                __global Meter *restrict meters) {     // (terms)
  const uint term = get_group_id(0);
  const uint count = term < losses ? rows : stride;
  float batch = 0.0f;
  for (uint row = get_local_id(0); row < count; row += GROUP) batch += terms[term * stride + row];
  __local float partial[GROUP];
  GROUP_SUM(batch, partial)
  if (get_local_id(0) > 0) return;
  batch = partial[0];

  Meter meter = meters[term];
  if (state->batch == 0) meter.sum = meter.compensation = 0.0f;
  const float addend = batch - meter.compensation;
  const float sum = meter.sum + addend;
  meter.compensation = (sum - meter.sum) - addend;
  meter.sum = sum;
  meter.last = batch;
  if (!isfinite(batch) && meter.failed_step == 0) meter.failed_step = state->step;
  meters[term] = meter;
}
