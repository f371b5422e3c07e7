/* While the file that NO_THREADS names is there, this machine has no threads and no processes to give. Loaded with
   LD_PRELOAD by tests/worker/test_few_threads.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static int has_none(void) {
  const char *file = getenv("NO_THREADS");
  return file != NULL && access(file, F_OK) == 0;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*work)(void *), void *argument) {
  int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) = dlsym(RTLD_NEXT, "pthread_create");
  return has_none() ? EAGAIN : create(thread, attributes, work, argument);
}

pid_t fork(void) {
  pid_t (*another)(void) = dlsym(RTLD_NEXT, "fork");
  if (has_none()) {
    errno = EAGAIN;
    return -1;
  }
  return another();
}
