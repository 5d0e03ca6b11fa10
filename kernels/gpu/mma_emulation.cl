// The instructions of tensor_core.cl in plain OpenCL C (INSTRUCTIONS EMULATED), so that tests run
// its kernels on any device:
//
//   D[row][column] += Σ_k A[row][k] B[k][column]
//
// It is written only from the PTX ISA: "Matrix Fragments for mma.m16n8k8 with .tf32", "Matrix
// Fragments for mma.m16n8k16 with floating point type", and cvt. The work-items of a warp share
// their registers in local memory. Then each computes the numbers of D that the instruction returns
// to it.
//
//   groupID = lane / 4, threadID_in_group = lane % 4
//
//   TF32, m16n8k8
//     A     a0 … a3: row groupID for a0, a2, else groupID + 8;
//           column threadID_in_group for a0, a1, else threadID_in_group + 4
//     B     b0, b1: row threadID_in_group for b0, else threadID_in_group + 4; column groupID
//   BF16, m16n8k16, two numbers per register, the first in the lower bits
//     A     a0 … a7: row groupID for a0, a1, a4, a5, else groupID + 8;
//           column threadID_in_group · 2 + (i & 1) for a0 … a3, else 8 more
//     B     b0 … b3: row threadID_in_group · 2 + (i & 1) for b0, b1, else 8 more; column groupID
//   both
//     C, D  c0 … c3: row groupID for c0, c1, else groupID + 8;
//           column threadID_in_group · 2 + (i & 1)

#ifndef MMA_EMULATION_CL
#define MMA_EMULATION_CL

// cvt.rna.tf32.f32: rounds to 10 bits of mantissa, ties away from zero. All NaNs become one NaN.
static inline uint to_tf32(const float number) {
  return isnan(number) ? 0x7fffe000u : (as_uint(number) + 0x1000u) & 0xffffe000u;
}

// cvt.rn.bf16.f32: rounds to 7 bits of mantissa, ties to even.
static inline uint to_bf16(const float number) {
  const uint bits = as_uint(number);
  return isnan(number) ? 0x7fffu : (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
}

// Returns element (row, column) of a warp's A; `a` points at register 0 of its lane 0, and a lane
// has `stride` registers. The bits of a register that a tensor core ignores are cleared.
static inline float mma_a_TF32(__local const uint *a, const int stride, const int row,
                               const int column) {
  const int lane = row % 8 * 4 + column % 4;
  return as_float(a[lane * stride + row / 8 + column / 4 * 2] & 0xffffe000u);
}
static inline float mma_a_BF16(__local const uint *a, const int stride, const int row,
                               const int column) {
  const int lane = row % 8 * 4 + column % 8 / 2;
  return as_float(a[lane * stride + row / 8 + column / 8 * 2] >> column % 2 * 16 << 16);
}

// Returns element (row, column) of a warp's B.
static inline float mma_b_TF32(__local const uint *b, const int stride, const int row,
                               const int column) {
  return as_float(b[(column * 4 + row % 4) * stride + row / 4] & 0xffffe000u);
}
static inline float mma_b_BF16(__local const uint *b, const int stride, const int row,
                               const int column) {
  return as_float(b[(column * 4 + row % 8 / 2) * stride + row / 8] >> row % 2 * 16 << 16);
}

// NOTE: unrolled loops take POCL several times as long to compile.
#define unroll_EMULATED() _Pragma("nounroll")

// The registers of all work-items of a group, in local memory.
#define declare_fragments_EMULATED() \
  __local uint a_fragments[ITEMS][ITEM_M / 2][4], b_fragments[ITEMS][ITEM_N / 2][2];

#define share_fragments_EMULATED(a, b)                                                        \
  for (int i = 0; i < ITEM_M / 2; ++i)                                                        \
    for (int r = 0; r < 4; ++r) a_fragments[get_local_id(0)][i][r] = a[i][r];                 \
  for (int j = 0; j < ITEM_N / 2; ++j)                                                        \
    for (int r = 0; r < 2; ++r) b_fragments[get_local_id(0)][j][r] = b[j][r];                 \
  barrier(CLK_LOCAL_MEM_FENCE);

#define drop_fragments_EMULATED() barrier(CLK_LOCAL_MEM_FENCE);

#define mma_EMULATED(d, a, i, b, j)                                                           \
  {                                                                                           \
    const int lane = get_local_id(0) % 32, first = get_local_id(0) - lane;                    \
    for (int number = 0; number < 4; ++number) {                                              \
      const int d_row = lane / 4 + number / 2 * 8, d_column = lane % 4 * 2 + number % 2;      \
      for (int l = 0; l < MMA_K; ++l)                                                         \
        d[number] = fma(                                                                      \
            CONCAT(mma_a_, PRECISION)(a_fragments[first][i], ITEM_M / 2 * 4, d_row, l),       \
            CONCAT(mma_b_, PRECISION)(b_fragments[first][j], ITEM_N / 2 * 2, l, d_column),    \
            d[number]);                                                                       \
    }                                                                                         \
  }

#define round_tf32_EMULATED(number) number = as_float(to_tf32(number));
#define pack_bf16_EMULATED(to, upper, lower) to = to_bf16(upper) << 16 | to_bf16(lower);

#endif
