#ifndef GPUTRAIN_KERNELS_H
#define GPUTRAIN_KERNELS_H

#include <stddef.h>

/// A file of the folder kernels/, embedded at the time of the build.
typedef struct {
  const char *folder;  ///< the subfolder of kernels/: "common", "cpu" or "gpu"
  const char *name;    ///< the file's name, unique in kernels/, such as "gemm.cl"
  const char *source;  ///< its OpenCL C text, zero-terminated
} gputrain_kernel_file;

/// Returns the number of embedded kernel files.
size_t gputrain_kernel_file_count(void);

/// Returns the embedded kernel file at `index`, which is below gputrain_kernel_file_count().
gputrain_kernel_file gputrain_kernel_file_at(size_t index);

#endif
