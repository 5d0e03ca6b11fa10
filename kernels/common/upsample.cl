// Nearest-neighbour upsampling of maps by FACTOR, and its gradient:
//
//   upsample           y[n, i, j] = x[n, ⌊i / FACTOR⌋, ⌊j / FACTOR⌋]
//   upsample_backward  dx[n, i, j] = (Σ dy over the FACTOR² pixels of x[n, i, j]) · f'(x) · mask
//
// f' and the mask are those of the layer that made x. Index map: work-item → LANES channels of a
// pixel, of y in upsample and of x in upsample_backward.

#ifndef FACTOR
#define FACTOR 2
#endif
#ifndef WIDTH
#define WIDTH 28  // pixels in a row of x
#endif
#ifndef CHANNELS
#define CHANNELS 8  // LANES divides them
#endif

#include "vector.cl"
#include "epilogue.cl"

__kernel void upsample(const uint count,                   // elements of y
                       __global const float *restrict x,   // (n, HEIGHT, WIDTH, CHANNELS)
                       __global float *restrict y) {
  const uint place = get_global_id(0) * LANES;
  if (place >= count) return;
  // Rows are counted over all images: a map of y has FACTOR times as many as one of x.
  const uint channel = place % CHANNELS, pixel = place / CHANNELS;
  const uint row = pixel / (WIDTH * FACTOR), column = pixel % (WIDTH * FACTOR);
  const uint from = row / FACTOR * WIDTH + column / FACTOR;
  STORE(LOAD(x + from * CHANNELS + channel), y + place);
}

__kernel void upsample_backward(const uint count,                   // elements of dx
                                __global const float *restrict x,   // (n, HEIGHT, WIDTH, CHANNELS)
                                __global const float *restrict dy,
                                __global float *restrict dx) {
  const uint place = get_global_id(0) * LANES;
  if (place >= count) return;
  const uint channel = place % CHANNELS, pixel = place / CHANNELS;
  const uint row = pixel / WIDTH * FACTOR, column = pixel % WIDTH * FACTOR;
  floats sum = 0.0f;
  for (uint i = 0; i < FACTOR; ++i)
    for (uint j = 0; j < FACTOR; ++j)
      sum += LOAD(dy + ((row + i) * (WIDTH * FACTOR) + column + j) * CHANNELS + channel);
  STORE(sum * MASKED_DERIVATIVE(LOAD(x + place)), dx + place);
}
