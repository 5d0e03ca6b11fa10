// Vectors of LANES floats, whatever LANES is: 1, 2, 4, 8 or 16.

#define CONCAT_(a, b) a##b
#define CONCAT(a, b) CONCAT_(a, b)

#define float1 float
#define convert_float1(v) convert_float(v)
#define vload1(index, pointer) (pointer)[index]
#define vstore1(value, index, pointer) ((pointer)[index] = (value))

#define floats CONCAT(float, LANES)
#define LOAD(pointer) CONCAT(vload, LANES)(0, pointer)
#define FLOATS(v) CONCAT(convert_float, LANES)(v)
#define STORE(value, pointer) CONCAT(vstore, LANES)(value, 0, pointer)

// The sum of a vector's lanes, always in the same order.
static inline float sum1(float v) { return v; }
static inline float sum2(float2 v) { return v.lo + v.hi; }
static inline float sum4(float4 v) { return sum2(v.lo + v.hi); }
static inline float sum8(float8 v) { return sum4(v.lo + v.hi); }
static inline float sum16(float16 v) { return sum8(v.lo + v.hi); }
#define SUM(v) CONCAT(sum, LANES)(v)

// A work-group of one work-item: the register-tile form, in which a work-item works alone.
#define ONE_WORK_ITEM __attribute__((reqd_work_group_size(1, 1, 1)))

#define UNROLL _Pragma("unroll")
