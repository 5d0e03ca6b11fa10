// Labels that join examples, and the gradient of the examples:
//
//   join_labels           y[row, p] = (x[row, p], one-hot code of labels[row mod count])
//   join_labels_backward  dx[row, p] = dy[row, p] without the code · f'(x) · mask
//
// Each position p of an example, such as a pixel, has CHANNELS numbers in x and CLASSES more in y.
// f' and the mask are those of the layer that made x. Index map: work-item → element of y in
// join_labels, and of dx in join_labels_backward.

#ifndef POSITIONS
#define POSITIONS 1  // positions of an example
#endif
#ifndef CHANNELS
#define CHANNELS 784  // numbers at a position of x
#endif
#ifndef CLASSES
#define CLASSES 10
#endif

#define LANES 1
#include "epilogue.cl"

__kernel void join_labels(const uint elements,                  // of y
                          const uint count,                     // labels
                          __global const float *restrict x,     // (rows, POSITIONS, CHANNELS)
                          __global const uchar *restrict labels,  // (count)
                          __global float *restrict y) {  // (rows, POSITIONS, CHANNELS + CLASSES)
  const uint place = get_global_id(0);
  if (place >= elements) return;
  const uint position = place / (CHANNELS + CLASSES), channel = place % (CHANNELS + CLASSES);
  y[place] = channel < CHANNELS
                 ? x[position * CHANNELS + channel]
                 : labels[position / POSITIONS % count] == channel - CHANNELS ? 1.0f : 0.0f;
}

__kernel void join_labels_backward(const uint elements,               // of dx
                                   __global const float *restrict x,  // as dx
                                   __global const float *restrict dy,
                                   __global float *restrict dx) {
  const uint place = get_global_id(0);
  if (place >= elements) return;
  const uint position = place / CHANNELS, channel = place % CHANNELS;
  dx[place] = dy[position * (CHANNELS + CLASSES) + channel] * MASKED_DERIVATIVE(x[place]);
}
