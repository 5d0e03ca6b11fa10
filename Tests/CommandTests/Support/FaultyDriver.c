// Put before the OpenCL loader by LD_PRELOAD, it makes a call fail:
// FAULT="clEnqueueNDRangeKernel 100 -5" returns -5 from the hundredth call of that function on. A
// positive code is not an error: the call says so and sleeps for that number of seconds. With
// GPU=1, devices say that they are GPUs, and clWaitForEvents fails if it would have to wait, as a
// GPU's driver might spin there. CLOCK makes a device's clock useless:
//   refused    there is no queue with profiling
//   none       no launch has times
//   zero       it stands still
//   backwards  it runs backwards
//   jump       the end of one launch, not among the first, is zero
//   coarse     it ticks ten times a second
//   some       every third launch takes no time, but for those that measure the device's peaks
// MEMORY is the most memory in bytes that a device says it has, and BUFFER the most in a buffer.
// BUSES="7 4" gives the first device bus 7 of the PCI and the second one bus 4, or so.
// PLATFORM=-6 puts a platform before the others that gives this error when it is asked for its
// devices.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// The error that this call of `function`, the count-th, is to give; 0 for none.
static int fault(const char *function, long count) {
  char name[64];
  long first;
  int code;
  const char *text = getenv("FAULT");
  if (!text || sscanf(text, "%63s %ld %d", name, &first, &code) != 3) return 0;
  if (strcmp(name, function) != 0 || count < first) return 0;
  if (code < 0) return code;
  fprintf(stderr, "note: %s sleeps\n", function);
  sleep(code);
  return 0;
}

// A function whose parameters fit into registers and the stack as they are, which all of these do.
#define PARAMETERS void *a, void *b, void *c, void *d, void *e, void *f, void *g, void *h, void *i
#define ARGUMENTS a, b, c, d, e, f, g, h, i

#define RETURNING_STATUS(function)                                       \
  int function(PARAMETERS) {                                             \
    static long count;                                                   \
    const int code = fault(#function, ++count);                          \
    if (code) return code;                                               \
    int (*next)(PARAMETERS) = (int (*)(PARAMETERS))dlsym(RTLD_NEXT, #function); \
    return next(ARGUMENTS);                                              \
  }

RETURNING_STATUS(clBuildProgram)
RETURNING_STATUS(clEnqueueNDRangeKernel)
RETURNING_STATUS(clEnqueueReadBuffer)
RETURNING_STATUS(clEnqueueWriteBuffer)
RETURNING_STATUS(clFinish)
RETURNING_STATUS(clFlush)

int clWaitForEvents(unsigned count, void **events) {
  static long calls;
  int code = fault("clWaitForEvents", ++calls);
  int (*info)(void *, unsigned, size_t, void *, size_t *) =
      (int (*)(void *, unsigned, size_t, void *, size_t *))dlsym(RTLD_NEXT, "clGetEventInfo");
  for (unsigned i = 0; !code && getenv("GPU") && i < count; i++) {
    int status = 0;
    code = info(events[i], 0x11D3 /* CL_EVENT_COMMAND_EXECUTION_STATUS */, sizeof status, &status,
                NULL);
    if (!code && status > 0) code = -9999;
  }
  if (code) return code;
  int (*next)(unsigned, void **) = (int (*)(unsigned, void **))dlsym(RTLD_NEXT, "clWaitForEvents");
  return next(count, events);
}

// Lowers a number to that of an environment variable, if there is one.
static void limit(unsigned long *number, const char *variable) {
  const char *text = getenv(variable);
  if (text && strtoul(text, NULL, 10) < *number) *number = strtoul(text, NULL, 10);
}

// The bus of a device. Devices are numbered as they are first asked for.
static unsigned bus_of(void *device) {
  static void *devices[8];
  const char *text = getenv("BUSES");
  for (int i = 0; i < 8; ++i) {
    if (!devices[i]) devices[i] = device;
    const unsigned bus = strtoul(text, (char **)&text, 10);
    if (devices[i] == device) return bus;
  }
  return 0;
}

int clGetDeviceInfo(void *device, unsigned what, size_t size, void *value, size_t *needed) {
  int (*next)(void *, unsigned, size_t, void *, size_t *) =
      (int (*)(void *, unsigned, size_t, void *, size_t *))dlsym(RTLD_NEXT, "clGetDeviceInfo");
  const int code = next(device, what, size, value, needed);
  if (!code && value && what == 0x1000 /* CL_DEVICE_TYPE */ && getenv("GPU")) {
    *(unsigned long *)value = 1 << 2;
  }
  if (what == 0x410F /* CL_DEVICE_PCI_BUS_INFO_KHR */ && getenv("BUSES")) {
    // Domain, bus, device and function.
    const unsigned place[] = {0, bus_of(device), 3, 1};
    if (size < sizeof place) return -30;  // CL_INVALID_VALUE
    memcpy(value, place, sizeof place);
    if (needed) *needed = sizeof place;
    return 0;
  }
  if (!code && value && what == 0x101F /* CL_DEVICE_GLOBAL_MEM_SIZE */) limit(value, "MEMORY");
  if (!code && value && what == 0x1010 /* CL_DEVICE_MAX_MEM_ALLOC_SIZE */) limit(value, "BUFFER");
  return code;
}

void *clCreateBuffer(void *context, unsigned long flags, size_t size, void *host, int *status) {
  static long count;
  const int code = fault("clCreateBuffer", ++count);
  if (code) {
    if (status) *status = code;
    return NULL;
  }
  void *(*next)(void *, unsigned long, size_t, void *, int *) =
      (void *(*)(void *, unsigned long, size_t, void *, int *))dlsym(RTLD_NEXT, "clCreateBuffer");
  return next(context, flags, size, host, status);
}

static int clock_is(const char *name) {
  const char *text = getenv("CLOCK");
  return text && strcmp(text, name) == 0;
}

void *clCreateCommandQueue(void *context, void *device, unsigned long properties, int *status) {
  const unsigned long profiling = 1 << 1;
  if (clock_is("refused") && properties & profiling) {
    if (status) *status = -35;  // CL_INVALID_QUEUE_PROPERTIES
    return NULL;
  }
  void *(*next)(void *, void *, unsigned long, int *) =
      (void *(*)(void *, void *, unsigned long, int *))dlsym(RTLD_NEXT, "clCreateCommandQueue");
  return next(context, device, properties, status);
}

int clGetEventProfilingInfo(void *event, unsigned what, size_t size, unsigned long *time,
                            size_t *needed) {
  static unsigned long start, starts, ends;
  const unsigned started = 0x1282;  // CL_PROFILING_COMMAND_START
  if (clock_is("none")) return -7;  // CL_PROFILING_INFO_NOT_AVAILABLE
  int (*next)(void *, unsigned, size_t, unsigned long *, size_t *) =
      (int (*)(void *, unsigned, size_t, unsigned long *, size_t *))dlsym(
          RTLD_NEXT, "clGetEventProfilingInfo");
  const int code = next(event, what, size, time, needed);
  if (code) return code;
  if (what == started) start = *time, starts++;
  else ends++;
  if (clock_is("zero")) *time = 0;
  if (clock_is("backwards")) *time = ~*time;
  if (clock_is("jump") && ends == 100) *time = 0;
  if (clock_is("coarse")) *time -= *time % 100000000;
  if (clock_is("some") && ends == starts && starts > 12 && starts % 3 == 0) *time = start;
  return 0;
}

// No handle of the loader's: only the functions below may see it.
static char broken_platform;

int clGetPlatformIDs(unsigned room, void **platforms, unsigned *count) {
  int (*next)(unsigned, void **, unsigned *) =
      (int (*)(unsigned, void **, unsigned *))dlsym(RTLD_NEXT, "clGetPlatformIDs");
  if (!getenv("PLATFORM")) return next(room, platforms, count);
  const int code = next(room ? room - 1 : 0, platforms ? platforms + 1 : NULL, count);
  if (code) return code;
  if (count) ++*count;
  if (platforms) platforms[0] = &broken_platform;
  return 0;
}

int clGetPlatformInfo(void *platform, unsigned what, size_t size, void *value, size_t *needed) {
  static const char name[] = "Broken";
  int (*next)(void *, unsigned, size_t, void *, size_t *) =
      (int (*)(void *, unsigned, size_t, void *, size_t *))dlsym(RTLD_NEXT, "clGetPlatformInfo");
  if (platform != &broken_platform) return next(platform, what, size, value, needed);
  if (value) memcpy(value, name, size < sizeof name ? size : sizeof name);
  if (needed) *needed = sizeof name;
  return 0;
}

int clGetDeviceIDs(void *platform, unsigned long type, unsigned room, void **devices,
                   unsigned *count) {
  int (*next)(void *, unsigned long, unsigned, void **, unsigned *) =
      (int (*)(void *, unsigned long, unsigned, void **, unsigned *))dlsym(
          RTLD_NEXT, "clGetDeviceIDs");
  if (platform != &broken_platform) return next(platform, type, room, devices, count);
  if (count) *count = 1;
  return atoi(getenv("PLATFORM"));
}
