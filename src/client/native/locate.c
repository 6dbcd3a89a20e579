/* Our own executable, and programs in PATH. */
#include "client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

/* What a shell searches when PATH is not set. */
#define DEFAULT_PATH "/usr/local/bin:/usr/bin:/bin"

const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash == NULL ? path : slash + 1;
}

/* Our executable's path with links resolved; false when the system does not tell. */
static bool own_path(char path[PATH_MAX]) {
#ifdef __APPLE__
  char unresolved[PATH_MAX];
  uint32_t size = sizeof unresolved;
  return _NSGetExecutablePath(unresolved, &size) == 0 && realpath(unresolved, path) != NULL;
#else
  ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);
  if (length <= 0) return false;
  path[length] = '\0';
  return true;
#endif
}

const char *own_directory(void) {
  static char path[PATH_MAX];
  if (!own_path(path)) return NULL;
  char *slash = strrchr(path, '/');
  if (slash == NULL) return NULL;
  *slash = '\0';
  return path;
}

/* Device and inode of our executable. Where even that is not known, nothing is taken for ourselves. */
static const struct stat *own_identity(void) {
  static struct stat identity;
  static enum { UNKNOWN, KNOWN, FAILED } state = UNKNOWN;
  if (state == UNKNOWN) {
#ifdef __APPLE__
    char path[PATH_MAX];
    state = own_path(path) && stat(path, &identity) == 0 ? KNOWN : FAILED;
#else
    state = stat("/proc/self/exe", &identity) == 0 ? KNOWN : FAILED;
#endif
  }
  return state == KNOWN ? &identity : NULL;
}

static bool is_own_identity(const struct stat *status) {
  const struct stat *own = own_identity();
  return own != NULL && own->st_dev == status->st_dev && own->st_ino == status->st_ino;
}

bool is_ourselves(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 && is_own_identity(&status);
}

char *find_in_path(const char *name, bool *skipped) {
  static char candidate[PATH_MAX];
  const char *path = getenv("PATH");
  if (path == NULL) path = DEFAULT_PATH;
  if (skipped != NULL) *skipped = false;
  size_t name_length = strlen(name);
  if (name_length == 0) return NULL;

  for (const char *entry = path;;) {
    size_t length = strcspn(entry, ":");
    if (length + 1 + name_length + 1 <= sizeof candidate) {
      /* An empty entry is the current directory. */
      size_t at = 0;
      if (length == 0) {
        candidate[at++] = '.';
      } else {
        memcpy(candidate, entry, length);
        at = length;
      }
      if (candidate[at - 1] != '/') candidate[at++] = '/';
      if (at + name_length < sizeof candidate) {
        memcpy(candidate + at, name, name_length + 1);
        struct stat status;
        if (stat(candidate, &status) == 0 && S_ISREG(status.st_mode) && access(candidate, X_OK) == 0) {
          if (!is_own_identity(&status)) return candidate;
          if (skipped != NULL) *skipped = true;
        }
      }
    }
    if (entry[length] == '\0') return NULL;
    entry += length + 1;
  }
}

char *find_node(void) {
  static char installed[] = SCCACHE_NODE;
  if (strchr(installed, '/') != NULL && access(installed, X_OK) == 0) return installed;
  return find_in_path("node", NULL);
}
