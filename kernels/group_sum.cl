// The sum of a number over the work-items of a group.

#ifndef GROUP_SUM_CL
#define GROUP_SUM_CL

// Adds up `value` of the group's GROUP work-items, a power of 2, always in the same order; work-item 0 then finds
// the sum in partial[0]. `partial` is `__local float [GROUP]`; every work-item must come here.
#define GROUP_SUM(value, partial)                              \
  partial[get_local_id(0)] = value;                            \
  for (uint width = GROUP / 2; width > 0; width /= 2) {        \
    barrier(CLK_LOCAL_MEM_FENCE);                              \
    if (get_local_id(0) < width)                               \
      partial[get_local_id(0)] += partial[get_local_id(0) + width]; \
  }

#endif
