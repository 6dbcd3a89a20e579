/* Buffers, and frames in both directions. */
#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* macOS: the socket has SO_NOSIGPIPE */
#endif

/* Bytes of the length that stands before each payload. */
#define LENGTH_BYTES 4
/* A hit with its object of a few ten KiB comes in one receive. */
#define RECEIVE_BYTES (64u * 1024)

int above_standard(int descriptor) {
  if (descriptor < 0 || descriptor > 2) return descriptor;
  int moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
  close(descriptor);
  return moved;
}

int64_t now_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* ---- writing ---- */

void buffer_reserve(struct buffer *buffer, size_t more) {
  size_t wanted = buffer->length + more;
  if (wanted <= buffer->capacity) return;
  size_t capacity = buffer->capacity * 2 > wanted ? buffer->capacity * 2 : wanted;
  unsigned char *data = realloc(buffer->data, capacity);
  if (data == NULL) out_of_memory();
  buffer->data = data;
  buffer->capacity = capacity;
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t length) {
  if (length == 0) return;
  buffer_reserve(buffer, length);
  memcpy(buffer->data + buffer->length, bytes, length);
  buffer->length += length;
}

static void store_u32(unsigned char *at, uint32_t value) {
  for (int index = 0; index < 4; index++) at[index] = (unsigned char)(value >> (8 * index));
}

void put_u8(struct buffer *buffer, unsigned value) {
  unsigned char byte = (unsigned char)value;
  buffer_append(buffer, &byte, 1);
}

void put_u32(struct buffer *buffer, uint32_t value) {
  unsigned char bytes[4];
  store_u32(bytes, value);
  buffer_append(buffer, bytes, sizeof bytes);
}

void put_u64(struct buffer *buffer, uint64_t value) {
  put_u32(buffer, (uint32_t)value);
  put_u32(buffer, (uint32_t)(value >> 32));
}

void put_bytes(struct buffer *buffer, const void *bytes, size_t length) {
  put_u32(buffer, (uint32_t)length);
  buffer_append(buffer, bytes, length);
}

void put_string(struct buffer *buffer, const char *string) { put_bytes(buffer, string, strlen(string)); }

void put_strings(struct buffer *buffer, char *const *strings) {
  uint32_t count = 0;
  while (strings[count] != NULL) count++;
  put_u32(buffer, count);
  for (uint32_t index = 0; index < count; index++) put_string(buffer, strings[index]);
}

size_t begin_frame(struct buffer *buffer, unsigned type) {
  size_t start = buffer->length;
  put_u32(buffer, 0);
  put_u8(buffer, type);
  return start;
}

void end_frame(struct buffer *buffer, size_t start) {
  store_u32(buffer->data + start, (uint32_t)(buffer->length - start - LENGTH_BYTES));
}

/* ---- reading ---- */

/* The next `length` bytes; NULL, and the reader failed, when there are not as many. */
static unsigned char *take(struct reader *reader, size_t length) {
  if (reader->failed || length > (size_t)(reader->end - reader->at)) {
    reader->failed = true;
    return NULL;
  }
  unsigned char *bytes = reader->at;
  reader->at += length;
  return bytes;
}

static uint32_t load_u32(const unsigned char *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

unsigned get_u8(struct reader *reader) {
  const unsigned char *bytes = take(reader, 1);
  return bytes == NULL ? 0 : bytes[0];
}

uint32_t get_u32(struct reader *reader) {
  const unsigned char *bytes = take(reader, 4);
  return bytes == NULL ? 0 : load_u32(bytes);
}

uint64_t get_u64(struct reader *reader) {
  uint64_t low = get_u32(reader);
  return low | (uint64_t)get_u32(reader) << 32;
}

struct span get_bytes(struct reader *reader) {
  size_t length = get_u32(reader);
  const unsigned char *bytes = take(reader, length);
  return (struct span){.bytes = bytes, .length = bytes == NULL ? 0 : length};
}

char *get_string(struct reader *reader) {
  size_t length = get_u32(reader);
  unsigned char *bytes = take(reader, length);
  if (bytes == NULL) return NULL;
  if (memchr(bytes, '\0', length) != NULL) {
    reader->failed = true;
    return NULL;
  }
  /* One byte down, over the end of the length that was just read: that makes room for the NUL. */
  char *string = (char *)(bytes - 1);
  memmove(string, bytes, length);
  string[length] = '\0';
  return string;
}

char **get_strings(struct reader *reader) {
  size_t count = get_u32(reader);
  if (reader->failed || count > (size_t)(reader->end - reader->at) / LENGTH_BYTES) {
    reader->failed = true;
    return NULL;
  }
  char **strings = malloc((count + 1) * sizeof *strings);
  if (strings == NULL) out_of_memory();
  for (size_t index = 0; index < count; index++) strings[index] = get_string(reader);
  strings[count] = NULL;
  return strings;
}

/* ---- the socket ---- */

/* Waits until the socket can be read or written; false at the deadline. */
static bool await(int socket, short events, int64_t deadline) {
  for (;;) {
    int64_t left = deadline - now_ms();
    if (left <= 0) return false;
    struct pollfd entry = {.fd = socket, .events = events};
    int ready = poll(&entry, 1, left > INT_MAX ? INT_MAX : (int)left);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

bool send_all(int socket, const struct buffer *buffer, int64_t deadline) {
  for (size_t sent = 0; sent < buffer->length;) {
    ssize_t count = send(socket, buffer->data + sent, buffer->length - sent, MSG_NOSIGNAL);
    if (count >= 0) {
      sent += (size_t)count;
    } else if (errno == EAGAIN || errno == ENOBUFS) {
      if (!await(socket, POLLOUT, deadline)) return false;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

/* The bytes of the frame at the front, length field included; 0 while the length is not known. */
static size_t front_frame(const struct buffer *input) {
  return input->length < LENGTH_BYTES ? 0 : LENGTH_BYTES + (size_t)load_u32(input->data);
}

bool receive_frame(int socket, struct buffer *input, int64_t deadline, unsigned char **payload, size_t *length) {
  for (;;) {
    size_t wanted = front_frame(input);
    if (wanted > LENGTH_BYTES + (size_t)MAX_FRAME) return false;
    if (wanted > 0 && input->length >= wanted) {
      *payload = input->data + LENGTH_BYTES;
      *length = wanted - LENGTH_BYTES;
      return true;
    }
    size_t missing = wanted > input->length ? wanted - input->length : 0;
    buffer_reserve(input, missing > RECEIVE_BYTES ? missing : RECEIVE_BYTES);
    /* The answer is hardly ever there at once, so waiting comes first. */
    if (!await(socket, POLLIN, deadline)) return false;
    ssize_t count = recv(socket, input->data + input->length, input->capacity - input->length, 0);
    if (count > 0) {
      input->length += (size_t)count;
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
      return false;
    }
  }
}

void drop_frame(struct buffer *input) {
  size_t size = front_frame(input);
  input->length -= size;
  memmove(input->data, input->data + size, input->length);
}
