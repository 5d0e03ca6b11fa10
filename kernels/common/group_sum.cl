// The sum over the work-items of a group, a tree of additions:
//
//   partial[0] = Σ_i value of work-item i

#ifndef GROUP_SUM_CL
#define GROUP_SUM_CL

// Adds `value` over the group's GROUP work-items, a power of 2, always in the same order. Work-item
// 0 then reads the sum from partial[0]. `partial` is `__local float [GROUP]`. All work-items of the
// group must reach this macro.
#define GROUP_SUM(value, partial)                                   \
  partial[get_local_id(0)] = value;                                 \
  for (uint width = GROUP / 2; width > 0; width /= 2) {             \
    barrier(CLK_LOCAL_MEM_FENCE);                                   \
    if (get_local_id(0) < width)                                    \
      partial[get_local_id(0)] += partial[get_local_id(0) + width]; \
  }

#endif
