/* What were we called for, and the order of events. */
#include "client.h"

#include <fcntl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As sccache has it: a compile that cannot even be looked at. */
#define EXIT_NO_COMPILER 2

/* Whether a command's name is `sccache` (or `sccache.exe`). */
static bool is_own_name(const char *name) {
  const char *base = base_name(name);
  return strcmp(base, "sccache") == 0 || strcmp(base, "sccache.exe") == 0;
}

static _Noreturn void no_compiler(const char *name) {
  fprintf(stderr, "sccache: error: failed to execute compile\nsccache: caused by: cannot find binary path: %s\n", name);
  exit(EXIT_NO_COMPILER);
}

/*
 * Whether a word is ourselves once more: `sccache sccache gcc -c x.c` is what comes of a launcher setting on top of
 * CC="sccache gcc". A program of that name that is not ourselves is a program like others.
 */
static bool is_ourselves_again(const char *word) {
  if (!is_own_name(word)) return false;
  if (strchr(word, '/') != NULL) return is_ourselves(word);
  bool skipped = false;
  return find_in_path(word, &skipped) == NULL && skipped;
}

/*
 * Finds the compiler that argv names. Where ourselves stand before it in PATH under its name, argv[0] becomes its
 * path: compilers find their parts from argv[0] (gcc its cc1, clang its headers), and would look beside us.
 */
static void find_compiler(struct invocation *invocation) {
  char *name = invocation->argv[0];
  bool skipped = false;
  if (strchr(name, '/') != NULL) {
    if (!is_ourselves(name)) {
      invocation->program = name;
      return;
    }
    invocation->program = find_in_path(base_name(name), NULL);
    skipped = true;
  } else {
    invocation->program = find_in_path(name, &skipped);
  }
  if (invocation->program == NULL) no_compiler(name);
  if (skipped) invocation->argv[0] = invocation->program;
}

static struct invocation understand(char **argv) {
  struct invocation invocation = {.control = false, .argv = argv, .program = NULL};
  if (!is_own_name(argv[0])) {
    /* A link of the compiler's name to us. Even where `argv[0]` has no slash, we are not the one to execute. */
    invocation.program = find_in_path(base_name(argv[0]), NULL);
    if (invocation.program == NULL) no_compiler(argv[0]);
    invocation.argv[0] = invocation.program;
    return invocation;
  }
  do {
    invocation.argv++;
  } while (invocation.argv[0] != NULL && is_ourselves_again(invocation.argv[0]));

  char **words = invocation.argv;
  if (words[0] != NULL && strcmp(words[0], "--") == 0 && words[1] != NULL) {
    invocation.argv++;
  } else if (words[0] == NULL || words[0][0] == '-') {
    invocation.control = true;
    return invocation;
  }
  find_compiler(&invocation);
  return invocation;
}

/* We are inside a compile that a client of ours has started: whatever this is, it is a part of that one. */
static bool is_inner(void) {
  const char *inner = getenv("SCCACHE_INNER");
  return inner != NULL && inner[0] != '\0';
}

/* With a closed stream a compiler may take a file of its own for it (gcc -Wall fails without stderr): we keep out of that. */
static bool has_standard_streams(void) {
  return fcntl(STDIN_FILENO, F_GETFD) >= 0 && fcntl(STDOUT_FILENO, F_GETFD) >= 0 && fcntl(STDERR_FILENO, F_GETFD) >= 0;
}

int main(int argc, char **argv) {
  if (argc < 1) return EXIT_NO_COMPILER;
  struct invocation invocation = understand(argv);
  remember_original(&invocation);
  if (invocation.control || (has_standard_streams() && !is_inner())) converse(&invocation);
  become_original(&invocation);
}
