// Random numbers from a counter: Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random
// numbers: as easy as 1, 2, 3", SC'11). The key is the run's seed, and the counter identifies the
// number. So there is no state to store, and every device draws the same integers.
//
//   counter = (element / 4, step, stream, 0); element % 4 chooses one of the four words

#ifndef PHILOX_CL
#define PHILOX_CL

#include "vector.cl"

#define PHILOX_ROUNDS 10

static inline uint4 philox(uint4 counter, uint2 key) {
  for (int round = 0; round < PHILOX_ROUNDS; ++round) {
    const uint low0 = counter.x * 0xD2511F53u, high0 = mul_hi(counter.x, 0xD2511F53u);
    const uint low1 = counter.z * 0xCD9E8D57u, high1 = mul_hi(counter.z, 0xCD9E8D57u);
    counter = (uint4)(high1 ^ counter.y ^ key.x, low1, high0 ^ counter.w ^ key.y, low0);
    key += (uint2)(0x9E3779B9u, 0xBB67AE85u);
  }
  return counter;
}

// Returns the words of elements 4·block … 4·block + 3.
static inline uint4 random_bits(uint2 seed, uint stream, uint step, uint block) {
  return philox((uint4)(block, step, stream, 0u), seed);
}

// Computes several consecutive blocks, one per lane of a vector, which is fastest on a CPU. A
// 64-bit lane of `low` holds words 0 and 1 of its block, one of `high` holds words 2 and 3. During
// the rounds, a word is the low half of a 64-bit lane whose high half is ignored, which saves
// conversions. Measured: dropout takes two thirds of the time.
#define DEFINE_RANDOM_BLOCKS(blocks, offsets)                                                 \
  static inline void random_blocks##blocks(uint2 seed, uint stream, uint step, uint block,    \
                                           ulong##blocks *low, ulong##blocks *high) {         \
    const ulong##blocks mask = 0xFFFFFFFFul;                                                  \
    ulong##blocks x = convert_ulong##blocks(block + offsets), y = step, z = stream, w = 0ul;  \
    for (int round = 0; round < PHILOX_ROUNDS; ++round) {                                     \
      const ulong##blocks a = (x & mask) * 0xD2511F53ul, b = (z & mask) * 0xCD9E8D57ul;       \
      x = (b >> 32) ^ y ^ (ulong)seed.x;                                                      \
      y = b;                                                                                  \
      z = (a >> 32) ^ w ^ (ulong)seed.y;                                                      \
      w = a;                                                                                  \
      seed += (uint2)(0x9E3779B9u, 0xBB67AE85u);                                              \
    }                                                                                         \
    *low = (x & mask) | (y << 32);                                                            \
    *high = (z & mask) | (w << 32);                                                           \
  }
DEFINE_RANDOM_BLOCKS(2, (uint2)(0u, 1u))
DEFINE_RANDOM_BLOCKS(4, (uint4)(0u, 1u, 2u, 3u))
DEFINE_RANDOM_BLOCKS(8, (uint8)(0u, 1u, 2u, 3u, 4u, 5u, 6u, 7u))

// Returns the words of elements 4·block … 4·block + 7, and … + 15.
static inline uint8 random_bits8(uint2 seed, uint stream, uint step, uint block) {
  ulong2 low, high;
  random_blocks2(seed, stream, step, block, &low, &high);
  return as_uint8((ulong4)(low.x, high.x, low.y, high.y));
}
static inline uint16 random_bits16(uint2 seed, uint stream, uint step, uint block) {
  ulong4 low, high;
  random_blocks4(seed, stream, step, block, &low, &high);
  return as_uint16((ulong8)(low.x, high.x, low.y, high.y, low.z, high.z, low.w, high.w));
}

// Returns the words of n elements from `first`, which is a multiple of n, or of 4 if n is more than
// 4.
static inline uint16 random_bits_at16(uint2 seed, uint stream, uint step, uint first) {
  return random_bits16(seed, stream, step, first / 4);
}
static inline uint8 random_bits_at8(uint2 seed, uint stream, uint step, uint first) {
  return random_bits8(seed, stream, step, first / 4);
}
static inline uint4 random_bits_at4(uint2 seed, uint stream, uint step, uint first) {
  return random_bits(seed, stream, step, first / 4);
}
static inline uint2 random_bits_at2(uint2 seed, uint stream, uint step, uint first) {
  const uint4 bits = random_bits(seed, stream, step, first / 4);
  return first % 4 == 0 ? bits.lo : bits.hi;
}
static inline uint random_bits_at1(uint2 seed, uint stream, uint step, uint first) {
  const uint2 bits = random_bits_at2(seed, stream, step, first / 2 * 2);
  return first % 2 == 0 ? bits.x : bits.y;
}

// Writes the words of `count` elements to memory, which is aligned to a vector of them; 32 words
// are two vectors.
#define DEFINE_RANDOM_WORDS(count)                                                       \
  static inline void random_words##count(uint2 seed, uint stream, uint step, uint first, \
                                         uint *words) {                                  \
    *(uint##count *)words = random_bits_at##count(seed, stream, step, first);            \
  }
DEFINE_RANDOM_WORDS(1)
DEFINE_RANDOM_WORDS(2)
DEFINE_RANDOM_WORDS(4)
DEFINE_RANDOM_WORDS(8)
DEFINE_RANDOM_WORDS(16)
static inline void random_words32(uint2 seed, uint stream, uint step, uint first, uint *words) {
  ulong8 low, high;
  random_blocks8(seed, stream, step, first / 4, &low, &high);
  *(ulong8 *)words = (ulong8)(low.s0, high.s0, low.s1, high.s1, low.s2, high.s2, low.s3, high.s3);
  *(ulong8 *)(words + 16) =
      (ulong8)(low.s4, high.s4, low.s5, high.s5, low.s6, high.s6, low.s7, high.s7);
}

// Returns uniform numbers in [0, 1), multiples of 2⁻²⁴.
static inline float16 uniform16(uint16 bits) { return convert_float16(bits >> 8) * 0x1p-24f; }

// Returns standard normals by Box and Muller: words 0 and 1 give elements 0 and 1, words 2 and 3
// the next two. NOTE: the odd words are listed, since oclgrind 21.10 reports bits.odd of 16 words
// as uninitialized; compilers generate the same code.
#define DEFINE_NORMAL(words, pairs, odd_words)                                                \
  static inline float##words normal##words(uint##words bits) {                                \
    /* exact, and never 0 */                                                                  \
    const float##pairs u = (convert_float##pairs(bits.even >> 9) + 0.5f) * 0x1p-23f;          \
    const float##pairs turn = convert_float##pairs((uint##pairs)odd_words >> 8) * 0x1p-24f;   \
    const float##pairs radius = sqrt(-2.0f * log(u));                                         \
    float##words normals;                                                                     \
    normals.even = radius * cospi(2.0f * turn);                                               \
    normals.odd = radius * sinpi(2.0f * turn);                                                \
    return normals;                                                                           \
  }
DEFINE_NORMAL(4, 2, (bits.y, bits.w))
DEFINE_NORMAL(16, 8,
              (bits.s1, bits.s3, bits.s5, bits.s7, bits.s9, bits.sb, bits.sd, bits.sf))

#endif
