// Three mistakes in place of a copy. scripts/test-oclgrind runs them first: oclgrind that does not report each of
// them is not watching.

__kernel void copy(const uint count, const uint x_start, const uint y_start,
                   __global const float *restrict x, __global float *restrict y) {
  __local float unwritten[1];
  y[0] = get_global_id(0);          // a race: every work-item writes another number to the same place
  y[1] = unwritten[0];              // a number that nobody has written
  y[2] = x[x_start + 100 * count];  // a read beside the buffer
}
