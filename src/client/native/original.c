/* Becoming the original command: the last resort of everything, so it depends on nothing that may have failed. */
#include "client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A shell's exit codes for a program that is not there, and for one that cannot be executed. */
#define EXIT_NOT_FOUND 127
#define EXIT_CANNOT_EXECUTE 126

static const struct invocation *remembered;

void remember_original(const struct invocation *invocation) { remembered = invocation; }

void out_of_memory(void) {
  if (remembered != NULL) become_original(remembered);
  _exit(EXIT_CANNOT_EXECUTE);
}

static _Noreturn void cannot_execute(const char *program) {
  int error = errno;
  fprintf(stderr, "sccache: error: failed to execute compile\nsccache: caused by: %s: %s\n", program, strerror(error));
  exit(error == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_EXECUTE);
}

static size_t count_strings(char *const *strings) {
  size_t count = 0;
  while (strings[count] != NULL) count++;
  return count;
}

/* execve, or what a shell does with a script that has no `#!` line. Returns when neither works. */
static void execute(char *program, char **argv) {
  execve(program, argv, environ);
  if (errno != ENOEXEC) return;
  size_t count = count_strings(argv);
  char **shell_argv = malloc((count + 2) * sizeof *shell_argv);
  if (shell_argv == NULL) return;
  shell_argv[0] = "sh";
  shell_argv[1] = program;
  for (size_t index = 1; index <= count; index++) shell_argv[index + 1] = argv[index];
  if (count == 0) shell_argv[2] = NULL;
  execve("/bin/sh", shell_argv, environ);
  free(shell_argv);
  errno = ENOEXEC;
}

/* `node cli.cjs ARGUMENTS`, the program for people. */
static _Noreturn void become_cli(char **arguments) {
  const char *directory = own_directory();
  char *node = find_node();
  if (directory == NULL || node == NULL) {
    errno = ENOENT;
    cannot_execute("node");
  }
  static char script[PATH_MAX + 16];
  snprintf(script, sizeof script, "%s/cli.cjs", directory);
  size_t count = count_strings(arguments);
  char **argv = malloc((count + 3) * sizeof *argv);
  if (argv == NULL) cannot_execute(node);
  argv[0] = node;
  argv[1] = script;
  for (size_t index = 0; index <= count; index++) argv[index + 2] = arguments[index];
  execve(node, argv, environ);
  cannot_execute(node);
}

void become_original(const struct invocation *invocation) {
  if (invocation->control) become_cli(invocation->argv);
  execute(invocation->program, invocation->argv);
  cannot_execute(invocation->program);
}
