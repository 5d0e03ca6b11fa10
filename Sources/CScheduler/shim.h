// The calls for CPU masks, which glibc declares for GNU sources only. A mask is an array of words.
int sched_getaffinity(int thread, unsigned long bytes, void *mask);
int sched_setaffinity(int thread, unsigned long bytes, const void *mask);
