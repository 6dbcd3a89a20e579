/* The step `run`: starts a program, takes what it writes as far as asked, and waits for its end. */
#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Children see that they are part of a compile that is being cached, and are not looked up once more. */
static char inner_mark[] = "SCCACHE_INNER=1";

/*
 * How long output is still awaited when the compiler has ended. All that it and those it waited for have written is
 * in the pipe by then. What keeps the pipe open is a process left in the background; without us, make would not have
 * waited for that one either.
 */
#define LINGER_MS 100

static uint64_t micros(struct timeval time) { return (uint64_t)time.tv_sec * 1000000u + (uint64_t)time.tv_usec; }

static uint64_t wall_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000u + (uint64_t)time.tv_nsec / 1000u;
}

static uint64_t children_cpu_us(void) {
  struct rusage usage;
  getrusage(RUSAGE_CHILDREN, &usage);
  return micros(usage.ru_utime) + micros(usage.ru_stime);
}

/* Whether `entry` (K=V) is of the variable that the first `length` bytes of `name` are. */
static bool is_variable(const char *entry, const char *name, size_t length) {
  return strncmp(entry, name, length) == 0 && entry[length] == '=';
}

static bool is_changed(const char *entry, const struct run_step *step) {
  for (char **name = step->unset; *name != NULL; name++) {
    if (is_variable(entry, *name, strlen(*name))) return true;
  }
  for (char **set = step->set; *set != NULL; set++) {
    if (is_variable(entry, *set, strcspn(*set, "="))) return true;
  }
  return false;
}

/* Our environment with the step's changes, to be freed. */
static char **changed_environment(const struct run_step *step) {
  size_t count = 2;
  for (char **entry = environ; *entry != NULL; entry++) count++;
  for (char **entry = step->set; *entry != NULL; entry++) count++;
  char **changed = malloc(count * sizeof *changed);
  if (changed == NULL) out_of_memory();
  size_t at = 0;
  for (char **entry = environ; *entry != NULL; entry++) {
    if (!is_changed(*entry, step)) changed[at++] = *entry;
  }
  for (char **entry = step->set; *entry != NULL; entry++) changed[at++] = *entry;
  changed[at++] = inner_mark;
  changed[at] = NULL;
  return changed;
}

static bool open_pipe(int ends[2]) {
  if (pipe(ends) != 0) return false;
  for (int end = 0; end < 2; end++) {
    ends[end] = above_standard(ends[end]);
    if (ends[end] < 0) return false;
    fcntl(ends[end], F_SETFD, FD_CLOEXEC);
  }
  return true;
}

static void close_end(int *end) {
  if (*end >= 0) close(*end);
  *end = -1;
}

/* Starts the program; 0 or an errno. `ends[i]` is the writing end for stream i + 1, or -1. */
static int start(const struct run_step *step, const int ends[2], pid_t *child) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  if (step->input[0] != '\0') posix_spawn_file_actions_addopen(&actions, 0, step->input, O_RDONLY, 0);
  for (int stream = 0; stream < 2; stream++) {
    if (ends[stream] >= 0) posix_spawn_file_actions_adddup2(&actions, ends[stream], stream + 1);
  }
  posix_spawnattr_setsigmask(&attributes, signals_original_mask());
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);

  char **environment = changed_environment(step);
  int error = posix_spawn(child, step->program, &actions, &attributes, step->argv, environment);
  free(environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

/* One of the two streams of a run. */
struct output {
  int descriptor; /* standard output or error of ours */
  enum stream_mode mode;
  struct capture *capture;
  struct hiding hiding;
};

static void deliver(const struct output *output, const void *bytes, size_t length) {
  if (output->mode == STREAM_TEE) print_bytes(output->descriptor, bytes, length);
  capture_append(output->capture, bytes, length);
}

/* One read of a stream; false at its end. */
static bool take_output(int descriptor, struct output *output) {
  static unsigned char piece[64 * 1024];
  ssize_t count = read(descriptor, piece, sizeof piece);
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  if (count == 0) return false;
  if (output->hiding.text[0] == '\0') {
    deliver(output, piece, (size_t)count);
  } else {
    size_t shown = hiding_take(&output->hiding, piece, (size_t)count);
    deliver(output, output->hiding.held.data, shown);
    hiding_drop(&output->hiding, shown);
  }
  return true;
}

static void end_output(struct output *output) {
  deliver(output, output->hiding.held.data, output->hiding.held.length);
  free(output->hiding.held.data);
}

static bool has_ended(pid_t child, int *status) {
  pid_t found;
  do {
    found = waitpid(child, status, WNOHANG);
  } while (found < 0 && errno == EINTR);
  return found == child;
}

/* Reads both streams until they end, or until the child has ended and LINGER_MS passed. */
static void collect(struct output outputs[2], int ends[2], int wake, pid_t child, bool *ended, int *status) {
  int64_t give_up = 0;
  while (ends[0] >= 0 || ends[1] >= 0) {
    struct pollfd entries[3] = {
        {.fd = ends[0], .events = POLLIN}, {.fd = ends[1], .events = POLLIN}, {.fd = *ended ? -1 : wake, .events = POLLIN}};
    /* Without a wake pipe the child is asked for from time to time. */
    int timeout = *ended ? (int)(give_up - now_ms()) : wake < 0 ? LINGER_MS : -1;
    if (*ended && timeout < 0) timeout = 0;
    int ready = poll(entries, 3, timeout);
    if (ready == 0 && *ended) break;
    for (int stream = 0; stream < 2 && ready > 0; stream++) {
      if (entries[stream].revents == 0) continue;
      if (!take_output(ends[stream], &outputs[stream])) close_end(&ends[stream]);
    }
    if (!*ended && ((ready > 0 && entries[2].revents != 0) || ready == 0) && has_ended(child, status)) {
      *ended = true;
      give_up = now_ms() + LINGER_MS;
    } else if (*ended && now_ms() >= give_up) {
      break;
    }
  }
  for (int stream = 0; stream < 2; stream++) {
    close_end(&ends[stream]);
    end_output(&outputs[stream]);
  }
}

static void await_end(pid_t child, int *status) {
  while (waitpid(child, status, 0) < 0 && errno == EINTR) continue;
}

struct ran run_program(const struct run_step *step, struct capture captures[2]) {
  struct ran ran = {.kind = RAN_NOT_STARTED};
  int pipes[2][2] = {{-1, -1}, {-1, -1}};
  uint64_t wall_before = wall_us();
  uint64_t cpu_before = children_cpu_us();
  int error = 0;
  for (int stream = 0; stream < 2; stream++) {
    capture_clear(&captures[stream]);
    if (step->modes[stream] != STREAM_INHERIT && !open_pipe(pipes[stream])) error = errno;
  }
  pid_t child = -1;
  signals_hold();
  int writing[2] = {pipes[0][1], pipes[1][1]};
  if (error == 0) error = start(step, writing, &child);
  close_end(&pipes[0][1]);
  close_end(&pipes[1][1]);
  if (error != 0) {
    signals_restore();
    close_end(&pipes[0][0]);
    close_end(&pipes[1][0]);
    ran.value = (uint32_t)error;
    return ran;
  }

  int status = 0;
  bool ended = false;
  int wake = signals_forward_to(child);
  int reading[2] = {pipes[0][0], pipes[1][0]};
  struct output outputs[2] = {
      {.descriptor = 1, .mode = step->modes[0], .capture = &captures[0], .hiding = {.text = ""}},
      {.descriptor = 2, .mode = step->modes[1], .capture = &captures[1], .hiding = {.text = step->hidden}}};
  collect(outputs, reading, wake, child, &ended, &status);
  if (!ended) await_end(child, &status);
  signals_restore();

  ran.wall_us = wall_us() - wall_before;
  ran.cpu_us = children_cpu_us() - cpu_before;
  if (WIFSIGNALED(status)) {
    /* Somebody ends the build: that is to end us too, and nobody wants an answer of the daemon now. */
    if (signals_received(WTERMSIG(status))) die_of(WTERMSIG(status));
    ran.kind = RAN_SIGNAL;
    ran.value = (uint32_t)WTERMSIG(status);
  } else {
    ran.kind = RAN_EXIT;
    ran.value = (uint32_t)WEXITSTATUS(status);
  }
  return ran;
}
