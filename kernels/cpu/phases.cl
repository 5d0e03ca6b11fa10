// Points of maps for 3×3 convolutions of stride 2 and padding 1 by minimal filtering: their order,
// and those of input maps. conv2d_phases.cl explains them.
//
// A template: it has no include guard, as its functions depend on the settings of a variant.

#ifndef IMAGES
#define IMAGES 6  // images that a work-item transforms at once
#endif
#ifndef QUADS
#define QUADS 1  // runs of four outputs in a line of the smaller map; they come first
#endif
#ifndef TRIPLES
#define TRIPLES 1  // runs of three outputs
#endif
#ifndef CI
#define CI 128  // input channels
#endif
#ifndef CO
#define CO 256  // output channels
#endif
#ifndef TRANSPOSED
#define TRANSPOSED 0  // 1: the data gradient, from the smaller map to the larger
#endif

#define N (4 * QUADS + 3 * TRIPLES)    // rows and columns of the smaller map
#define IN (TRANSPOSED ? N : 2 * N)    // of the input map
#define OUT (TRANSPOSED ? 2 * N : N)   // of the output map
#define RUNS (QUADS + TRIPLES)
#define FILTERS 6                      // in one dimension
#define POINTS (N + 4 * RUNS + QUADS)  // products per line

// The points of a line are ordered by filter: those of filter f begin at first_point(f).
static inline int first_point(const int f) { return f == 0 ? 0 : N + (f - 1) * RUNS; }
static inline int point_count(const int f) { return f == 0 ? N : f == 5 ? QUADS : RUNS; }

// The first place of a pair of filters. Products of a map are ordered by pair of filters.
static inline int first_place(const int f, const int g) {
  return first_point(f) * POINTS + point_count(f) * first_point(g);
}

// Computes the place of each pair of points.
static inline void find_places(ushort place[POINTS][POINTS]) {
  for (int f = 0; f < FILTERS; ++f)
    for (int g = 0; g < FILTERS; ++g)
      for (int a = 0; a < point_count(f); ++a)
        for (int b = 0; b < point_count(g); ++b)
          place[first_point(f) + a][first_point(g) + b] =
              first_place(f, g) + a * point_count(g) + b;
}

// Computes the points of an input line.
static ALWAYS_INLINE void split(const floats line[IN], floats points[POINTS]) {
  UNROLL for (int o = 0; o < N; ++o) points[o] = TRANSPOSED ? line[o] : line[2 * o];
  UNROLL for (int run = 0; run < RUNS; ++run) {
    const int start = run < QUADS ? 4 * run : 3 * run + QUADS, outputs = run < QUADS ? 4 : 3;
    floats d[5];
    UNROLL for (int k = 0; k < outputs + 1; ++k) {
      const int at = TRANSPOSED ? start + k : 2 * (start + k) - 1;
      d[k] = at >= 0 && at < IN ? line[at] : (floats)0.0f;
    }
    floats *p = points + N + run;
    if (outputs == 4) {
      const floats odd = d[3] - d[1];
      p[0] = d[0] - d[2] + 0.5f * odd;
      p[RUNS] = d[1] + 0.5f * (d[2] - d[3]);
      p[2 * RUNS] = 0.5f * d[2] - (2.0f * d[1] + d[3]) / 6.0f;
      p[3 * RUNS] = d[4] - d[2] - 2.0f * odd;
      p[4 * RUNS] = odd / 6.0f;
    } else {
      p[0] = d[0] - d[2];
      p[RUNS] = 0.5f * (d[2] + d[1]);
      p[2 * RUNS] = 0.5f * (d[2] - d[1]);
      p[3 * RUNS] = d[3] - d[1];
    }
  }
}

// Computes the points of the images at x, for `channels` channels, into data[place][stride][row].
static ALWAYS_INLINE void split_channels(const int images, const int channels, const int stride,
                                         const int row, ushort place[POINTS][POINTS],
                                         __global const float *restrict x, float *restrict data) {
  for (int n = 0; n < images * channels; n += LANES) {
    const int image = n / channels, c = n % channels;
    __global const float *map = x + image * IN * IN * CI + c;
    floats half_done[POINTS][IN];
    for (int j = 0; j < IN; ++j) {
      floats column[IN], points[POINTS];
      UNROLL for (int i = 0; i < IN; ++i) column[i] = LOAD_AHEAD(map + (i * IN + j) * CI, LANES);
      split(column, points);
      UNROLL for (int p = 0; p < POINTS; ++p) half_done[p][j] = points[p];
    }
    for (int p = 0; p < POINTS; ++p) {
      floats points[POINTS];
      split(half_done[p], points);
      for (int q = 0; q < POINTS; ++q)
        STORE(points[q], data + (place[p][q] * stride + image) * row + c);
    }
  }
}
