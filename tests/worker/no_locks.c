/* Files cannot be locked, as on some network shares. Loaded with LD_PRELOAD by tests/worker/test_places.py. */
#include <errno.h>

int flock(int file, int operation) {
  (void)file;
  (void)operation;
  errno = ENOLCK;
  return -1;
}
