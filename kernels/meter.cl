// Running means of losses, kept on the device: the sums of a batch are added to those of the epoch. Norms of gradients
// and parameters, whose partial sums Adam leaves (adam.cl), are watched in the same way: the first step whose sum is no
// finite number is remembered.
//
// Index map: group → term; its GROUP work-items share the term's rows. On a CPU, where GROUP is 1, rows are added in
// their order. The epoch's sum is compensated (Kahan: "Further remarks on reducing truncation errors", 1965), so that a
// long epoch loses nothing.

#ifndef GROUP
#define GROUP 1  // work-items in a group, a power of 2
#endif

#include "step_state.cl"
#include "group_sum.cl"

typedef struct {
  float sum;           // of the epoch so far
  float compensation;  // what `sum` could not hold
  float last;          // sum over the last batch
  uint failed_step;    // the first step whose sum was not finite; 0 for none
} Meter;

// The first `losses` terms have `rows` rows, the others, norms, `stride`.
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
