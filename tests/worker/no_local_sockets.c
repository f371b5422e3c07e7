/* A place that allows no local sockets, as a unit with RestrictAddressFamilies=AF_INET AF_INET6 does. Loaded with
   LD_PRELOAD by tests/worker/test_places.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <sys/socket.h>

int socket(int domain, int type, int protocol) {
  int (*make)(int, int, int) = dlsym(RTLD_NEXT, "socket");
  if (domain == AF_UNIX) {
    errno = EAFNOSUPPORT;
    return -1;
  }
  return make(domain, type, protocol);
}
