// Register tiles, for CPUs. A work-item keeps a tile of TILE_M rows by TILE_N columns of a product
// of matrices in vector registers while it sums
//
//   tile[i][j] += Σ_k A[i][k] B[k][j]

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

// Claims the launch's next item from a shared counter. Twice as many work-groups as items are
// launched, and the first half of them to claim get an item each. The counter is 0 before and after
// a launch. The bits of an item do not depend on the work-group that computes it.
// NOTE: POCL assigns the first half of a launch's groups to the core that asks first. If that core
// is the slower one, as happens on a shared machine, the launch would wait for it. Measured on two
// such cores: products take 0.93 to 0.98 of the time.
#define CLAIM_ITEM(item, counter)                                    \
  const int item = atomic_inc(counter), groups = get_num_groups(0);  \
  if (item == groups - 1) atomic_xchg(counter, 0);                   \
  if (item >= groups / 2) return;

// Alignment of private memory that vectors are read from. Without it POCL lets some vectors span
// two cache lines.
#define CACHE_ALIGNED __attribute__((aligned(64)))

// Marks a function whose tile stays in registers only if it is inlined.
#define ALWAYS_INLINE inline __attribute__((always_inline))

// Marks a function that is a large part of a kernel. POCL compiles a kernel's body three times,
// with everything inlined into it, but such a function once. Measured: gemm_nn compiles in 0.22 s
// instead of 0.6 s. NOTE: POCL inlines it anyway if it calls a work-item function such as
// get_group_id.
#define OUT_OF_LINE __attribute__((noinline))

// Prefetches the cache line of a float. NOTE: prefetch() does nothing in POCL. The cast is valid on
// CPUs, which have a single address space. SPIR code is not yet specific to a CPU.
#if defined(__SPIR__) || defined(__SPIR64__)
#define PREFETCH(pointer) ((void)0)
#else
#define PREFETCH(pointer) __builtin_prefetch((const void *)(size_t)(pointer))
#endif

// Loads a vector of a panel, and prefetches the one `ahead` floats later.
#define LOAD_AHEAD(pointer, ahead) (PREFETCH((pointer) + (ahead)), LOAD(pointer))

#define UNROLL _Pragma("unroll")
#define UNROLL_BY_4 _Pragma("unroll 4")
#define UNROLL_BY_8 _Pragma("unroll 8")

// Transposes a block of n by n floats in log₂ n perfect shuffles of its vectors.
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

// Marks a loop around short copies. LLVM would vectorize it across iterations, with gathers and
// scatters. Measured with AVX-512: gemm_tn would take 1.1 times as long.
#define NO_VECTORIZE _Pragma("clang loop vectorize(disable)")

// Loops over the vectors of a tile: row i, vector j.
#define FOR_TILE(i, j) \
  UNROLL for (int i = 0; i < TILE_M; ++i) UNROLL for (int j = 0; j < TILE_VECTORS; ++j)

// Adds `depth` outer products to the first `rows` rows of a tile: sum[i][j] += Σ_k A B. A is a
// float that depends on i and k, B a vector that depends on k and j.
// NOTE: a macro, since A and B lie in private memory in some kernels and in global memory in
// others, and these are different types in OpenCL C 1.2.
// NOTE: rows of A that lie far apart are read through pointers computed before the loop. With the
// index row · K + k LLVM computes each address in every iteration, at half the speed.
#define ADD_OUTER_PRODUCTS(sum, rows, depth, A, B)                                            \
  UNROLL_BY_4 for (int k = 0; k < (depth); ++k) {                                             \
    floats b_vectors[TILE_VECTORS];                                                           \
    UNROLL for (int j = 0; j < TILE_VECTORS; ++j) b_vectors[j] = (B);                         \
    UNROLL for (int i = 0; i < (rows); ++i) {                                                 \
      const floats a_lanes = (A);                                                             \
      UNROLL for (int j = 0; j < TILE_VECTORS; ++j)                                           \
        (sum)[i][j] = fma(a_lanes, b_vectors[j], (sum)[i][j]);                                \
    }                                                                                         \
  }

#endif
