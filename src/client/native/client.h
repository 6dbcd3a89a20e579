/*
 * The native client: sends what it was asked to do to the daemon and carries out the steps that come back
 * (docs/architecture.md). It knows no compiler and no flag, and whatever goes wrong it becomes the original command.
 *
 *   main.c       what were we called for, and the order of events
 *   locate.c     our own executable, and programs in PATH
 *   original.c   becoming the original command
 *   socket.c     where the daemon's socket is, and connecting to it
 *   start.c      starting a daemon
 *   frame.c      buffers, and frames in both directions
 *   steps.c      from a frame's bytes to steps
 *   converse.c   the conversation: request, steps, answers
 *   run.c        the step `run`
 *   capture.c    what a run wrote, in memory or spilled to a file
 *   hide.c       leaving a text out of what a run writes
 *   check.c      the step `check`
 *   place.c      the step `place`
 *   print.c      writing to our standard streams
 *   signals.c    passing signals on, and dying of one
 */
#ifndef SCCACHE_CLIENT_H
#define SCCACHE_CLIENT_H

#ifdef __linux__
#define _GNU_SOURCE /* copy_file_range, pipe2, accept4's flags */
#else
#define _DARWIN_C_SOURCE
#endif

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifndef BUILD_ID
#error "BUILD_ID is the text of dist/build-id (scripts/build-client.mjs defines it)"
#endif
#ifndef SCCACHE_NODE
#define SCCACHE_NODE "node"
#endif

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

extern char **environ;

/* ---- main.c: what we were called for ---- */

struct invocation {
  bool control;     /* `sccache --show-stats` and its like, not a compile */
  char **argv;      /* compile: the compiler's; control: the arguments alone. NULL-terminated */
  char *program;    /* compile: the path to execute */
};

/* ---- locate.c ---- */

/* The directory of our real executable, without a slash at the end. NULL when the system does not tell. */
const char *own_directory(void);
/* Whether the path leads, over whatever links, to our own executable. */
bool is_ourselves(const char *path);
/*
 * The first executable of that name in PATH that is not ourselves, in a static buffer; NULL when there is none.
 * *skipped (may be NULL) tells whether ourselves stood before it.
 */
char *find_in_path(const char *name, bool *skipped);
/* The program to run scripts with: the node that we were installed with, else the one in PATH, else NULL. */
char *find_node(void);
/* What follows the last slash. */
const char *base_name(const char *path);

/* ---- original.c ---- */

/* Becomes the command we were asked to run, as it came; for a control request the command-line program. */
_Noreturn void become_original(const struct invocation *invocation);
/* An allocation failed: what cannot be remembered can still be compiled. */
_Noreturn void out_of_memory(void);
/* Remembers the invocation for out_of_memory. */
void remember_original(const struct invocation *invocation);

/* ---- socket.c ---- */

/* A socket's address must fit into sun_path. 104 is what the smallest system (macOS) has, 108 is Linux. */
struct socket_path {
  char text[PATH_MAX];
};
/* Finds the socket's path. False: there is no safe one, compile uncached. Creates the directory if asked. */
bool locate_socket(struct socket_path *path, bool create_directory);
/* Connects to the worker that the hash selects; -1 when no daemon listens. The descriptor does not block. */
int connect_daemon(const struct socket_path *path, uint32_t hash);
/* The hash that makes equal requests meet: FNV-1a (32 bit) of cwd and arguments, each with its NUL. */
uint32_t request_hash(const char *cwd, char *const *argv);

/* ---- start.c ---- */

/* Starts a daemon, or waits for the one that another client is starting. False: none will listen soon. */
bool start_daemon(const struct socket_path *path);
/* Waits until no daemon listens on the socket any more. False: it still does after the time for a start. */
bool await_silence(const struct socket_path *path);

/* ---- frame.c ---- */

#define MAX_FRAME (256u * 1024 * 1024)

struct buffer {
  unsigned char *data;
  size_t length;
  size_t capacity;
};
void buffer_reserve(struct buffer *buffer, size_t more);
void buffer_append(struct buffer *buffer, const void *bytes, size_t length);
void put_u8(struct buffer *buffer, unsigned value);
void put_u32(struct buffer *buffer, uint32_t value);
void put_u64(struct buffer *buffer, uint64_t value);
void put_bytes(struct buffer *buffer, const void *bytes, size_t length);
void put_string(struct buffer *buffer, const char *string);
void put_strings(struct buffer *buffer, char *const *strings);
/* A frame is begun with its type and ended by writing its length; begin returns what end needs. */
size_t begin_frame(struct buffer *buffer, unsigned type);
void end_frame(struct buffer *buffer, size_t start);

/* Reads fields of a payload in order. The first one that is not there sets `failed`; reads then give nothing. */
struct reader {
  unsigned char *at;
  unsigned char *end;
  bool failed;
};
unsigned get_u8(struct reader *reader);
uint32_t get_u32(struct reader *reader);
uint64_t get_u64(struct reader *reader);
struct span {
  const unsigned char *bytes;
  size_t length;
};
struct span get_bytes(struct reader *reader);
/* Bytes as a C string, made in place: the payload is changed. Fails on a NUL inside. */
char *get_string(struct reader *reader);
/* A list as a NULL-terminated array, to be freed. NULL when the reader failed. */
char **get_strings(struct reader *reader);

/* Milliseconds of a clock that only goes forward. */
int64_t now_ms(void);
/* Sends everything before the deadline; false when the peer is gone or too slow. */
bool send_all(int socket, const struct buffer *buffer, int64_t deadline);
/*
 * Receives until one frame is complete at the front of `input`. *payload and *length describe it; drop_frame removes
 * it. False: end of stream, deadline, or a length above MAX_FRAME.
 */
bool receive_frame(int socket, struct buffer *input, int64_t deadline, unsigned char **payload, size_t *length);
void drop_frame(struct buffer *input);

/* ---- steps.c ---- */

enum step_kind {
  STEP_EXEC = 1,
  STEP_RUN = 2,
  STEP_PLACE = 3,
  STEP_PRINT = 4,
  STEP_EXIT = 5,
  STEP_CLI = 6,
  STEP_PRINT_CAPTURED = 7,
  STEP_CHECK = 8
};
enum stream_mode { STREAM_INHERIT = 0, STREAM_CAPTURE = 1, STREAM_TEE = 2 };
enum place_method { PLACE_TRUNCATE = 0, PLACE_UNLINK_FIRST = 1, PLACE_RENAME = 2, PLACE_DIRECTORY = 3, PLACE_RENAME_WRITABLE = 4, PLACE_REMOVE = 5, PLACE_COPY = 6, PLACE_APPEND = 7, PLACE_REMOVE_FIRST = 8 };

struct run_step {
  enum stream_mode modes[2]; /* stdout, stderr */
  char *program;
  char **argv;
  char **set;
  char **unset;
  char *input;  /* "" inherits */
  char *hidden; /* left out of stderr; "" is nothing */
};
struct placed_file {
  char *path;
  mode_t mode;
  enum place_method method;
  char *store_file;     /* NULL: the bytes are inline */
  struct span content;  /* inline */
  uint64_t offset;      /* in the store file */
  uint64_t length;
};
struct place_step {
  struct placed_file *files;
  size_t count;
};
/* Claims are read where they are: `count` byte strings from where the reader stands. */
struct check_step {
  struct reader claims;
  size_t count;
};
struct step {
  enum step_kind kind;
  union {
    struct run_step run;
    struct place_step place;
    struct check_step check;
    struct span print[2];
    struct {
      bool by_signal;
      uint32_t value;
    } exit;
    bool strip;
  };
};
#define MAX_STEPS 255
/* Decodes a whole `steps` payload behind its type before anything is carried out. False: it does not parse. */
bool decode_steps(struct reader *reader, struct step *steps, size_t *count);
void free_steps(struct step *steps, size_t count);

/* ---- converse.c ---- */

/* Talks to a daemon and does what it says. Returns when the original command is what is left to do. */
void converse(const struct invocation *invocation);

/* ---- capture.c ---- */

/* More than this of one stream goes to a file: a compiler may write any amount, our memory is not for that. */
#define SPILL_LIMIT (64u * 1024 * 1024)

struct capture {
  struct buffer memory;
  int file; /* -1, or the unlinked file that has all of it */
};
void capture_clear(struct capture *capture);
void capture_append(struct capture *capture, const void *bytes, size_t length);
bool capture_spilled(const struct capture *capture);
/* Prints it, without terminal escape sequences if asked. */
void capture_print(const struct capture *capture, int descriptor, bool strip);

/* ---- hide.c ---- */

/* Leaves a text out of a stream that comes in pieces. */
struct hiding {
  const char *text;   /* "" leaves everything */
  struct buffer held; /* what has come and was not yet shown */
};
/* Takes a piece. So many bytes at the front of `held` can be shown now: the text does not begin in them. */
size_t hiding_take(struct hiding *hiding, const void *bytes, size_t length);
/* Drops what was shown. */
void hiding_drop(struct hiding *hiding, size_t length);

/* ---- run.c ---- */

enum ran_kind { RAN_EXIT = 0, RAN_SIGNAL = 1, RAN_NOT_STARTED = 2 };
struct ran {
  enum ran_kind kind;
  uint32_t value; /* exit code, signal or errno */
  uint64_t wall_us;
  uint64_t cpu_us;
};
/* Runs the program to its end. Dies with it when a signal that came to us ended it. */
struct ran run_program(const struct run_step *step, struct capture captures[2]);

/* ---- check.c ---- */

/* Whether all files are as claimed. */
bool claims_hold(struct check_step check);

/* ---- place.c ---- */

/* Writes the files. 0, or the errno of the first one that could not be written. */
int place_files(const struct place_step *step);
/* write() until all is written; false with errno. Waits where the descriptor does not block. */
bool write_all(int descriptor, const void *bytes, size_t length);

/* ---- print.c ---- */

void print_bytes(int descriptor, const void *bytes, size_t length);
/* Prints without escape sequences; the state goes over from one piece to the next and starts as 0. */
void print_stripped(int descriptor, const void *bytes, size_t length, int *state);

/* ---- signals.c ---- */

/* Blocks what is passed on, so that none is lost while the child is started. */
void signals_hold(void);
/* From now on signals go to the child. *wake_descriptor becomes readable when a child ended. -1 if that failed. */
int signals_forward_to(pid_t child);
/* Undoes hold and forward. */
void signals_restore(void);
/* The mask as it was before signals_hold: what a child starts with. */
const void *signals_original_mask(void);
/* Whether that signal came to us while forwarding. */
bool signals_received(int number);
/* Dies of the signal, so that our parent sees what the compiler's parent would have seen. */
_Noreturn void die_of(int number);

/* ---- descriptors (frame.c) ---- */

/* Moves a descriptor above the standard streams, which may be closed; it closes on exec. -1 stays -1. */
int above_standard(int descriptor);

#endif
