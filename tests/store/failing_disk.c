/* What is written below the folder FAILING fails with the number that the file FAULT holds, as long as there is one.
   Loaded with LD_PRELOAD by tests/store/test_sqlite_disk.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fails(int file) {
  char link[64], name[4096];
  const char *folder = getenv("FAILING"), *fault = getenv("FAULT");
  int number = 0, before = errno;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, name, sizeof name - 1);
  if (folder != NULL && fault != NULL && length > 0) {
    name[length] = 0;
    FILE *held = strncmp(name, folder, strlen(folder)) == 0 ? fopen(fault, "r") : NULL;
    if (held != NULL) {
      if (fscanf(held, "%d", &number) != 1) number = 0;
      fclose(held);
    }
  }
  errno = number != 0 ? number : before;
  return number != 0;
}

ssize_t write(int file, const void *bytes, size_t count) {
  static ssize_t (*real)(int, const void *, size_t);
  if (fails(file)) return -1;
  if (real == NULL) real = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  return real(file, bytes, count);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t place) {
  static ssize_t (*real)(int, const void *, size_t, off64_t);
  if (fails(file)) return -1;
  if (real == NULL) real = (ssize_t(*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
  return real(file, bytes, count, place);
}
