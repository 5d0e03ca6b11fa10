// Random numbers from a counter: Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers:
// as easy as 1, 2, 3", SC'11). The key is the run's seed, the counter says whose number it is, so that
// nothing is stored and every device draws the same integers.
//
//   counter = (element / 4, step, stream, 0); element % 4 chooses one of the four words

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

// Uniform in [0, 1), a multiple of 2⁻²⁴.
static inline float4 uniform4(uint4 bits) { return convert_float4(bits >> 8) * 0x1p-24f; }

// Standard normals by Box and Muller: words 0 and 1 give elements 0 and 1, words 2 and 3 the others.
static inline float4 normal4(uint4 bits) {
  const float2 u = (convert_float2((bits >> 9).xz) + 0.5f) * 0x1p-23f;  // exact, and never 0
  const float2 turn = convert_float2((bits >> 8).yw) * 0x1p-24f;
  const float2 radius = sqrt(-2.0f * log(u));
  const float2 x = radius * cospi(2.0f * turn), y = radius * sinpi(2.0f * turn);
  return (float4)(x.x, y.x, x.y, y.y);
}
