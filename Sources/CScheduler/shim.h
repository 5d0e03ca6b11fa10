// CPU mask functions, which glibc declares only for GNU sources. A mask is an array of words.
int sched_getaffinity(int thread, unsigned long bytes, void *mask);
int sched_setaffinity(int thread, unsigned long bytes, const void *mask);
