// CPU affinity functions, which glibc declares only with _GNU_SOURCE. A mask is an array of words.
int sched_getaffinity(int thread, unsigned long bytes, void *mask);
int sched_setaffinity(int thread, unsigned long bytes, const void *mask);
