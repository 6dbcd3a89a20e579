/* What a run wrote, in memory or spilled to a file. */
#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void capture_clear(struct capture *capture) {
  capture->memory.length = 0;
  if (capture->file >= 0) close(capture->file);
  capture->file = -1;
}

bool capture_spilled(const struct capture *capture) {
  return capture->file >= 0 || capture->memory.length > SPILL_LIMIT;
}

/* A file without a name in the user's temporary directory; -1 when there is none to be had. */
static int open_unlinked(void) {
  const char *directory = getenv("TMPDIR");
  if (directory == NULL || directory[0] == '\0') directory = "/tmp";
  char path[PATH_MAX];
  int length = snprintf(path, sizeof path, "%s/sccache-XXXXXX", directory);
  if (length < 0 || (size_t)length >= sizeof path) return -1;
  int file = above_standard(mkstemp(path));
  if (file < 0) return -1;
  unlink(path);
  fcntl(file, F_SETFD, FD_CLOEXEC);
  return file;
}

/* Moves what is in memory to a file. Without room for one it stays where it is: output is never lost. */
static void spill(struct capture *capture) {
  int file = open_unlinked();
  if (file < 0) return;
  if (!write_all(file, capture->memory.data, capture->memory.length)) {
    close(file);
    return;
  }
  free(capture->memory.data);
  capture->memory = (struct buffer){.data = NULL};
  capture->file = file;
}

void capture_append(struct capture *capture, const void *bytes, size_t length) {
  /* A file that cannot take more (the disk is full) is followed by what stays in memory; printing joins them. */
  if (capture->file >= 0 && capture->memory.length == 0) {
    off_t before = lseek(capture->file, 0, SEEK_CUR);
    if (write_all(capture->file, bytes, length)) return;
    if (before < 0 || ftruncate(capture->file, before) != 0) return;
    lseek(capture->file, before, SEEK_SET);
  }
  buffer_append(&capture->memory, bytes, length);
  if (capture->file < 0 && capture->memory.length > SPILL_LIMIT) spill(capture);
}

static void print_part(int descriptor, const void *bytes, size_t length, bool strip, int *state) {
  if (strip) {
    print_stripped(descriptor, bytes, length, state);
  } else {
    print_bytes(descriptor, bytes, length);
  }
}

void capture_print(const struct capture *capture, int descriptor, bool strip) {
  int state = 0;
  if (capture->file >= 0) {
    static unsigned char piece[64 * 1024];
    off_t at = 0;
    ssize_t count;
    while ((count = pread(capture->file, piece, sizeof piece, at)) > 0) {
      print_part(descriptor, piece, (size_t)count, strip, &state);
      at += count;
    }
  }
  print_part(descriptor, capture->memory.data, capture->memory.length, strip, &state);
}
