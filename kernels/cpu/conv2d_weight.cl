// The gradients of a convolution's weight and bias with register tiles, for CPUs.
//
//   conv2d_backward_weight   dW[kh, kw] = Σ xᵀ[oy S + kh − P, ox S + kw − P] dy[oy, ox]
//   sum_partials             dW = Σ partials over chunks
//   channel_sums             db = Σ dy over pixels, a part for each chunk of pixels
//
// The first sum runs over the pixels (oy, ox) and all images. Pixels outside x are zero.
//
// A tile is TILE_M channels of x by TILE_N channels of dy for one tap. A work-item packs IMAGES
// images of dy, COLUMN_TILES tiles at a time, and adds them to all tiles.
//
// Index map: item → chunk of CHUNK images. sum_partials and channel_sums have index maps of their
// own.

#ifndef CHUNK
#define CHUNK 16  // images per work-item (conv2d_backward_weight)
#endif
#ifndef IMAGES
#define IMAGES 4  // images that a tile adds while it is in registers (conv2d_backward_weight)
#endif
#ifndef COLUMN_TILES
#define COLUMN_TILES (CO / TILE_N)  // packed at once (conv2d_backward_weight)
#endif
#ifndef VECTORS
#define VECTORS 16  // vectors per work-item (sum_partials)
#endif
#include "conv2d_shape.cl"
#include "register_tile.cl"

// Columns of a packed row of x for the weight gradient. It has zeros to the left and right, so that
// each tap meets whole rows of dy.
#define PADDED_WIDTH (WIDTH + 2 * PADDING)

// Adds the products of `images` images to the tile of tap (kh, kw) at `sums`. Unless `adds`, it
// overwrites the tile.
static ALWAYS_INLINE void add_images(const int rows, const int images, const int kh, const int kw,
                                     const bool adds, float x[][PADDED_WIDTH][TILE_M],
                                     floats dy[][OUT_WIDTH][TILE_VECTORS],
                                     __global float *restrict sums) {
  // The rows top … bottom − 1 of dy meet the tap. NOTE: STRIDE is added before the division, which
  // rounds towards 0.
  const int top = max(0, (PADDING - kh + STRIDE - 1) / STRIDE);
  const int bottom = min(OUT_HEIGHT, (HEIGHT - 1 + PADDING - kh + STRIDE) / STRIDE);
  floats sum[TILE_M][TILE_VECTORS];
  FOR_TILE(i, j) sum[i][j] = i < rows && adds ? LOAD(sums + i * CO + j * LANES) : 0.0f;
  for (int image = 0; image < images; ++image)
    for (int oy = top; oy < bottom; ++oy) {
      float(*pixels)[TILE_M] = x[image * HEIGHT + oy * STRIDE + kh - PADDING] + kw;
      floats(*gradients)[TILE_VECTORS] = dy[image * OUT_HEIGHT + oy];
      ADD_OUTER_PRODUCTS(sum, rows, OUT_WIDTH, pixels[k * STRIDE][i], gradients[k][j])
    }
  FOR_TILE(i, j) if (i < rows) STORE(sum[i][j], sums + i * CO + j * LANES);
}

// Adds the products of `images` images to all tiles of `rows` input channels; x and sums point at
// the first of these.
static ALWAYS_INLINE void add_rows(const int rows, const int images, const bool adds,
                                   __global const float *restrict x,
                                   floats dy[][IMAGES * OUT_HEIGHT][OUT_WIDTH][TILE_VECTORS],
                                   __global float *restrict sums) {
  float packed[IMAGES * HEIGHT][PADDED_WIDTH][TILE_M];
  for (int row = 0; row < images * HEIGHT; ++row, x += WIDTH * CI)
    NO_VECTORIZE for (int ix = -PADDING; ix < WIDTH + PADDING; ++ix)
      UNROLL for (int i = 0; i < rows; ++i)
        packed[row][PADDING + ix][i] = ix >= 0 && ix < WIDTH ? x[ix * CI + i] : 0.0f;
  for (int n = 0; n < COLUMN_TILES; ++n)
    for (int tap = 0; tap < KERNEL * KERNEL; ++tap)
      add_images(rows, images, tap / KERNEL, tap % KERNEL, adds, packed, dy[n],
                 sums + tap * CI * CO + n * TILE_N);
}

// Adds the products of `images` images to all tiles.
static OUT_OF_LINE void add_channels(const int images, const bool adds,
                                     __global const float *restrict x,
                                     floats dy[][IMAGES * OUT_HEIGHT][OUT_WIDTH][TILE_VECTORS],
                                     __global float *restrict sums) {
  int ci = 0;
  for (; ci + TILE_M <= CI; ci += TILE_M)
    add_rows(TILE_M, images, adds, x + ci, dy, sums + ci * CO);
  if (ci < CI) add_rows(CI % TILE_M, images, adds, x + ci, dy, sums + ci * CO);
}

// Packs COLUMN_TILES column tiles of `images` images of dy.
static ALWAYS_INLINE void pack_columns(
    const int images, __global const float *restrict dy,
    floats packed[][IMAGES * OUT_HEIGHT][OUT_WIDTH][TILE_VECTORS]) {
  for (int n = 0; n < COLUMN_TILES; ++n)
    for (int row = 0; row < images * OUT_HEIGHT; ++row)
      for (int ox = 0; ox < OUT_WIDTH; ++ox)
        for (int j = 0; j < TILE_VECTORS; ++j)
          packed[n][row][ox][j] =
              LOAD(dy + (row * OUT_WIDTH + ox) * CO + n * TILE_N + j * LANES);
}

__kernel ONE_WORK_ITEM void conv2d_backward_weight(
    __global int *restrict counter, const int m,
    __global const float *restrict x,     // (m, HEIGHT, WIDTH, CI)
    __global const float *restrict dy,    // (m, OUT_HEIGHT, OUT_WIDTH, CO)
    __global float *restrict partials) {  // (chunks, KERNEL, KERNEL, CI, CO)
  CLAIM_ITEM(chunk, counter)
  const int first = chunk * CHUNK, end = min(m, first + CHUNK);
  partials += chunk * (KERNEL * KERNEL * CI * CO);
  floats packed[COLUMN_TILES][IMAGES * OUT_HEIGHT][OUT_WIDTH][TILE_VECTORS];
  for (int image = first; image < end; image += IMAGES) {
    const int images = min(IMAGES, end - image);
    for (int column = 0; column < CO; column += COLUMN_TILES * TILE_N) {
      pack_columns(images, dy + image * Y_IMAGE + column, packed);
      add_channels(images, image > first, x + image * X_IMAGE, packed, partials + column);
    }
  }
}

// Computes dw = Σ partials over chunks, in their order. Index map: work-item i → VECTORS vectors
// from i · VECTORS · LANES; the last work-item may have fewer.
__kernel void sum_partials(const uint count, const uint chunks,
                           __global const float *restrict partials,  // (chunks, count)
                           __global float *restrict dw) {            // (count)
  const uint first = get_global_id(0) * VECTORS * LANES;
  const uint end = min(first + VECTORS * LANES, count);
  for (uint i = first; i < end; i += LANES) {
    floats sum = 0.0f;
    for (uint chunk = 0; chunk < chunks; ++chunk) sum += LOAD(partials + chunk * count + i);
    STORE(sum, dw + i);
  }
}

// Adds each channel over `chunk` pixels. Index map: item → TILE_N channels (fastest) and chunk.
__kernel ONE_WORK_ITEM void channel_sums(__global int *restrict counter, const int pixels,
                                         const int chunk, const int channels,
                                         __global const float *restrict dy,    // (pixels, channels)
                                         __global float *restrict partials) {  // (chunks, channels)
  CLAIM_ITEM(item, counter)
  const int tiles = channels / TILE_N, channel = item % tiles * TILE_N;
  const int first = item / tiles * chunk, end = min(pixels, first + chunk);
  floats sums[TILE_VECTORS];
  UNROLL for (int j = 0; j < TILE_VECTORS; ++j) sums[j] = 0.0f;
  for (int p = first; p < end; ++p)
    UNROLL for (int j = 0; j < TILE_VECTORS; ++j)
      sums[j] += LOAD(dy + p * channels + channel + j * LANES);
  UNROLL for (int j = 0; j < TILE_VECTORS; ++j)
    STORE(sums[j], partials + item / tiles * channels + channel + j * LANES);
}
