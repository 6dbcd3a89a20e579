/*
 * The conversation with the daemon.
 *
 * What strace counts of a hit with one new object of 1.5 KB (static, musl; 0.9 ms with the shell's fork, as /bin/true):
 *
 *   execve arch_prctl set_tid_address        the start of any static program
 *   stat (one for each directory of PATH) access, stat of ourselves    which compiler; not with an absolute path: 2 stat
 *   getcwd, [lstat of the socket's directory], readlink, socket, connect
 *   brk 2, mmap 4                            memory
 *   getpid, umask 2, ioctl 3, open, stat     the request: terminals (/dev/tty where there is no other), mount namespace
 *   sendto, poll, recvfrom
 *   stat, open, fcntl, write, close          the output (fcntl is musl's: old kernels ignore O_CLOEXEC)
 *   exit_group
 */
#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROTOCOL_VERSION 6
#define FIRST_ANSWER_MS 10000
/* Behind a compile: the daemon collects and stores its outputs before it answers. */
#define NEXT_ANSWER_MS 60000

enum frame_type {
  FRAME_HELLO = 0x01,
  FRAME_COMPILE = 0x02,
  FRAME_CONTROL = 0x03,
  FRAME_RAN = 0x04,
  FRAME_FAILED = 0x05,
  FRAME_STALE = 0x06,
  FRAME_STEPS = 0x81,
  FRAME_REFUSED = 0x82
};

/* Why a conversation came to its end without a terminal step. */
enum verdict { FALL_BACK, OTHER_VERSION };

/* SCCACHE_CLIENT_TIMEOUT_MS replaces every deadline of an answer. */
static int64_t answer_deadline(int64_t usual_ms) {
  const char *text = getenv("SCCACHE_CLIENT_TIMEOUT_MS");
  if (text != NULL && text[0] >= '0' && text[0] <= '9') usual_ms = strtol(text, NULL, 10);
  return now_ms() + usual_ms;
}

/* ---- the request ---- */

static unsigned terminal_bits(void) {
  return (isatty(0) ? 1u : 0u) | (isatty(1) ? 2u : 0u) | (isatty(2) ? 4u : 0u);
}

/* 0 when the descriptor is no terminal, or one that has no size. */
static uint32_t columns_of(int descriptor) {
  struct winsize size;
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_col : 0;
}

/* How wide the caller's terminal is: the first of these, as rustc asks them, and the one that controls the session at last. */
static uint32_t terminal_columns(unsigned terminals) {
  if (terminals != 0) return columns_of((terminals & 2) != 0 ? 1 : (terminals & 1) != 0 ? 0 : 2);
  int descriptor = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (descriptor < 0) return 0;
  uint32_t columns = columns_of(descriptor);
  close(descriptor);
  return columns;
}

static uint64_t mount_namespace(void) {
#ifdef __linux__
  struct stat status;
  if (stat("/proc/self/ns/mnt", &status) == 0) return status.st_ino;
#endif
  return 0;
}

static mode_t current_umask(void) {
  mode_t mask = umask(0);
  umask(mask);
  return mask;
}

/* The program's path as seen from everywhere. */
static void put_absolute(struct buffer *request, const char *cwd, const char *program) {
  if (program[0] == '/') {
    put_string(request, program);
    return;
  }
  size_t directory = strlen(cwd);
  bool slash = directory > 0 && cwd[directory - 1] == '/';
  put_u32(request, (uint32_t)(directory + !slash + strlen(program)));
  buffer_append(request, cwd, directory);
  if (!slash) buffer_append(request, "/", 1);
  buffer_append(request, program, strlen(program));
}

static void put_hello(struct buffer *request) {
  size_t start = begin_frame(request, FRAME_HELLO);
  buffer_append(request, "SCTS", 4);
  put_u32(request, PROTOCOL_VERSION);
  put_string(request, BUILD_ID);
  end_frame(request, start);
}

static void put_request(struct buffer *request, const struct invocation *invocation, const char *cwd) {
  size_t start = begin_frame(request, invocation->control ? FRAME_CONTROL : FRAME_COMPILE);
  if (invocation->control) {
    put_u8(request, terminal_bits());
    put_string(request, cwd);
  } else {
    put_u32(request, (uint32_t)getpid());
    put_u32(request, current_umask());
    unsigned terminals = terminal_bits();
    put_u8(request, terminals);
    put_u32(request, terminal_columns(terminals));
    put_u64(request, mount_namespace());
    put_string(request, cwd);
    put_absolute(request, cwd, invocation->program);
  }
  put_strings(request, invocation->argv);
  put_strings(request, environ);
  end_frame(request, start);
}

/* ---- the steps ---- */

struct conversation {
  int socket;
  struct capture captures[2];
  struct buffer output; /* messages to the daemon, one at a time */
};

static void put_captured(struct buffer *message, const struct capture *capture) {
  bool spilled = capture_spilled(capture);
  put_u8(message, spilled);
  if (!spilled) put_bytes(message, capture->memory.data, capture->memory.length);
}

static bool report_ran(struct conversation *talk, const struct ran *ran) {
  struct buffer *message = &talk->output;
  message->length = 0;
  size_t start = begin_frame(message, FRAME_RAN);
  put_u8(message, ran->kind);
  put_u32(message, ran->value);
  put_u64(message, ran->wall_us);
  put_u64(message, ran->cpu_us);
  put_captured(message, &talk->captures[0]);
  put_captured(message, &talk->captures[1]);
  end_frame(message, start);
  return send_all(talk->socket, message, answer_deadline(NEXT_ANSWER_MS));
}

static void report_failed(struct conversation *talk, size_t index, int error) {
  struct buffer *message = &talk->output;
  message->length = 0;
  size_t start = begin_frame(message, FRAME_FAILED);
  put_u8(message, (unsigned)index);
  put_u32(message, (uint32_t)error);
  end_frame(message, start);
  (void)send_all(talk->socket, message, answer_deadline(FIRST_ANSWER_MS));
}

static bool report_stale(struct conversation *talk) {
  struct buffer *message = &talk->output;
  message->length = 0;
  end_frame(message, begin_frame(message, FRAME_STALE));
  return send_all(talk->socket, message, answer_deadline(FIRST_ANSWER_MS));
}

static _Noreturn void leave(const struct step *step) {
  if (step->exit.by_signal) die_of((int)step->exit.value);
  _exit((int)(step->exit.value & 0xff));
}

/* Carries out the steps of one frame, or those before a `check` that fails; false when the original command is to run. */
static bool perform(struct conversation *talk, const struct step *steps, size_t count) {
  for (size_t index = 0; index < count; index++) {
    const struct step *step = &steps[index];
    int error;
    struct ran ran;
    switch (step->kind) {
      case STEP_EXEC:
      case STEP_CLI: /* For a control request that is what the original command is. */
        return false;
      case STEP_RUN:
        ran = run_program(&step->run, talk->captures);
        if (!report_ran(talk, &ran)) return false;
        break;
      case STEP_CHECK:
        if (claims_hold(step->check)) break;
        return report_stale(talk);
      case STEP_PLACE:
        error = place_files(&step->place);
        if (error == 0) break;
        report_failed(talk, index, error);
        return false;
      case STEP_PRINT:
        /* What is written there may be the result (-o -): the compiler itself says that it could not be. */
        if (!write_all(1, step->print[0].bytes, step->print[0].length)) return false;
        print_bytes(2, step->print[1].bytes, step->print[1].length);
        break;
      case STEP_PRINT_CAPTURED:
        capture_print(&talk->captures[0], 1, step->strip);
        capture_print(&talk->captures[1], 2, step->strip);
        break;
      case STEP_EXIT:
        leave(step);
    }
  }
  return true;
}

static bool is_version_refusal(struct reader *reader) {
  struct span reason = get_bytes(reader);
  return !reader->failed && reason.length == strlen("version") && memcmp(reason.bytes, "version", reason.length) == 0;
}

/* Receives and carries out frames until there is nothing more to say. */
static enum verdict obey(struct conversation *talk) {
  static struct step steps[MAX_STEPS];
  struct buffer input = {.data = NULL};
  enum verdict verdict = FALL_BACK;
  bool going = true;
  for (int64_t wait = FIRST_ANSWER_MS; going; wait = NEXT_ANSWER_MS) {
    unsigned char *payload;
    size_t length;
    if (!receive_frame(talk->socket, &input, answer_deadline(wait), &payload, &length)) break;
    struct reader reader = {.at = payload, .end = payload + length, .failed = false};
    unsigned type = get_u8(&reader);
    going = false;
    if (type == FRAME_REFUSED && is_version_refusal(&reader)) verdict = OTHER_VERSION;
    if (type != FRAME_STEPS) break;
    size_t count = 0;
    if (decode_steps(&reader, steps, &count)) going = perform(talk, steps, count);
    free_steps(steps, count);
    drop_frame(&input);
  }
  free(input.data);
  return verdict;
}

static enum verdict talk_over(int socket, const struct buffer *request) {
  struct conversation talk = {.socket = socket, .captures = {{.file = -1}, {.file = -1}}};
  /* A daemon that refuses may answer and close before it has read everything; its answer is still there. */
  (void)send_all(socket, request, answer_deadline(FIRST_ANSWER_MS));
  enum verdict verdict = obey(&talk);
  for (int stream = 0; stream < 2; stream++) {
    capture_clear(&talk.captures[stream]);
    free(talk.captures[stream].memory.data);
  }
  free(talk.output.data);
  close(socket);
  return verdict;
}

/* A connection, to a daemon that is started if need be; -1 when there is none. */
static int reach_daemon(const struct invocation *invocation, struct socket_path *path, uint32_t hash) {
  bool located = locate_socket(path, !invocation->control);
  if (!located) return -1;
  int socket = connect_daemon(path, hash);
  /* A question about the cache starts no daemon: the command-line program can answer it. */
  if (socket >= 0 || invocation->control) return socket;
  return start_daemon(path) ? connect_daemon(path, hash) : -1;
}

void converse(const struct invocation *invocation) {
  static char cwd[PATH_MAX];
  static struct socket_path path;
  if (getcwd(cwd, sizeof cwd) == NULL) return;
  /* Only the main thread's socket, worker 0, answers for the daemon as a whole. */
  uint32_t hash = invocation->control ? 0 : request_hash(cwd, invocation->argv);
  int socket = reach_daemon(invocation, &path, hash);
  if (socket < 0) return;

  struct buffer request = {.data = NULL};
  buffer_reserve(&request, 16 * 1024);
  put_hello(&request);
  put_request(&request, invocation, cwd);
  bool other_version = talk_over(socket, &request) == OTHER_VERSION;
  /* The daemon of another build ends when it is asked; then one of ours takes its place. Once: two builds that are
     used at the same time would else replace each other for ever. */
  if (other_version && !invocation->control && await_silence(&path) && start_daemon(&path)) {
    socket = connect_daemon(&path, hash);
    if (socket >= 0) (void)talk_over(socket, &request);
  }
  free(request.data);
}
