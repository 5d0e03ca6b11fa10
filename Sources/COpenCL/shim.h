// The 1.2 interface: what every vendor has.
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
