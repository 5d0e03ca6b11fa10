// The taps of 3×3 filters, for the kernels that transform them.
//
// A template: it has no include guard, as its functions depend on the settings of a variant.

#ifndef TRANSPOSED
#define TRANSPOSED 0  // 1: the filters of the data gradient
#endif

#define TAPS 9

// Loads the filters of LANES input channels from `ci`, for LANES output channels from `co`, into
// taps[tap][input channel]. A weight w is (3, 3, inputs, outputs), or (3, 3, outputs, inputs) if
// TRANSPOSED.
static ALWAYS_INLINE void load_taps(const int inputs, const int outputs, const int ci, const int co,
                                    __global const float *restrict w, floats taps[TAPS][LANES]) {
  const int row = TRANSPOSED ? co : ci, column = TRANSPOSED ? ci : co;
  const int rows = TRANSPOSED ? outputs : inputs, columns = TRANSPOSED ? inputs : outputs;
  for (int tap = 0; tap < TAPS; ++tap) {
    UNROLL for (int n = 0; n < LANES; ++n)
      taps[tap][n] = LOAD(w + (tap * rows + row + n) * columns + column);
    if (TRANSPOSED) transpose(taps[tap]);
  }
}
