// The data of Winograd's minimal filtering: how maps are divided into tiles, and the transform of
// x (winograd.cl has the transforms of a line).
//
// A line of HEIGHT or WIDTH pixels is divided into runs: first FIVES_DOWN or FIVES_ACROSS runs of
// five, then runs of four. A tile is a run of rows by a run of columns.
//
// Data are ordered by point (i, j) of a tile, then by image, run of rows and run of columns. Point
// 6 of a line is one of runs of five only.
//
// A template: it has no include guard, as its functions depend on the settings of a variant.

#ifndef IMAGES
#define IMAGES 3  // images that a work-item transforms at once
#endif
#ifndef FIVES_DOWN
#define FIVES_DOWN 0  // runs of five rows
#endif
#ifndef FIVES_ACROSS
#define FIVES_ACROSS 0  // runs of five columns
#endif

#include "conv2d_shape.cl"
#include "winograd.cl"

#define RUNS(size, fives) ((fives) + ((size) - 5 * (fives) + 3) / 4)
#define RUNS_DOWN RUNS(HEIGHT, FIVES_DOWN)
#define RUNS_ACROSS RUNS(WIDTH, FIVES_ACROSS)
#define RUN_START(run, fives) (4 * (run) + min(run, fives))
#define LINE_POINTS (FIVES_DOWN + FIVES_ACROSS > 0 ? 7 : 6)
#define POINTS (LINE_POINTS * LINE_POINTS)

// Tiles of a point (i, j) in a map, the most tiles of a point, and room for those of IMAGES maps in
// full register tiles.
#define TILES_DOWN(i) ((i) < 6 ? RUNS_DOWN : FIVES_DOWN)
#define TILES_ACROSS(j) ((j) < 6 ? RUNS_ACROSS : FIVES_ACROSS)
#define POINT_TILES(point) (TILES_DOWN((point) / LINE_POINTS) * TILES_ACROSS((point) % LINE_POINTS))
#define MAP_TILES (RUNS_DOWN * RUNS_ACROSS)
#define IN_TILES(rows) (((rows) + TILE_M - 1) / TILE_M * TILE_M)
#define TILES IN_TILES(IMAGES * MAP_TILES)

// The place of run a of rows by run b of columns of an image among the tiles of point (i, j).
static inline int tile_place(const int image, const int i, const int a, const int j, const int b) {
  return (image * TILES_DOWN(i) + a) * TILES_ACROSS(j) + b;
}

// Floats of one point of the data. NOTE: padded by a cache line, since all points would share a
// cache set. Measured: without padding, transforms take up to three times as long.
#define CACHE_LINE 16
#define DATA_POINT (TILES * CI + CACHE_LINE)

// Computes the second half of Bᵀ d B, in rows, for a tile of `down` by `across` pixels.
static ALWAYS_INLINE void transform_rows(
    const int down, const int across, const int image, const int a, const int b,
    floats columns[MOST_POINTS][WIDTH + 8], float data[POINTS][DATA_POINT], const int c) {
  const int left = RUN_START(b, FIVES_ACROSS);
  for (int i = 0; i < down + 2; ++i) {
    floats row[MOST_POINTS];
    UNROLL for (int j = 0; j < across + 2; ++j) row[j] = columns[i][left + j];
    transform_bt(across, row);
    UNROLL for (int j = 0; j < across + 2; ++j)
      STORE(row[j], data[i * LINE_POINTS + j] + tile_place(image, i, a, j, b) * CI + c);
  }
}

// Computes Bᵀ d B of a run of `down` rows of an image: for all columns, then for all rows.
// `columns` is 0 outside the map.
static ALWAYS_INLINE void transform_band(
    const int down, const int image, const int a, __global const float *restrict x,
    floats columns[MOST_POINTS][WIDTH + 8], float data[POINTS][DATA_POINT]) {
  const int top = RUN_START(a, FIVES_DOWN) - 1;
  x += (image * HEIGHT + top) * WIDTH * CI;
  for (int c = 0; c < CI; c += LANES) {
    for (int j = 0; j < WIDTH; ++j) {
      floats column[MOST_POINTS];
      UNROLL for (int i = 0; i < down + 2; ++i) {
        const bool inside = top + i >= 0 && top + i < HEIGHT;
        column[i] = inside ? LOAD_AHEAD(x + (i * WIDTH + j) * CI + c, LANES) : (floats)0.0f;
      }
      transform_bt(down, column);
      UNROLL for (int i = 0; i < down + 2; ++i) columns[i][1 + j] = column[i];
    }
    for (int b = 0; b < FIVES_ACROSS; ++b)
      transform_rows(down, 5, image, a, b, columns, data, c);
    for (int b = FIVES_ACROSS; b < RUNS_ACROSS; ++b)
      transform_rows(down, 4, image, a, b, columns, data, c);
  }
}

// Computes Bᵀ d B of the images at x, into data[point][tile][CI].
static OUT_OF_LINE void transform_data(const int images, __global const float *restrict x,
                                       float data[POINTS][DATA_POINT]) {
  floats columns[MOST_POINTS][WIDTH + 8];
  for (int i = 0; i < MOST_POINTS; ++i)
    for (int j = 0; j < WIDTH + 8; ++j) columns[i][j] = 0.0f;
  for (int image = 0; image < images; ++image) {
    for (int a = 0; a < FIVES_DOWN; ++a) transform_band(5, image, a, x, columns, data);
    for (int a = FIVES_DOWN; a < RUNS_DOWN; ++a) transform_band(4, image, a, x, columns, data);
  }
}
