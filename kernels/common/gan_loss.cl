// The losses of a generative adversarial network: binary cross entropy of the discriminator's
// logits. The target t is REAL_LABEL for the first `real` rows and 0 for the others. Gradients are
// those of means over `mean` rows:
//
//   loss[row] = max(l, 0) − l t + log(1 + exp −|l|);   dlogits[row] = (sigmoid(l) − t) / mean
//   correct[row] = 1 if l > 0 for a real row, or l < 0 for another; else 0
//
// In `loss` and `correct` the other rows begin at index `other`.
//
// Index map: work-item → row.

#ifndef REAL_LABEL
#define REAL_LABEL 1.0f
#endif

__kernel void gan_loss(const uint real, const uint mean, const uint other,
                       __global const float *restrict logits,  // (rows)
                       __global float *restrict dlogits,       // (rows)
                       __global float *restrict loss,          // (2, other)
                       __global float *restrict correct) {     // (2, other)
  const uint row = get_global_id(0);
  const bool is_real = row < real;
  const uint place = is_real ? row : other + row - real;
  const float l = logits[row], t = is_real ? REAL_LABEL : 0.0f, e = exp(-fabs(l));
  loss[place] = fmax(l, 0.0f) - l * t + log1p(e);
  correct[place] = (is_real ? l > 0.0f : l < 0.0f) ? 1.0f : 0.0f;
  dlogits[row] = ((l >= 0.0f ? 1.0f : e) / (1.0f + e) - t) / mean;
}
