// Random numbers from a counter: Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers:
// as easy as 1, 2, 3", SC'11). The key is the run's seed, the counter says whose number it is, so that
// nothing is stored and every device draws the same integers.
//
//   counter = (element / 4, step, stream, 0); element % 4 chooses one of the four words

#ifndef PHILOX_CL
#define PHILOX_CL

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

// The words of elements 4·block … 4·block + 3.
static inline uint4 random_bits(uint2 seed, uint stream, uint step, uint block) {
  return philox((uint4)(block, step, stream, 0u), seed);
}

// The same for elements 4·block … 4·block + 7, and … + 15: blocks side by side in vectors, which is how
// a CPU draws them fastest. Words lie in the low halves of 64-bit lanes, whose high halves mean nothing, so
// that rounds need no conversions (measured: dropout takes two thirds of the time).
#define DEFINE_RANDOM_BITS(words, blocks, offsets, transpose)                                     \
  static inline uint##words random_bits##words(uint2 seed, uint stream, uint step, uint block) { \
    const ulong##blocks low = 0xFFFFFFFFul;                                                       \
    ulong##blocks x0 = convert_ulong##blocks(block + offsets), y0 = step, z0 = stream, w0 = 0ul;  \
    for (int round = 0; round < PHILOX_ROUNDS; ++round) {                                         \
      const ulong##blocks a = (x0 & low) * 0xD2511F53ul, b = (z0 & low) * 0xCD9E8D57ul;           \
      x0 = (b >> 32) ^ y0 ^ (ulong)seed.x;                                                        \
      y0 = b;                                                                                     \
      z0 = (a >> 32) ^ w0 ^ (ulong)seed.y;                                                        \
      w0 = a;                                                                                     \
      seed += (uint2)(0x9E3779B9u, 0xBB67AE85u);                                                  \
    }                                                                                             \
    const uint##blocks x = convert_uint##blocks(x0 & low), y = convert_uint##blocks(y0 & low);    \
    const uint##blocks z = convert_uint##blocks(z0 & low), w = convert_uint##blocks(w0 & low);    \
    return transpose;                                                                             \
  }
DEFINE_RANDOM_BITS(8, 2, (uint2)(0u, 1u), (uint8)(x.x, y.x, z.x, w.x, x.y, y.y, z.y, w.y))
DEFINE_RANDOM_BITS(16, 4, (uint4)(0u, 1u, 2u, 3u),
                   (uint16)(x.x, y.x, z.x, w.x, x.y, y.y, z.y, w.y,
                            x.z, y.z, z.z, w.z, x.w, y.w, z.w, w.w))

// The words of as many elements from `first` on, a multiple of their number, or of 4 where they are more.
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

// Uniform in [0, 1), a multiple of 2⁻²⁴.
static inline float16 uniform16(uint16 bits) { return convert_float16(bits >> 8) * 0x1p-24f; }

// Standard normals by Box and Muller: words 0 and 1 give elements 0 and 1, words 2 and 3 the next. NOTE: the odd
// words are listed, since oclgrind 21.10 takes bits.odd of 16 words for unwritten; compilers see the same.
#define DEFINE_NORMAL(words, pairs, odd_words)                                                     \
  static inline float##words normal##words(uint##words bits) {                                     \
    /* exact, and never 0 */                                                                       \
    const float##pairs u = (convert_float##pairs(bits.even >> 9) + 0.5f) * 0x1p-23f;               \
    const float##pairs turn = convert_float##pairs((uint##pairs)odd_words >> 8) * 0x1p-24f;        \
    const float##pairs radius = sqrt(-2.0f * log(u));                                              \
    float##words normals;                                                                          \
    normals.even = radius * cospi(2.0f * turn);                                                    \
    normals.odd = radius * sinpi(2.0f * turn);                                                     \
    return normals;                                                                                \
  }
DEFINE_NORMAL(4, 2, (bits.y, bits.w))
DEFINE_NORMAL(16, 8,
              (bits.s1, bits.s3, bits.s5, bits.s7, bits.s9, bits.sb, bits.sd, bits.sf))

#endif
