// The data gradient of a convolution of maps with one channel, with register tiles, for CPUs. It is
// also the forward pass of a transposed convolution to one channel.
//
//   dx[iy, ix] = Σ dy[(iy + P − kh) / S, (ix + P − kw) / S] · w[kh, kw]
//
// It gives the same bits as conv2d_backward_input (conv2d.cl), since it adds in the same order.
// There the lanes of a vector are channels of dx, and one channel would fill only one lane. Here
// they are LANES images.
//
//   dy (image, oy, ox, co)  → a row oy, transposed → (ox, co, image)
//   sums (iy, ix, image)    → transposed           → dx (image, iy, ix)
//
// A work-item computes LANES images, a row of dy at a time, which stays in the L1 cache. A register
// tile is TILE_M pixels of a row of dx that lie STRIDE apart.
//
// Index map: item → LANES images. The last item may have fewer; it reads its last image again in
// place of missing ones. LANES divides CO and the number of pixels of dx.

#include "conv2d_shape.cl"
#include "register_tile.cl"
#include "epilogue.cl"

#define DX_IMAGE (HEIGHT * WIDTH)  // floats in an image of dx

// Packs a row of dy of the images into vectors of images.
static OUT_OF_LINE void pack_images(const int images, __global const float *restrict dy,
                                    floats row[OUT_WIDTH * CO]) {
  for (int k = 0; k < OUT_WIDTH * CO; k += LANES) {
    floats block[LANES];
    UNROLL for (int i = 0; i < LANES; ++i)
      block[i] = LOAD(dy + min(i, images - 1) * Y_IMAGE + k);
    transpose(block);
    UNROLL for (int i = 0; i < LANES; ++i) row[k + i] = block[i];
  }
}

// Adds a tap to `pixels` pixels, at most TILE_M, from `sums`; dy points at the pixel that the first
// of them meets.
static OUT_OF_LINE void add_tap(const int pixels, __global const float *restrict w,
                                const floats *restrict dy, floats *restrict sums) {
  const floats *pixel[TILE_M];
  floats sum[TILE_M];
  UNROLL for (int i = 0; i < TILE_M; ++i) {
    pixel[i] = dy + min(i, pixels - 1) * CO;
    sum[i] = sums[min(i, pixels - 1) * STRIDE];
  }
  for (int k = 0; k < CO; ++k) {
    const floats tap = w[k];
    UNROLL for (int i = 0; i < TILE_M; ++i) sum[i] = fma(tap, pixel[i][k], sum[i]);
  }
  UNROLL for (int i = 0; i < TILE_M; ++i) if (i < pixels) sums[i * STRIDE] = sum[i];
}

// Adds a row of dy to a row of dx through the row `w` of taps. For each pixel of dx, taps come in
// descending order, so pixels of dy come in ascending order.
static OUT_OF_LINE void add_row(__global const float *restrict w, const floats *restrict dy,
                                floats *restrict sums) {
  for (int kw = KERNEL - 1; kw >= 0; --kw) {
    const int shift = PADDING - kw;
    // The pixels begin … end − 1 of dy reach pixels of dx through the tap.
    const int begin = max(0, (shift + STRIDE - 1) / STRIDE);
    const int end = min(OUT_WIDTH, (WIDTH - 1 + shift + STRIDE) / STRIDE);
    for (int ox = begin; ox < end; ox += TILE_M)
      add_tap(min(TILE_M, end - ox), w + kw * CO, dy + ox * CO, sums + ox * STRIDE - shift);
  }
}

// Finishes the maps of the images.
static OUT_OF_LINE void store_images(const int images, const floats sums[DX_IMAGE],
                                     __global const float *restrict aux,
                                     __global float *restrict dx) {
  for (int n = 0; n < DX_IMAGE; n += LANES) {
    floats block[LANES];
    UNROLL for (int i = 0; i < LANES; ++i) block[i] = sums[n + i];
    transpose(block);
    for (int i = 0; i < images; ++i) {
      const int element = i * DX_IMAGE + n;
      STORE(FINISH(block[i], aux + element, 1.0f), dx + element);
    }
  }
}

__kernel ONE_WORK_ITEM void conv2d_one_channel(
    __global int *restrict counter, const int m,
    __global const float *restrict dy,     // (m, OUT_HEIGHT, OUT_WIDTH, CO)
    __global const float *restrict w,      // (KERNEL, KERNEL, 1, CO)
    __global const float *restrict aux,    // see epilogue.cl
    __global float *restrict dx) {         // (m, HEIGHT, WIDTH, 1)
  CLAIM_ITEM(item, counter)
  const int image = item * LANES, images = min(LANES, m - image);
  dy += image * Y_IMAGE; dx += image * DX_IMAGE;
  floats sums[DX_IMAGE], row[OUT_WIDTH * CO];
  for (int n = 0; n < DX_IMAGE; ++n) sums[n] = INITIAL_SCALAR(aux);
  // Rows of dy in descending order, so that rows of taps come in ascending order.
  for (int oy = OUT_HEIGHT - 1; oy >= 0; --oy) {
    pack_images(images, dy + oy * OUT_WIDTH * CO, row);
    for (int kh = 0; kh < KERNEL; ++kh) {
      const int iy = oy * STRIDE + kh - PADDING;
      if (iy >= 0 && iy < HEIGHT) add_row(w + kh * KERNEL * CO, row, sums + iy * WIDTH);
    }
  }
  store_images(images, sums, AUX(aux, image * DX_IMAGE, 0), dx);
}
