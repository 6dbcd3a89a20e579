/*
 * Runs one command many times and prints how long that took. Starting a process from Node costs a millisecond and more
 * of its own, which is as much as the thing to be measured; posix_spawn in a small process costs some 0.3 ms.
 *
 *   runner JOBS COUNT FIRST program argument...
 *
 * JOBS run at once. In the arguments {i} stands for FIRST, FIRST + 1, ... and {s} for the slot (0 ... JOBS - 1).
 * Output: nanoseconds for all of them, and how many did not exit with 0.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

enum { MAX_JOBS = 256 };

static char *expand(const char *text, long index, int slot) {
    size_t size = strlen(text) + 64;
    for (const char *p = text; (p = strchr(p, '{')) != NULL; p++) size += 32;
    char *result = malloc(size);
    if (result == NULL) abort();
    char *out = result;
    while (*text) {
        if (strncmp(text, "{i}", 3) == 0) {
            out += sprintf(out, "%ld", index);
            text += 3;
        } else if (strncmp(text, "{s}", 3) == 0) {
            out += sprintf(out, "%d", slot);
            text += 3;
        } else {
            *out++ = *text++;
        }
    }
    *out = 0;
    return result;
}

static pid_t start(char **template, int count, long index, int slot, posix_spawn_file_actions_t *actions) {
    char **argv = calloc((size_t)count + 1, sizeof *argv);
    if (argv == NULL) abort();
    for (int i = 0; i < count; i++) argv[i] = expand(template[i], index, slot);
    pid_t pid;
    int error = posix_spawnp(&pid, argv[0], actions, NULL, argv, environ);
    if (error != 0) {
        fprintf(stderr, "runner: %s: %s\n", argv[0], strerror(error));
        exit(2);
    }
    for (int i = 0; i < count; i++) free(argv[i]);
    free(argv);
    return pid;
}

int main(int argc, char **argv) {
    if (argc < 5) return 2;
    int jobs = atoi(argv[1]);
    long count = atol(argv[2]), first = atol(argv[3]), started = 0, ended = 0, failed = 0;
    if (jobs < 1 || jobs > MAX_JOBS) return 2;

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);

    pid_t slots[MAX_JOBS] = {0};
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    while (ended < count) {
        for (int s = 0; s < jobs && started < count; s++) {
            if (slots[s] == 0) slots[s] = start(argv + 4, argc - 4, first + started++, s, &actions);
        }
        int status;
        pid_t pid = wait(&status);
        if (pid < 0) {
            if (errno == EINTR) continue;
            return 2;
        }
        for (int s = 0; s < jobs; s++) {
            if (slots[s] == pid) slots[s] = 0;
        }
        ended++;
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) failed++;
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    long long ns = (to.tv_sec - from.tv_sec) * 1000000000LL + (to.tv_nsec - from.tv_nsec);
    printf("%lld %ld\n", ns, failed);
    return 0;
}
