// Three mistakes instead of a copy: scripts/test-oclgrind checks that oclgrind reports each.

__kernel void copy(const uint count, const uint x_start, const uint y_start,
                   __global const float *restrict x, __global float *restrict y) {
  __local float unwritten[1];
  y[0] = get_global_id(0);          // a race: all work-items write here
  y[1] = unwritten[0];              // an uninitialized value
  y[2] = x[x_start + 100 * count];  // a read outside the buffer
}
