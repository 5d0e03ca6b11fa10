// Two-dimensional convolutions with work-group tiles, for GPUs, with or without tensor cores.
//
//   conv2d_forward           y[oy, ox] = Σ x[oy S + kh − P, ox S + kw − P] W[kh, kw]
//   conv2d_backward_input    dx[iy, ix] = Σ dy[(iy + P − kh) / S, (ix + P − kw) / S] Wᵀ[kh, kw]
//   conv2d_backward_weight   dW[kh, kw] = Σ xᵀ[oy S + kh − P, ox S + kw − P] dy[oy, ox]
//
// Each is an implicit product of matrices: the operands are not stored as matrices. The row, column
// and k of an element give its place in a map, and elements outside the map are zero. The first two
// end with an epilogue (epilogue.cl). conv2d.cl explains how transposed convolutions use all three.
//
//                            rows, m               columns, n   summed over, k
//   conv2d_forward           pixels of all y       CO           taps, CI
//   conv2d_backward_input    pixels of all dx *    CI           taps *, CO
//   conv2d_backward_weight   taps, CI              CO           pixels of all y
//
//   * A pixel of dx meets only every STRIDEth tap, and its position decides which. So each phase,
//     the pixels STRIDE apart from (py, px), is a product of its own over its own taps.
//
// Index map: group 0 → column tile, group 1 → row tile, group 2 → part of k; in
// conv2d_backward_input group 2 → phase · parts + part of k.
//
// READ_LANES divides CI and CO.

#include "conv2d_shape.cl"
#include "group_tile.cl"

#define Y_PIXELS (OUT_HEIGHT * OUT_WIDTH)

// Returns the vector of x for a tap and channel at a pixel of all images of y; zeros outside x.
static inline operands x_at(const bool inside, const int pixel, const int tap_channel,
                            __global const float *restrict x) {
  const int image = pixel / Y_PIXELS, oy = pixel % Y_PIXELS / OUT_WIDTH, ox = pixel % OUT_WIDTH;
  const int tap = tap_channel / CI, ci = tap_channel % CI;
  const int iy = oy * STRIDE + tap / KERNEL - PADDING, ix = ox * STRIDE + tap % KERNEL - PADDING;
  return LOAD_INSIDE(inside && iy >= 0 && iy < HEIGHT && ix >= 0 && ix < WIDTH,
                     x + ((image * HEIGHT + iy) * WIDTH + ix) * CI + ci);
}

#define FORWARD_A(place, l) x_at(row + (place) < m && (l) < end, row + (place), l, x)
#define FORWARD_B(place, l) \
  LOAD_INSIDE(column + (place) < CO && (l) < end, w + (l) * CO + column + (place))

__kernel ONE_GROUP void conv2d_forward(
    const int images, const int part,
    __global const float *restrict x,      // (images, HEIGHT, WIDTH, CI)
    __global const float *restrict w,      // (KERNEL, KERNEL, CI, CO)
    __global const float *restrict aux,    // see epilogue.cl
    __global float *restrict y             // (images, OUT_HEIGHT, OUT_WIDTH, CO), or (parts, …)
    DROPOUT_PARAMETERS) {
  DECLARE_TILES
  FIND_TILE(KERNEL * KERNEL * CI)
  const int m = images * Y_PIXELS;
  floats sum[ITEM_M][VECTORS_N];
  MULTIPLY(sum, begin, end, ALONG_K, FORWARD_A, ALONG_TILE, FORWARD_B, NOTHING)
  FOR_ITEM(i, j) {
    const int pixel = row + ITEM_ROW(i), co = column + ITEM_COLUMN(j);
    if (pixel < m && co < CO)
      FINISH_VECTOR(sum[i][j], get_group_id(2), m * CO, pixel / Y_PIXELS, pixel * CO, co, y)
  }
}

// Pixels in a row of a phase, and in a phase. NOTE: all phases have the same size. If STRIDE does
// not divide the map, the last pixels of some phases are outside it.
#define PHASE_WIDTH ((WIDTH + STRIDE - 1) / STRIDE)
#define PHASE_PIXELS ((HEIGHT + STRIDE - 1) / STRIDE * PHASE_WIDTH)

// The taps of a phase in one dimension lie STRIDE apart: the first of them, and their number.
#define FIRST_TAP(phase) (((phase) + PADDING) % STRIDE)
#define TAPS(first) ((KERNEL - (first) + STRIDE - 1) / STRIDE)

// The row and column of a phase's pixel in the map.
#define PHASE_Y(pixel, py) ((pixel) % PHASE_PIXELS / PHASE_WIDTH * STRIDE + (py))
#define PHASE_X(pixel, px) ((pixel) % PHASE_WIDTH * STRIDE + (px))

// The row and column of a phase's tap in the kernel. NOTE: if KERNEL < STRIDE, some phases have no
// tap, and a division by their number would end a CPU's process.
#define ROW_TAPS(px) max(1, TAPS(FIRST_TAP(px)))
#define TAP_Y(tap, py, px) (FIRST_TAP(py) + (tap) / ROW_TAPS(px) * STRIDE)
#define TAP_X(tap, px) (FIRST_TAP(px) + (tap) % ROW_TAPS(px) * STRIDE)

// Returns the vector of dy for a phase's tap and channel at a pixel of the phase; zeros outside dy.
static inline operands dy_at(const bool inside, const int py, const int px, const int pixel,
                             const int tap_channel, __global const float *restrict dy) {
  const int tap = tap_channel / CO, co = tap_channel % CO;
  const int kh = TAP_Y(tap, py, px), kw = TAP_X(tap, px);
  const int top = PHASE_Y(pixel, py) + PADDING - kh, left = PHASE_X(pixel, px) + PADDING - kw;
  const int image = pixel / PHASE_PIXELS, oy = top / STRIDE, ox = left / STRIDE;
  return LOAD_INSIDE(inside && top >= 0 && oy < OUT_HEIGHT && left >= 0 && ox < OUT_WIDTH,
                     dy + ((image * OUT_HEIGHT + oy) * OUT_WIDTH + ox) * CO + co);
}

// Returns the vector of weights for the same tap: channels co of input channel ci.
static inline operands w_at(const bool inside, const int py, const int px, const int ci,
                            const int tap_channel, __global const float *restrict w) {
  const int tap = tap_channel / CO, co = tap_channel % CO;
  const int kh = TAP_Y(tap, py, px), kw = TAP_X(tap, px);
  return LOAD_INSIDE(inside, w + ((kh * KERNEL + kw) * CI + ci) * CO + co);
}

#define BACKWARD_A(place, l) dy_at(row + (place) < m && (l) < end, py, px, row + (place), l, dy)
#define BACKWARD_B(place, l) \
  w_at(column + (place) < CI && (l) < end, py, px, column + (place), l, w)

__kernel ONE_GROUP void conv2d_backward_input(
    const int images, const int parts, const int part,
    __global const float *restrict dy,     // (images, OUT_HEIGHT, OUT_WIDTH, CO)
    __global const float *restrict w,      // (KERNEL, KERNEL, CI, CO)
    __global const float *restrict aux,    // see epilogue.cl
    __global float *restrict dx            // (images, HEIGHT, WIDTH, CI), or (parts, …)
    DROPOUT_PARAMETERS) {
  DECLARE_TILES
  const int row = get_group_id(1) * GROUP_M, column = get_group_id(0) * GROUP_N;
  const int phase = get_group_id(2) / parts, number = get_group_id(2) % parts;
  const int py = phase / STRIDE, px = phase % STRIDE, m = images * PHASE_PIXELS;
  const int k = TAPS(FIRST_TAP(py)) * TAPS(FIRST_TAP(px)) * CO;
  const int begin = number * part, end = min(k, begin + part);
  floats sum[ITEM_M][VECTORS_N];
  MULTIPLY(sum, begin, end, ALONG_K, BACKWARD_A, ALONG_K, BACKWARD_B, NOTHING)
  FOR_ITEM(i, j) {
    const int pixel = row + ITEM_ROW(i), ci = column + ITEM_COLUMN(j);
    const int image = pixel / PHASE_PIXELS, iy = PHASE_Y(pixel, py), ix = PHASE_X(pixel, px);
    if (pixel < m && iy < HEIGHT && ix < WIDTH && ci < CI)
      FINISH_VECTOR(sum[i][j], number, images * HEIGHT * WIDTH * CI, image,
                    ((image * HEIGHT + iy) * WIDTH + ix) * CI, ci, dx)
  }
}

#define WEIGHT_A(place, l) x_at(row + (place) < m && (l) < end, l, row + (place), x)
#define WEIGHT_B(place, l) \
  LOAD_INSIDE(column + (place) < CO && (l) < end, dy + (l) * CO + column + (place))

__kernel ONE_GROUP void conv2d_backward_weight(
    const int images, const int part,
    __global const float *restrict x,   // (images, HEIGHT, WIDTH, CI)
    __global const float *restrict dy,  // (images, OUT_HEIGHT, OUT_WIDTH, CO)
    __global float *restrict c,         // dw (KERNEL, KERNEL, CI, CO), or (parts, dw with sums)
    __global float *restrict sums) {    // of dy's channels (CO), used if COLUMN_SUMS and not SPLIT
  DECLARE_TILES
  FIND_TILE(images * Y_PIXELS)
  const int m = KERNEL * KERNEL * CI, n = CO;
  floats sum[ITEM_M][VECTORS_N];
  operands column_sum = 0.0f;
  MULTIPLY(sum, begin, end, ALONG_TILE, WEIGHT_A, ALONG_TILE, WEIGHT_B, ADD_COLUMNS)
  STORE_GRADIENT(sum, column_sum)
}
