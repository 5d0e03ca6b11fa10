// Work-group tiles on NVIDIA's tensor cores (group_tile.cl with MULTIPLIER MMA):
//
//   D += A B for fragments of 16 rows by 8 columns, which the 32 work-items of a warp hold together
//
// Numbers are rounded to PRECISION before they are multiplied, and summed in float32:
//
//   TF32   mma.m16n8k8    8 bits of exponent, 10 of mantissa
//   BF16   mma.m16n8k16   8 bits of exponent,  7 of mantissa, two numbers per register
//
// A warp computes 8 ITEM_M rows by 4 ITEM_N columns of the group's tile. Lane 4 g + t of a warp
// holds these numbers of a fragment (PTX ISA, "Matrix Fragments for mma.m16n8k8" and "…
// mma.m16n8k16"):
//
//   A   registers 0 … 3   rows g, g + 8, g, g + 8   first half of k for 0 and 1, second for 2 and 3
//   B   registers 0, 1    column g                  first half of k for 0, second for 1
//   D   numbers 0 … 3     rows g, g, g + 8, g + 8   columns 2 t, 2 t + 1, 2 t, 2 t + 1
//
// The order of k is arbitrary if A and B have the same one. Here lane t takes rows t, t + 4, … of
// both slices in local memory, so the reads of a warp have no bank conflicts. A vector along k is
// written to rows GROUP_K / READ_LANES apart (TILE_ROW), so the writes have few conflicts.

#ifndef TENSOR_CORE_CL
#define TENSOR_CORE_CL

#include "vector.cl"
#include "mma_emulation.cl"

#ifndef PRECISION
#define PRECISION TF32  // or BF16
#endif
#ifndef INSTRUCTIONS
#define INSTRUCTIONS PTX  // or EMULATED, for tests
#endif

#define WARP_LANE ((int)get_local_id(0) % 32)
#define WARP_NUMBER ((int)get_local_id(0) / 32)
#define WARPS_N (GROUP_N / (4 * ITEM_N))  // warps in a row of the tile

// The position of a work-item in the group's tile: its row i, and the first column of its vector j
// of one or two numbers.
#define item_row_MMA(i) ((WARP_NUMBER / WARPS_N * ITEM_M + (i)) * 8 + WARP_LANE / 4)
#define item_column_MMA(j) \
  (WARP_NUMBER % WARPS_N * 4 * ITEM_N + (j) * LANES / 2 * 8 + WARP_LANE % 4 * 2 + (j) * LANES % 2)

// The column of B that a work-item holds of fragment j.
#define FRAGMENT_COLUMN(j) (WARP_NUMBER % WARPS_N * 4 * ITEM_N + (j) * 8 + WARP_LANE / 4)

// Padding that places rows t of a slice 8 banks apart, of 32.
#define padding_MMA 8
#define tile_row_MMA(k) ((k) % READ_LANES * (GROUP_K / READ_LANES) + (k) / READ_LANES)

// Numbers 0 and 1 of fragment j in a row of a work-item's vectors.
#define IN_FRAGMENT(row_sums, j, number) CONCAT(in_fragment_, LANES)(row_sums, j, number)
#define in_fragment_1(row_sums, j, number) (row_sums)[2 * (j) + (number)]
#define in_fragment_2(row_sums, j, number) (row_sums)[j].s##number

// A loop that a GPU unrolls, which keeps the numbers in registers.
#define UNROLLED(i, count) CONCAT(unroll_, INSTRUCTIONS)() for (int i = 0; i < (count); ++i)

// Adds the product of two slices in local memory.
#define multiply_slice_MMA(sum, a_slice, b_slice)                                             \
  UNROLLED(step, GROUP_K / MMA_K) {                                                           \
    uint a[ITEM_M / 2][4], b[ITEM_N / 2][2];                                                  \
    UNROLLED(i, ITEM_M / 2)                                                                   \
      UNROLLED(r, 4) FRAGMENT(a[i][r], a_slice, step, r / 2, ITEM_ROW(2 * i + r % 2))         \
    UNROLLED(j, ITEM_N / 2)                                                                   \
      UNROLLED(r, 2) FRAGMENT(b[j][r], b_slice, step, r, FRAGMENT_COLUMN(j))                  \
    CONCAT(share_fragments_, INSTRUCTIONS)(a, b)                                              \
    UNROLLED(i, ITEM_M / 2) UNROLLED(j, ITEM_N / 2) {                                         \
      float d[4] = {                                                                          \
        IN_FRAGMENT(sum[2 * i], j, 0), IN_FRAGMENT(sum[2 * i], j, 1),                         \
        IN_FRAGMENT(sum[2 * i + 1], j, 0), IN_FRAGMENT(sum[2 * i + 1], j, 1)};                \
      CONCAT(mma_, INSTRUCTIONS)(d, a, i, b, j)                                               \
      IN_FRAGMENT(sum[2 * i], j, 0) = d[0];                                                   \
      IN_FRAGMENT(sum[2 * i], j, 1) = d[1];                                                   \
      IN_FRAGMENT(sum[2 * i + 1], j, 0) = d[2];                                               \
      IN_FRAGMENT(sum[2 * i + 1], j, 1) = d[3];                                               \
    }                                                                                         \
    CONCAT(drop_fragments_, INSTRUCTIONS)()                                                   \
  }

// The length of a fragment in k.
#define MMA_K CONCAT(mma_k_, PRECISION)
#define mma_k_TF32 8
#define mma_k_BF16 16

// Loads a register of a step's fragment, from half 0 or 1 of its k. The lower bits of a BF16
// register hold its first number.
#define FRAGMENT(to, slice, step, half, place)                                                \
  CONCAT(fragment_, PRECISION)(                                                               \
      to, slice, (step) * MMA_K + (half) * (MMA_K / 2) + WARP_LANE % 4, place)
#define fragment_TF32(to, slice, own, place) to = as_uint(slice[own][place]);
#define fragment_BF16(to, slice, own, place) \
  CONCAT(pack_bf16_, INSTRUCTIONS)(to, slice[(own) + 4][place], slice[own][place])

// Rounds a number for local memory; BF16 is rounded later, when it is packed.
#define round_operand_MMA(number) CONCAT(round_operand_, PRECISION)(number)
#define round_operand_TF32(number) CONCAT(round_tf32_, INSTRUCTIONS)(number)
#define round_operand_BF16(number)

#define declare_fragments_MMA() CONCAT(declare_fragments_, INSTRUCTIONS)()

// NOTE: volatile, since all lanes of a warp must execute mma.sync together.
#define unroll_PTX() UNROLL
#define declare_fragments_PTX()
#define share_fragments_PTX(a, b)
#define drop_fragments_PTX()
#define mma_PTX(d, a, i, b, j)                                                                \
  __asm__ volatile(                                                                           \
      CONCAT(mma_name_, PRECISION)                                                            \
      " {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"                      \
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])                                        \
      : "r"(a[i][0]), "r"(a[i][1]), "r"(a[i][2]), "r"(a[i][3]), "r"(b[j][0]), "r"(b[j][1]));
#define mma_name_TF32 "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32"
#define mma_name_BF16 "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32"

#define round_tf32_PTX(number)                                                                \
  {                                                                                           \
    uint bits;                                                                                \
    __asm__("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(number));                           \
    number = as_float(bits);                                                                  \
  }
#define pack_bf16_PTX(to, upper, lower) \
  __asm__("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(to) : "f"(upper), "f"(lower));

#endif
