/* Passing signals on to the compiler, and dying of one. */
#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

/* What ends a build. SIGCHLD is not passed on: it wakes the loop that reads the child's output. */
static const int forwarded[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
#define FORWARDED (sizeof forwarded / sizeof forwarded[0])

static struct sigaction saved[FORWARDED];
static struct sigaction saved_child;
static sigset_t saved_mask;
static volatile sig_atomic_t received[FORWARDED];
static volatile pid_t target;
static int wake[2] = {-1, -1};

void signals_hold(void) {
  sigset_t held;
  sigemptyset(&held);
  for (size_t index = 0; index < FORWARDED; index++) sigaddset(&held, forwarded[index]);
  sigaddset(&held, SIGCHLD);
  sigprocmask(SIG_BLOCK, &held, &saved_mask);
}

const void *signals_original_mask(void) { return &saved_mask; }

static void pass_on(int number, siginfo_t *info, void *context) {
  (void)context;
  int error = errno;
  for (size_t index = 0; index < FORWARDED; index++) {
    if (forwarded[index] == number) received[index] = 1;
  }
#ifdef __linux__
  /* One that the kernel sent came from the terminal (Ctrl-C), which has sent it to the child as well. */
  if (info->si_code > 0) {
    errno = error;
    return;
  }
#else
  (void)info;
#endif
  kill(target, number);
  errno = error;
}

static void wake_up(int number) {
  (void)number;
  int error = errno;
  /* The pipe does not block; one byte in it is as good as many. */
  (void)!write(wake[1], "", 1);
  errno = error;
}

static bool open_wake_pipe(void) {
  if (pipe(wake) != 0) return false;
  for (int end = 0; end < 2; end++) {
    wake[end] = above_standard(wake[end]);
    if (wake[end] < 0) return false;
    fcntl(wake[end], F_SETFD, FD_CLOEXEC);
    fcntl(wake[end], F_SETFL, O_NONBLOCK);
  }
  return true;
}

int signals_forward_to(pid_t child) {
  target = child;
  bool woken = open_wake_pipe();
  for (size_t index = 0; index < FORWARDED; index++) {
    received[index] = 0;
    struct sigaction action = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    sigaction(forwarded[index], NULL, &saved[index]);
    /* What nohup or a shell's `&` has ignored stays ignored, here and in the child. */
    if (saved[index].sa_handler != SIG_IGN) sigaction(forwarded[index], &action, NULL);
  }
  struct sigaction child_action = {.sa_handler = woken ? wake_up : SIG_DFL, .sa_flags = SA_NOCLDSTOP};
  sigemptyset(&child_action.sa_mask);
  sigaction(SIGCHLD, &child_action, &saved_child);
  /* Even where our parent held SIGCHLD back we need it now; a child that is gone already is announced here. */
  sigset_t mask = saved_mask;
  sigdelset(&mask, SIGCHLD);
  sigprocmask(SIG_SETMASK, &mask, NULL);
  return woken ? wake[0] : -1;
}

void signals_restore(void) {
  for (size_t index = 0; index < FORWARDED && target > 0; index++) sigaction(forwarded[index], &saved[index], NULL);
  if (target > 0) sigaction(SIGCHLD, &saved_child, NULL);
  sigprocmask(SIG_SETMASK, &saved_mask, NULL);
  for (int end = 0; end < 2; end++) {
    if (wake[end] >= 0) close(wake[end]);
    wake[end] = -1;
  }
  target = 0;
}

bool signals_received(int number) {
  for (size_t index = 0; index < FORWARDED; index++) {
    if (forwarded[index] == number) return received[index] != 0;
  }
  return false;
}

void die_of(int number) {
  /* A core file would be ours, and stand in the place of the compiler's. */
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  signal(number, SIG_DFL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, number);
  sigprocmask(SIG_UNBLOCK, &only, NULL);
  kill(getpid(), number);
  /* Still here: not a signal that kills. What a shell would make of it. */
  _exit(128 + (number & 127));
}
