// The training state, which changes from step to step. It is in a device buffer, and the command
// list of a step advances it. So every step enqueues the same list.

#ifndef STEP_STATE_CL
#define STEP_STATE_CL

typedef struct {
  uint step;          // of the optimizer; 1 in the first step
  uint epoch;         // from 0
  uint batch;         // of the epoch, from 0
  uint next_batch;    // of the next step
  float correction1;  // 1 − β₁ᵗ, Adam's bias corrections at t = step
  float correction2;  // 1 − β₂ᵗ
} StepState;

#endif
