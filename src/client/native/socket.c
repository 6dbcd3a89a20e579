/* Where the daemon's socket is, and connecting to it. */
#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define DEFAULT_PORT 4226
#define MAX_WORKERS 1024
/* A full backlog empties at the pace of accept(): worth some waiting, but a stuck daemon is not. */
#define BACKLOG_PATIENCE_MS 1000
#define BACKLOG_PAUSE_MS 5

/* SCCACHE_SERVER_PORT as far as it is a port number; it only names the socket. */
static unsigned port_number(void) {
  const char *text = getenv("SCCACHE_SERVER_PORT");
  if (text == NULL || text[0] < '0' || text[0] > '9') return DEFAULT_PORT;
  char *end;
  unsigned long value = strtoul(text, &end, 10);
  return *end == '\0' && value <= 65535 ? (unsigned)value : DEFAULT_PORT;
}

/* A directory of ours that nobody else can enter. A link in its place may be anybody's. */
static bool is_private_directory(const char *path) {
  struct stat status;
  return lstat(path, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid() &&
         (status.st_mode & 077) == 0;
}

/* EEXIST: another client was faster, or somebody else took the name; the check tells them apart. */
static bool make_private_directory(const char *path) {
  return (mkdir(path, 0700) == 0 || errno == EEXIST) && is_private_directory(path);
}

/*
 * Whether $XDG_RUNTIME_DIR is there and ours. `su` and `sudo` leave that of another user in the environment, and
 * containers one that does not exist.
 */
static bool is_own_runtime_directory(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid();
}

static bool runtime_directory(char *directory, size_t size, bool create) {
  const char *runtime = getenv("XDG_RUNTIME_DIR");
  if (runtime != NULL && runtime[0] == '/') {
    int length = snprintf(directory, size, "%s/sccache", runtime);
    if (length > 0 && (size_t)length < size) {
      if (is_private_directory(directory)) return true;
      if (is_own_runtime_directory(runtime)) return create && make_private_directory(directory);
    }
  }
  snprintf(directory, size, "/tmp/sccache-%lu", (unsigned long)geteuid());
  return is_private_directory(directory) || (create && make_private_directory(directory));
}

bool locate_socket(struct socket_path *path, bool create_directory) {
  const char *named = getenv("SCCACHE_SERVER_UDS");
  int length;
  if (named != NULL && named[0] != '\0') {
    /* From another directory it would be another socket, and the daemon runs in `/`. */
    if (named[0] != '/') return false;
    length = snprintf(path->text, sizeof path->text, "%s", named);
  } else {
    char directory[PATH_MAX];
    if (!runtime_directory(directory, sizeof directory - 32, create_directory)) return false;
    length = snprintf(path->text, sizeof path->text, "%.*s/%u.sock", (int)sizeof directory - 32, directory,
                      port_number());
  }
  return length > 0 && (size_t)length < sizeof((struct sockaddr_un *)0)->sun_path;
}

static int open_socket(void) {
#ifdef SOCK_CLOEXEC
  return above_standard(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
#else
  int descriptor = above_standard(socket(AF_UNIX, SOCK_STREAM, 0));
  if (descriptor < 0) return -1;
  int on = 1;
  fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  fcntl(descriptor, F_SETFL, O_NONBLOCK);
  setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
  return descriptor;
#endif
}

static int connect_to(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length >= sizeof address.sun_path) return -1;
  memcpy(address.sun_path, path, length + 1);
  int descriptor = open_socket();
  if (descriptor < 0) return -1;
  for (int64_t deadline = 0;;) {
    if (connect(descriptor, (const struct sockaddr *)&address, sizeof address) == 0) return descriptor;
    if (errno != EAGAIN && errno != EINTR) break;
    if (deadline == 0) deadline = now_ms() + BACKLOG_PATIENCE_MS;
    if (now_ms() >= deadline) break;
    poll(NULL, 0, BACKLOG_PAUSE_MS);
  }
  close(descriptor);
  return -1;
}

/* The number of workers that `<socket>.workers` tells; 1 when there is no such link. */
static uint32_t worker_count(const struct socket_path *path) {
  char link[sizeof path->text + 16];
  char text[16];
  snprintf(link, sizeof link, "%s.workers", path->text);
  ssize_t length = readlink(link, text, sizeof text - 1);
  if (length <= 0) return 1;
  text[length] = '\0';
  char *end;
  unsigned long count = strtoul(text, &end, 10);
  return *end == '\0' && count >= 1 && count <= MAX_WORKERS ? (uint32_t)count : 1;
}

int connect_daemon(const struct socket_path *path, uint32_t hash) {
  uint32_t worker = hash % worker_count(path);
  if (worker > 0) {
    char text[sizeof path->text + 16];
    snprintf(text, sizeof text, "%s.%u", path->text, worker);
    int descriptor = connect_to(text);
    if (descriptor >= 0) return descriptor;
  }
  return connect_to(path->text);
}

static uint32_t fnv1a(uint32_t hash, const char *string) {
  const unsigned char *byte = (const unsigned char *)string;
  do {
    hash = (hash ^ *byte) * 16777619u;
  } while (*byte++ != '\0');
  return hash;
}

uint32_t request_hash(const char *cwd, char *const *argv) {
  uint32_t hash = fnv1a(2166136261u, cwd);
  for (; *argv != NULL; argv++) hash = fnv1a(hash, *argv);
  return hash;
}
