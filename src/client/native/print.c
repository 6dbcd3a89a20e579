/* Writing to our standard streams. */
#include "client.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

bool write_all(int descriptor, const void *bytes, size_t length) {
  const unsigned char *at = bytes;
  while (length > 0) {
    ssize_t count = write(descriptor, at, length);
    if (count >= 0) {
      at += count;
      length -= (size_t)count;
    } else if (errno == EAGAIN) {
      /* Some parents share a non-blocking pipe with us. */
      struct pollfd entry = {.fd = descriptor, .events = POLLOUT};
      poll(&entry, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

void print_bytes(int descriptor, const void *bytes, size_t length) {
  /* Nobody is left to tell when a standard stream does not take it. */
  (void)write_all(descriptor, bytes, length);
}

/* Inside of what are we? ECMA-48: ESC [ … final, ESC ] … BEL or ESC \, ESC intermediates final. */
enum { TEXT, ESCAPE, CONTROL, STRING, STRING_ESCAPE };

static int next_state(int state, unsigned char byte) {
  switch (state) {
    case ESCAPE:
      if (byte == '[') return CONTROL;
      if (byte == ']' || byte == 'P' || byte == '^' || byte == '_' || byte == 'X') return STRING;
      return byte >= 0x20 && byte <= 0x2f ? ESCAPE : TEXT;
    case CONTROL:
      return byte >= 0x40 && byte <= 0x7e ? TEXT : CONTROL;
    case STRING:
      return byte == '\a' ? TEXT : byte == 0x1b ? STRING_ESCAPE : STRING;
    default: /* STRING_ESCAPE */
      return byte == '\\' ? TEXT : STRING;
  }
}

void print_stripped(int descriptor, const void *bytes, size_t length, int *state) {
  const unsigned char *at = bytes;
  const unsigned char *end = at + length;
  while (at < end) {
    if (*state != TEXT) {
      *state = next_state(*state, *at++);
      continue;
    }
    const unsigned char *escape = memchr(at, 0x1b, (size_t)(end - at));
    const unsigned char *stop = escape == NULL ? end : escape;
    print_bytes(descriptor, at, (size_t)(stop - at));
    at = stop;
    if (escape != NULL) {
      *state = ESCAPE;
      at++;
    }
  }
}
