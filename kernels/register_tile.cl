// The register-tile form, for CPU devices: a work-item works alone, and keeps a tile of TILE_M rows by
// TILE_N columns of a product of matrices in vector registers while it sums it.

#ifndef REGISTER_TILE_CL
#define REGISTER_TILE_CL

#include "vector.cl"

#ifndef TILE_M
#define TILE_M 6  // rows of a tile
#endif
#ifndef TILE_VECTORS
#define TILE_VECTORS 2  // vectors in a row of a tile
#endif

#define TILE_N (LANES * TILE_VECTORS)

#define ONE_WORK_ITEM __attribute__((reqd_work_group_size(1, 1, 1)))

// A launch's items are handed out one by one: there are twice as many groups, and each takes the next item that is left.
// `next` is 0 when a launch begins, and again when it has ended. NOTE: POCL gives the core that asks first half of a
// launch's groups, and the launch would wait for it where it is the slower one, as cores of a shared machine are at times
// (measured on two of them: products take 0.93 to 0.98 of the time). Who makes an item changes nothing in it.
#define TAKE_ITEM(item, next)                                     \
  const int item = atomic_inc(next), groups = get_num_groups(0);  \
  if (item == groups - 1) atomic_xchg(next, 0);                   \
  if (item >= groups / 2) return;

// For private memory that vectors are read from: without it POCL lets some of them lie across two lines of the cache.
#define CACHE_ALIGNED __attribute__((aligned(64)))

// For a function whose tile stays in registers only where it is inlined.
#define ALWAYS_INLINE inline __attribute__((always_inline))

// For a function that is much of a kernel. POCL compiles a kernel's own body three times, with all that is inlined into
// it, but such a function once (measured: gemm_nn takes it 0.22 s instead of 0.6). NOTE: work-item functions such as
// get_group_id would bring it into the kernel again.
#define OUT_OF_LINE __attribute__((noinline))

// A vector of a panel that is read a few times, and a call for what lies `ahead` floats behind it. NOTE: not by prefetch(),
// which does nothing in POCL. A CPU's address spaces are one; SPIR is code for no CPU yet.
#if defined(__SPIR__) || defined(__SPIR64__)
#define LOAD_AHEAD(pointer, ahead) LOAD(pointer)
#else
#define LOAD_AHEAD(pointer, ahead) \
  (__builtin_prefetch((const void *)(size_t)((pointer) + (ahead))), LOAD(pointer))
#endif

#define UNROLL _Pragma("unroll")
#define UNROLL_BY_4 _Pragma("unroll 4")
#define UNROLL_BY_8 _Pragma("unroll 8")

// Transposes a block of n by n floats: each turn is a perfect shuffle of its vectors.
#define DEFINE_TRANSPOSE(n)                                                            \
  static inline __attribute__((overloadable)) void transpose(float##n block[n]) {      \
    UNROLL for (int turn = 1; turn < n; turn *= 2) {                                   \
      float##n shuffled[n];                                                            \
      UNROLL for (int i = 0; i < n / 2; ++i) {                                         \
        shuffled[2 * i].even = block[i].lo;                                            \
        shuffled[2 * i].odd = block[i + n / 2].lo;                                     \
        shuffled[2 * i + 1].even = block[i].hi;                                        \
        shuffled[2 * i + 1].odd = block[i + n / 2].hi;                                 \
      }                                                                                \
      UNROLL for (int i = 0; i < n; ++i) block[i] = shuffled[i];                       \
    }                                                                                  \
  }
static inline __attribute__((overloadable)) void transpose(float block[1]) {}
DEFINE_TRANSPOSE(2)
DEFINE_TRANSPOSE(4)
DEFINE_TRANSPOSE(8)
DEFINE_TRANSPOSE(16)

// For a loop that copies short runs: LLVM would copy across its turns, by gathers and scatters (measured with AVX-512:
// without it gemm_tn takes 1.1 times as long).
#define TURN_BY_TURN _Pragma("clang loop vectorize(disable)")

// For all vectors of a tile, row i and vector j of it:
#define FOR_TILE(i, j) \
  UNROLL for (int i = 0; i < TILE_M; ++i) UNROLL for (int j = 0; j < TILE_VECTORS; ++j)

// Adds `depth` outer products to the first `rows` rows of a tile: sum[i][j] += Σ_k A B, where A is a float
// given by i and k, and B a vector given by k and j. NOTE: a macro, since A and B lie in private memory for
// some and in global memory for others, which OpenCL C 1.2 tells apart by type.
// NOTE: rows of A that lie far apart are reached through pointers made before. With row · K + k as the index,
// LLVM computes each address anew in every turn, and the kernels run at half their speed.
#define ADD_OUTER_PRODUCTS(sum, rows, depth, A, B)                                                \
  UNROLL_BY_4 for (int k = 0; k < (depth); ++k) {                                                 \
    floats b_vectors[TILE_VECTORS];                                                               \
    UNROLL for (int j = 0; j < TILE_VECTORS; ++j) b_vectors[j] = (B);                             \
    UNROLL for (int i = 0; i < (rows); ++i) {                                                     \
      const floats a_lanes = (A);                                                                 \
      UNROLL for (int j = 0; j < TILE_VECTORS; ++j)                                               \
        (sum)[i][j] = fma(a_lanes, b_vectors[j], (sum)[i][j]);                                    \
    }                                                                                             \
  }

#endif
