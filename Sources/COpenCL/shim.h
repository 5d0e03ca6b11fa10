// Use only OpenCL 1.2, which every vendor supports.
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
