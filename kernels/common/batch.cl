// A batch of images, gathered from the data set, which lies on the device as bytes:
//
//   gather_batch     x[row] = scale · images[shuffle(batch · BATCH + start + row)] + offset
//   gather_shifted   the same, with each image shifted by up to SHIFT pixels in both directions
//   gather_labels    out[row] = labels[shuffle(batch · BATCH + start + row)]
//
// `start` is the batch's row that is gathered first.
//
// The images may lie in several parts, with a launch for each. A launch writes the rows of the
// batch whose images are among the `part` images from image `first` on.
//
// The shuffle is a keyed permutation of 0 … count − 1: a Feistel network over the index, keyed by
// seed and epoch, and applied until the index is below count (Black and Rogaway: "Ciphers with
// arbitrary finite domains", CT-RSA 2002). So no indices are sorted or stored.
//
// gather_shifted draws new shifts in each step. Pixels from outside an image are black.
//
// Index map of gather_batch and gather_shifted: group 0 → row; its GROUP work-items share the row's
// pixels. LANES divides PIXELS. Index map of gather_labels: work-item → row.

#ifndef PIXELS
#define PIXELS 784  // bytes in an image
#endif
#ifndef BATCH
#define BATCH 64  // images in a full batch
#endif
#ifndef SHUFFLED
#define SHUFFLED 1  // 0: images in the order of the data set
#endif
#ifndef STAGED
#define STAGED 0  // 1: the images are those of the batch, as the host has gathered them
#endif
#ifndef WIDTH
#define WIDTH 28  // pixels in a row of an image
#endif
#ifndef SHIFT
#define SHIFT 2  // largest shift of an image, in pixels
#endif
#ifndef GROUP
#define GROUP 1  // work-items per group
#endif

#include "vector.cl"
#include "philox.cl"
#include "step_state.cl"

#define FEISTEL_ROUNDS 6

// The finalizer of MurmurHash3: each bit of v changes half the bits of the result on average.
static inline uint scramble(uint v) {
  v = (v ^ v >> 16) * 0x85ebca6bu;
  v = (v ^ v >> 13) * 0xc2b2ae35u;
  return v ^ v >> 16;
}

// Returns the place of `index` in the permutation of 0 … count − 1 that the keys choose.
static inline uint permute(uint index, const uint count, const uint4 first, const uint4 second) {
  uint half_bits = 0;  // 4^half_bits ≥ count
  while (1ul << 2 * half_bits < count) ++half_bits;
  const uint mask = (1u << half_bits) - 1u;
  const uint key[FEISTEL_ROUNDS] = {first.x, first.y, first.z, first.w, second.x, second.y};
  do {
    uint left = index >> half_bits, right = index & mask;
    for (int round = 0; round < FEISTEL_ROUNDS; ++round) {
      const uint next = left ^ (scramble(right ^ key[round]) & mask);
      left = right;
      right = next;
    }
    index = left << half_bits | right;
  } while (index >= count);
  return index;
}

// Returns the index of the image for a row of the current batch.
static inline uint image_of(const uint row, const uint count, const uint2 seed, const uint stream,
                            __global const StepState *state) {
#if STAGED
  return row;
#else
  const uint image = state->batch * BATCH + row;
#if SHUFFLED
  const uint epoch = state->epoch;
  return permute(image, count, random_bits(seed, stream, epoch, 0u),
                 random_bits(seed, stream, epoch, 1u));
#else
  return image;
#endif
#endif
}

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void gather_batch(const uint count, const uint2 seed, const uint stream, const uint start,
                  const uint first, const uint part,
                  const float scale, const float offset,
                  __global const StepState *state,
                  __global const uchar *restrict images,  // (part, PIXELS)
                  __global float *restrict x) {           // (rows, PIXELS)
  const uint row = get_group_id(0);
  // An image before the part wraps around to a large number.
  const uint image = image_of(start + row, count, seed, stream, state) - first;
  if (image >= part) return;
  images += (size_t)image * PIXELS;
  x += (size_t)row * PIXELS;
  for (uint i = get_local_id(0) * LANES; i < PIXELS; i += GROUP * LANES)
    STORE(fma(FLOATS(LOAD(images + i)), scale, offset), x + i);
}

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void gather_shifted(const uint count, const uint2 seed, const uint stream, const uint start,
                    const uint first, const uint part, const uint shifts,
                    const float scale, const float offset,
                    __global const StepState *state,
                    __global const uchar *restrict images,  // (part, PIXELS)
                    __global float *restrict x) {           // (rows, PIXELS)
  const uint row = get_group_id(0);
  const uint image = image_of(start + row, count, seed, stream, state) - first;
  if (image >= part) return;
  const uint4 bits = random_bits(seed, shifts, state->step, start + row);
  const int right = (int)(bits.x % (2 * SHIFT + 1)) - SHIFT;
  const int down = (int)(bits.y % (2 * SHIFT + 1)) - SHIFT;
  images += (size_t)image * PIXELS;
  x += (size_t)row * PIXELS;
  for (uint i = get_local_id(0); i < PIXELS; i += GROUP) {
    const int line = (int)(i / WIDTH) - down, column = (int)(i % WIDTH) - right;
    const bool is_inside = line >= 0 && line < PIXELS / WIDTH && column >= 0 && column < WIDTH;
    const float byte = is_inside ? convert_float(images[line * WIDTH + column]) : 0.0f;
    x[i] = fma(byte, scale, offset);
  }
}

__kernel void gather_labels(const uint count, const uint2 seed, const uint stream, const uint start,
                            __global const StepState *state,
                            __global const uchar *restrict labels,  // (count)
                            __global uchar *restrict out) {         // (rows)
  const uint row = get_global_id(0);
  out[row] = labels[image_of(start + row, count, seed, stream, state)];
}
