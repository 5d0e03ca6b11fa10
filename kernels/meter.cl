// Running means of losses, kept on the device: the sums of a batch are added to those of the epoch.
//
// Index map: work-item → term. Rows are added in their order, and the epoch's sum is compensated
// (Kahan: "Further remarks on reducing truncation errors", 1965), so that a long epoch loses nothing.

#include "step_state.cl"

typedef struct {
  float sum;           // of the epoch so far
  float compensation;  // what `sum` could not hold
  float last;          // sum over the last batch
} Meter;

__kernel void accumulate(const uint rows, const uint stride,
                         __global const StepState *state,
                         __global const float *restrict terms,  // (terms, stride); rows of each used
                         __global Meter *restrict meters) {     // (terms)
  const uint term = get_global_id(0);
  Meter meter = meters[term];
  if (state->batch == 0) meter.sum = meter.compensation = 0.0f;
  float batch = 0.0f;
  for (uint row = 0; row < rows; ++row) batch += terms[term * stride + row];
  const float addend = batch - meter.compensation;
  const float sum = meter.sum + addend;
  meter.compensation = (sum - meter.sum) - addend;
  meter.sum = sum;
  meter.last = batch;
  meters[term] = meter;
}
