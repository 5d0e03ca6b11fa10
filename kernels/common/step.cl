// Advances the training state to the next step:
//
//   step += 1;   batch = next_batch, or 0 of the next epoch after `batches` steps
//
// Index map: one work-item.

#include "step_state.cl"

__kernel void advance_step(const uint batches,
                           const float log_beta1, const float log_beta2,
                           __global StepState *state) {
  const uint step = state->step + 1;
  state->step = step;
  state->batch = state->next_batch;
  if (state->batch == batches) {
    state->batch = 0;
    state->epoch += 1;
  }
  state->next_batch = state->batch + 1;
  // NOTE: 1 − pow(β₂, t) would lose four digits in the first steps.
  state->correction1 = -expm1(convert_float(step) * log_beta1);
  state->correction2 = -expm1(convert_float(step) * log_beta2);
}
