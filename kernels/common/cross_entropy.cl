// Softmax cross entropy of a classifier's logits with the row's label, averaged over `mean` rows:
//
//   loss[row] = log Σ exp l_j − l_label;   dlogits = (softmax(l) − [j = label]) / mean
//   correct[row] = 1 if the label's logit is the first of the largest, else 0
//
// Stable for logits of any size, since the largest is subtracted first.
//
// Index map: work-item → row.

#ifndef CLASSES
#define CLASSES 10  // logits in a row
#endif

__kernel void softmax_cross_entropy(const uint mean,
                                    __global const float *restrict logits,  // (rows, CLASSES)
                                    __global const uchar *restrict labels,  // (rows), below CLASSES
                                    __global float *restrict dlogits,       // (rows, CLASSES)
                                    __global float *restrict loss,          // (rows)
                                    __global float *restrict correct) {     // (rows)
  const uint row = get_global_id(0), label = labels[row];
  logits += row * CLASSES;
  dlogits += row * CLASSES;
  uint best = 0;
  for (uint j = 1; j < CLASSES; ++j) best = logits[j] > logits[best] ? j : best;
  const float largest = logits[best];
  float others = 0.0f;
  for (uint j = 0; j < CLASSES; ++j) others += j == best ? 0.0f : exp(logits[j] - largest);
  const float sum = 1.0f + others;
  for (uint j = 0; j < CLASSES; ++j)
    dlogits[j] = (exp(logits[j] - largest) / sum - (j == label ? 1.0f : 0.0f)) / mean;
  loss[row] = log1p(others) + (largest - logits[label]);
  correct[row] = best == label ? 1.0f : 0.0f;
}
