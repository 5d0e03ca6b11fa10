// What changes from one training step to the next. It lies in a device buffer and the step's command
// list advances it, so that a step is nothing but the same list enqueued again.

#ifndef STEP_STATE_CL
#define STEP_STATE_CL

typedef struct {
  uint step;          // of the optimizer; 1 in the first step
  uint epoch;         // from 0
  uint batch;         // of the epoch, from 0
  uint next_batch;    // the batch of the step to come
  float correction1;  // 1 − β₁ᵗ, Adam's bias corrections at t = step
  float correction2;  // 1 − β₂ᵗ
} StepState;

#endif
