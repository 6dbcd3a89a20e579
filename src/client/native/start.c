/* Starting a daemon: one client does it, the others wait. */
#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_STARTUP_MS 10000
/* A lock older than this is one whose taker was stopped or is on a machine that is gone. */
#define STALE_LOCK_S 30
#define RETRY_MS 10
/* The descriptor on which the daemon tells that it listens. */
#define NOTICE 3

static int64_t startup_deadline(void) {
  const char *text = getenv("SCCACHE_STARTUP_TIMEOUT_MS");
  long limit = DEFAULT_STARTUP_MS;
  if (text != NULL && text[0] >= '0' && text[0] <= '9') limit = strtol(text, NULL, 10);
  return now_ms() + limit;
}

static bool is_listening(const struct socket_path *path) {
  int descriptor = connect_daemon(path, 0);
  if (descriptor < 0) return false;
  close(descriptor);
  return true;
}

/* ---- the lock ---- */

static bool take_lock(const char *lock) {
  int file = open(lock, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return false;
  char text[24];
  int length = snprintf(text, sizeof text, "%ld", (long)getpid());
  (void)write_all(file, text, (size_t)length);
  close(file);
  return true;
}

/* Whether the lock's taker is gone. Two clients may find that at once; the second daemon sees the first and ends. */
static bool is_stale(const char *lock) {
  int file = open(lock, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  struct stat status;
  char text[24];
  ssize_t length = read(file, text, sizeof text - 1);
  bool known = fstat(file, &status) == 0;
  close(file);
  if (known && time(NULL) - status.st_mtime > STALE_LOCK_S) return true;
  /* Empty: its taker is just about to write. */
  if (length <= 0) return false;
  text[length] = '\0';
  long pid = strtol(text, NULL, 10);
  return pid > 0 && kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

/* ---- the daemon's process ---- */

/* The daemon must not hold the build's pipes and jobserver open: who waits for their end would wait for ever. */
static void close_inherited(void) {
#ifdef SYS_close_range
  if (syscall(SYS_close_range, NOTICE + 1, ~0u, 0) == 0) return;
#endif
  DIR *directory = opendir("/dev/fd");
  if (directory == NULL) return;
  for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
    int descriptor = atoi(entry->d_name);
    if (descriptor > NOTICE && descriptor != dirfd(directory)) close(descriptor);
  }
  closedir(directory);
}

/* In the process that becomes the daemon. `notice` and `log` are above the standard streams. */
static _Noreturn void become_daemon(char *node, const char *script, const char *socket, int notice, int log) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  int null = open("/dev/null", O_RDWR);
  dup2(null, 0);
  dup2(null, 1);
  dup2(log >= 0 ? log : null, 2);
  if (notice == NOTICE) {
    fcntl(NOTICE, F_SETFD, 0);
  } else {
    dup2(notice, NOTICE);
  }
  close_inherited();
  if (chdir("/") == 0) execve(node, (char *[]){node, (char *)script, (char *)socket, NULL}, environ);
  _exit(127);
}

/* Where the daemon's messages go; -1 for nowhere. Opened here, because its path may be relative to our directory. */
static int open_error_log(void) {
  const char *log = getenv("SCCACHE_ERROR_LOG");
  if (log == NULL || log[0] == '\0') return -1;
  int file = above_standard(open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  return file == NOTICE ? fcntl(file, F_DUPFD_CLOEXEC, NOTICE + 1) : file;
}

/* Forks twice, so that the daemon is a child of nobody: a compiler does not expect children it has not started. */
static bool fork_daemon(char *node, const char *script, const char *socket, int notice) {
  int log = open_error_log();
  pid_t child = fork();
  if (child == 0) {
    setsid();
    pid_t daemon = fork();
    if (daemon != 0) _exit(daemon > 0 ? 0 : 1);
    become_daemon(node, script, socket, notice, log);
  }
  if (log >= 0) close(log);
  if (child < 0) return false;
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return true;
}

/* Whether the daemon's first byte says that somebody listens: itself, or another one that was faster. */
static bool await_notice(int notice, int64_t deadline) {
  for (;;) {
    int64_t left = deadline - now_ms();
    if (left <= 0) return false;
    struct pollfd entry = {.fd = notice, .events = POLLIN};
    int ready = poll(&entry, 1, left > INT_MAX ? INT_MAX : (int)left);
    if (ready < 0 && errno != EINTR) return false;
    if (ready <= 0) continue;
    char byte = 0;
    return read(notice, &byte, 1) == 1 && (byte == 'L' || byte == 'A');
  }
}

static bool spawn_daemon(const char *socket, int64_t deadline) {
  const char *directory = own_directory();
  char *node = find_node();
  if (directory == NULL || node == NULL) return false;
  char script[PATH_MAX + 16];
  snprintf(script, sizeof script, "%s/daemon.cjs", directory);
  if (access(script, R_OK) != 0) return false;
  int ends[2];
  if (pipe(ends) != 0) return false;
  for (int end = 0; end < 2; end++) {
    ends[end] = above_standard(ends[end]);
    if (ends[end] < 0) return false;
    fcntl(ends[end], F_SETFD, FD_CLOEXEC);
  }
  bool forked = fork_daemon(node, script, socket, ends[1]);
  close(ends[1]);
  bool listening = forked && await_notice(ends[0], deadline);
  close(ends[0]);
  return listening;
}

bool start_daemon(const struct socket_path *path) {
  char lock[sizeof path->text + 16];
  snprintf(lock, sizeof lock, "%s.lock", path->text);
  for (int64_t deadline = startup_deadline(); now_ms() < deadline; poll(NULL, 0, RETRY_MS)) {
    if (take_lock(lock)) {
      /* Between our first attempt and the lock another client may have been through with it. */
      bool listening = is_listening(path) || spawn_daemon(path->text, deadline);
      unlink(lock);
      return listening;
    }
    if (errno != EEXIST) return false;
    if (is_listening(path)) return true;
    if (is_stale(lock)) {
      unlink(lock);
    } else if (access(lock, F_OK) != 0) {
      /* Its taker is through. When nobody listens now, a second attempt would not fare better. */
      return is_listening(path);
    }
  }
  return false;
}

bool await_silence(const struct socket_path *path) {
  for (int64_t deadline = startup_deadline(); now_ms() < deadline; poll(NULL, 0, RETRY_MS)) {
    if (!is_listening(path)) return true;
  }
  return false;
}
