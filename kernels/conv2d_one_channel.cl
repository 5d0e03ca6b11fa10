// The data gradient of a convolution of maps with one channel, which is the forward pass of a transposed one to one
// channel, in the register-tile form: for CPU devices.
//
//   dx[iy, ix] = Σ dy[(iy + P − kh) / S, (ix + P − kw) / S] · w[kh, kw]
//
// As conv2d_backward_input of conv2d.cl, with its sums in its order, to the bit: there a tile's vectors hold channels of dx,
// and a single channel would fill one lane. Here they hold LANES images.
//
//   dy (image, oy, ox, co)  → a row oy transposed → (ox, co, image)     A work-item takes LANES images through all of it,
//   sums (iy, ix, image)    → transposed          → dx (image, iy, ix)  a row of dy at a time, which stays in the first
//                                                                       cache. A register tile is TILE_M pixels of
//                                                                       a row of dx that lie STRIDE apart.
//
// Index map: item → LANES images; the last may have fewer, and takes its last one again in place of those missing. LANES
// divides CO, and the pixels of dx.

#ifndef HEIGHT
#define HEIGHT 28  // rows of dx
#endif
#ifndef WIDTH
#define WIDTH 28  // columns of dx
#endif
#ifndef OUT_HEIGHT
#define OUT_HEIGHT 14  // rows of dy
#endif
#ifndef OUT_WIDTH
#define OUT_WIDTH 14  // columns of dy
#endif
#ifndef CO
#define CO 32  // channels of dy
#endif
#ifndef KERNEL
#define KERNEL 3  // rows and columns of taps, K
#endif
#ifndef STRIDE
#define STRIDE 2  // S
#endif
#ifndef PADDING
#define PADDING 1  // rows and columns of zeros around x, P
#endif

#include "register_tile.cl"
#include "epilogue.cl"

#define DX_IMAGE (HEIGHT * WIDTH)              // floats in an image of dx
#define DY_IMAGE (OUT_HEIGHT * OUT_WIDTH * CO)  // floats in an image of dy

// What all sums begin with.
#define FIRST_OF_ALL(aside) CONCAT(first_of_all_, EPILOGUE)(aside)
#define first_of_all_OUTPUT(bias) (*(bias))
#define first_of_all_GRADIENT(x) 0.0f

// A row of dy of the images, into vectors of them.
static OUT_OF_LINE void pack_images(const int images, __global const float *restrict dy,
                                    floats row[OUT_WIDTH * CO]) {
  for (int k = 0; k < OUT_WIDTH * CO; k += LANES) {
    floats block[LANES];
    UNROLL for (int i = 0; i < LANES; ++i) block[i] = LOAD(dy + min(i, images - 1) * DY_IMAGE + k);
    transpose(block);
    UNROLL for (int i = 0; i < LANES; ++i) row[k + i] = block[i];
  }
}

// Adds a tap to `pixels` pixels, at most TILE_M, from `sums` on; dy points at the pixel that the first of them meets.
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

// Adds what a row of dy gives to a row of dx through the taps `w` of a row. Taps that meet the same pixels of dx come in
// falling order, as their pixels of dy do in rising order.
static OUT_OF_LINE void add_row(__global const float *restrict w, const floats *restrict dy,
                                floats *restrict sums) {
  for (int kw = KERNEL - 1; kw >= 0; --kw) {
    const int shift = PADDING - kw;
    // The first pixel of dy that the tap takes into dx, and the one behind the last.
    const int begin = max(0, (shift + STRIDE - 1) / STRIDE);
    const int end = min(OUT_WIDTH, (WIDTH - 1 + shift + STRIDE) / STRIDE);
    for (int ox = begin; ox < end; ox += TILE_M)
      add_tap(min(TILE_M, end - ox), w + kw * CO, dy + ox * CO, sums + ox * STRIDE - shift);
  }
}

// Ends the images' maps.
static OUT_OF_LINE void store_images(const int images, const floats sums[DX_IMAGE],
                                     __global const float *restrict aside,
                                     __global float *restrict dx) {
  for (int n = 0; n < DX_IMAGE; n += LANES) {
    floats block[LANES];
    UNROLL for (int i = 0; i < LANES; ++i) block[i] = sums[n + i];
    transpose(block);
    for (int i = 0; i < images; ++i) {
      const int element = i * DX_IMAGE + n;
      STORE(FINISH(block[i], aside + element, 1.0f), dx + element);
    }
  }
}

__kernel ONE_WORK_ITEM void conv2d_one_channel(
    __global int *restrict next, const int m,
    __global const float *restrict dy,     // (m, OUT_HEIGHT, OUT_WIDTH, CO)
    __global const float *restrict w,      // (KERNEL, KERNEL, 1, CO)
    __global const float *restrict aside,  // see epilogue.cl
    __global float *restrict dx) {         // (m, HEIGHT, WIDTH, 1)
  TAKE_ITEM(item, next)
  const int image = item * LANES, images = min(LANES, m - image);
  dy += image * DY_IMAGE; dx += image * DX_IMAGE;
  floats sums[DX_IMAGE], row[OUT_WIDTH * CO];
  for (int n = 0; n < DX_IMAGE; ++n) sums[n] = FIRST_OF_ALL(aside);
  // Rows of dy in falling order, so that rows of taps come in rising order.
  for (int oy = OUT_HEIGHT - 1; oy >= 0; --oy) {
    pack_images(images, dy + oy * OUT_WIDTH * CO, row);
    for (int kh = 0; kh < KERNEL; ++kh) {
      const int iy = oy * STRIDE + kh - PADDING;
      if (iy >= 0 && iy < HEIGHT) add_row(w + kh * KERNEL * CO, row, sums + iy * WIDTH);
    }
  }
  store_images(images, sums, ASIDE(aside, image * DX_IMAGE, 0), dx);
}
