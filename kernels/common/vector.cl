// Vectors of LANES floats, for LANES 1, 2, 4, 8 or 16:
//
//   floats v = LOAD(p);   STORE(v, p);   SUM(v) = Σ_i v_i

#ifndef VECTOR_CL
#define VECTOR_CL

#ifndef LANES
#define LANES 8  // floats per vector
#endif

#define CONCAT_(a, b) a##b
#define CONCAT(a, b) CONCAT_(a, b)

#define float1 float
#define uint1 uint

// NOTE: these names are needed, since drivers define functions such as vload4 as macros that CONCAT
// would expand.
#define load1(pointer) (*(pointer))
#define load2(pointer) vload2(0, pointer)
#define load4(pointer) vload4(0, pointer)
#define load8(pointer) vload8(0, pointer)
#define load16(pointer) vload16(0, pointer)

#define to_float1(v) convert_float(v)
#define to_float2(v) convert_float2(v)
#define to_float4(v) convert_float4(v)
#define to_float8(v) convert_float8(v)
#define to_float16(v) convert_float16(v)

#define floats CONCAT(float, LANES)
#define uints CONCAT(uint, LANES)
#define LOAD(pointer) CONCAT(load, LANES)(pointer)
#define FLOATS(v) CONCAT(to_float, LANES)(v)

#define STORE(v, pointer) store_floats(v, pointer)

// Stores a vector at any float. NOTE: POCL splits vstore16 into four stores of four floats.
// Measured with AVX-512: with vstore16, winograd_backward_weight takes 1.1 times as long.
#define DEFINE_STORE(n)                                                                          \
  typedef float##n loose_float##n __attribute__((aligned(4)));                                   \
  static inline __attribute__((overloadable)) void store_floats(float##n v, __global float *p) { \
    *(__global loose_float##n *)p = v;                                                           \
  }                                                                                              \
  static inline __attribute__((overloadable)) void store_floats(float##n v, float *p) {          \
    *(loose_float##n *)p = v;                                                                    \
  }
DEFINE_STORE(1)
DEFINE_STORE(2)
DEFINE_STORE(4)
DEFINE_STORE(8)
DEFINE_STORE(16)

// Returns the sum of a vector's lanes, always added in the same order.
static inline float sum1(float v) { return v; }
static inline float sum2(float2 v) { return v.lo + v.hi; }
static inline float sum4(float4 v) { return sum2(v.lo + v.hi); }
static inline float sum8(float8 v) { return sum4(v.lo + v.hi); }
static inline float sum16(float16 v) { return sum8(v.lo + v.hi); }
#define SUM(v) CONCAT(sum, LANES)(v)

#endif
