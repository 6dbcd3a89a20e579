/*
 * The step `place`: writes outputs as the compiler would have written them.
 *
 * Measured with strace (gcc 12.2, GNU as 2.40, clang 14). "link": a symbolic link to a file with something in it.
 *
 *   written by                      what exists     what happens                                          method
 *   gcc -S, gcc and clang -MF       regular file    open(O_TRUNC): same inode, mode, other hard links see it   0
 *                                   link, dangling  written through, the link stays
 *   gcc -c (as), clang              regular, filled unlink, then open(O_CREAT|O_TRUNC): new inode and mode     1
 *     -fno-integrated-as            regular, empty  open(O_TRUNC): same inode and mode
 *                                   link            the link is unlinked, its target stays as it is
 *                                   dangling link   written through
 *   clang --serialize-diagnostics   regular, link,  removed, then open(O_CREAT|O_TRUNC)                        8
 *                                   dangling link
 *   clang -c, clang -S              regular, link,  FILE-xxxxxxxx.tmp (O_EXCL), then rename over the name;     2
 *                                   dangling link   the link's target and other hard links stay as they are
 *
 * clang first checks that an existing file may be written, and all of them write through what is no regular file.
 */
#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#if defined(__linux__) && !defined(FICLONE)
#define FICLONE _IOW(0x94, 9, int) /* linux/fs.h, which musl's compiler wrapper does not see */
#endif

#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE 2 /* linux/fs.h */
#endif

/* Names of temporary files to try before giving up. */
#define NAME_ATTEMPTS 16

/* Where a file's bytes are copied from. */
struct origin {
  int store; /* descriptor, -1: inline */
  uint64_t store_size;
};

/* Opens and checks the source first: a store file that is gone must not cost the user the old output. */
static int open_origin(const struct placed_file *file, struct origin *origin) {
  *origin = (struct origin){.store = -1};
  if (file->store_file == NULL) return 0;
  int store = above_standard(open(file->store_file, O_RDONLY | O_CLOEXEC));
  if (store < 0) return errno;
  struct stat status;
  int error = fstat(store, &status) != 0 ? errno : !S_ISREG(status.st_mode) ? EINVAL : 0;
  if (error == 0 && (uint64_t)status.st_size < file->offset + file->length) error = EIO;
  if (error != 0) {
    close(store);
    return error;
  }
  origin->store = store;
  origin->store_size = (uint64_t)status.st_size;
  return 0;
}

/* read and write, from where the copy has come to. */
static int copy_through_memory(int store, off_t at, uint64_t left, int target) {
  static unsigned char piece[256 * 1024];
  while (left > 0) {
    ssize_t count = pread(store, piece, left < sizeof piece ? (size_t)left : sizeof piece, at);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) return EIO;
    if (!write_all(target, piece, (size_t)count)) return errno;
    at += count;
    left -= (uint64_t)count;
  }
  return 0;
}

/* Shares the blocks where the file system can, else copies in the kernel, else through memory. */
static int copy_store(const struct placed_file *file, const struct origin *origin, int target) {
  off_t at = (off_t)file->offset;
  uint64_t left = file->length;
#ifdef __linux__
  if (at == 0 && left == origin->store_size && ioctl(target, FICLONE, origin->store) == 0) return 0;
  while (left > 0) {
    ssize_t count = copy_file_range(origin->store, &at, target, NULL, left, 0);
    if (count < 0 && errno == EINTR) continue;
    /* Other file systems, old kernels, pipes: whatever it is, the loop below finds out. */
    if (count <= 0) break;
    left -= (uint64_t)count;
  }
#endif
  return copy_through_memory(origin->store, at, left, target);
}

/* Writes the contents and closes the target, which is when some file systems tell that there is no room. */
static int fill(const struct placed_file *file, const struct origin *origin, int target) {
  int error = 0;
  if (origin->store >= 0) {
    error = copy_store(file, origin, target);
  } else if (!write_all(target, file->content.bytes, file->content.length)) {
    error = errno;
  }
  if (close(target) != 0 && error == 0) error = errno;
  return error;
}

/* `how`: O_TRUNC, or O_APPEND: what others add at the same time then stands before or behind it. */
static int open_and_fill(const struct placed_file *file, const struct origin *origin, int how) {
  int target = open(file->path, O_WRONLY | O_CREAT | O_CLOEXEC | how, file->mode);
  return target < 0 ? errno : fill(file, origin, target);
}

static int write_in_place(const struct placed_file *file, const struct origin *origin) {
  return open_and_fill(file, origin, O_TRUNC);
}

/* The permissions that a new file gets. */
static mode_t permissions(mode_t mode) {
  mode_t mask = umask(0);
  umask(mask);
  return mode & ~mask;
}

/* As Rust's fs::copy does it: the file has the permissions of the one that it is copied from. */
static int write_as_copy(const struct placed_file *file, const struct origin *origin) {
  int error = write_in_place(file, origin);
  struct stat status;
  if (error != 0 || stat(file->path, &status) != 0 || !S_ISREG(status.st_mode)) return error;
  mode_t mode = permissions(file->mode);
  return (status.st_mode & 07777) == mode || chmod(file->path, mode) == 0 ? 0 : errno;
}

static int unlink_and_write(const struct placed_file *file, const struct origin *origin) {
  struct stat status;
  if (stat(file->path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size != 0) {
    if (unlink(file->path) != 0) return errno;
  }
  return write_in_place(file, origin);
}

/* LLVM removes nothing but these. */
static int remove_and_write(const struct placed_file *file, const struct origin *origin) {
  struct stat status;
  bool removable = lstat(file->path, &status) == 0 && (S_ISREG(status.st_mode) || S_ISLNK(status.st_mode));
  if (removable && unlink(file->path) != 0) return errno;
  return write_in_place(file, origin);
}

/* Creates a file beside the path; its name is put into `name`. -1 with errno. */
static int create_beside(const struct placed_file *file, char *name, size_t size) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  uint32_t random = (uint32_t)time.tv_nsec ^ (uint32_t)getpid() << 12;
  for (int attempt = 0; attempt < NAME_ATTEMPTS; attempt++) {
    int length = snprintf(name, size, "%s-%08x.tmp", file->path, (unsigned)(random + (uint32_t)attempt));
    if (length < 0 || (size_t)length >= size) {
      errno = ENAMETOOLONG;
      return -1;
    }
    int target = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file->mode);
    if (target >= 0 || errno != EEXIST) return target;
  }
  return -1;
}

/*
 * Puts a new file in the place of an old one. On ext4, renaming over a file starts to write the new one to the disk at once
 * (auto_da_alloc: 2.7 ms for 2.5 MB, which takes 0.9 to write); changing places with it and removing the old one does not.
 */
static int replace(const char *name, const char *path, bool replaces) {
#ifdef SYS_renameat2
  if (replaces && syscall(SYS_renameat2, AT_FDCWD, name, AT_FDCWD, path, RENAME_EXCHANGE) == 0) {
    unlink(name);
    return 0;
  }
#else
  (void)replaces;
#endif
  return rename(name, path) == 0 ? 0 : errno;
}

static int write_and_rename(const struct placed_file *file, const struct origin *origin) {
  struct stat status;
  bool replaces = stat(file->path, &status) == 0;
  if (replaces) {
    if (!S_ISREG(status.st_mode)) return write_in_place(file, origin);
    if (access(file->path, W_OK) != 0) return errno;
  }
  char name[PATH_MAX];
  int target = create_beside(file, name, sizeof name);
  if (target < 0) return errno;
  int error = fill(file, origin, target);
  if (error == 0) error = replace(name, file->path, replaces);
  if (error != 0) unlink(name);
  return error;
}

/* As rustc sees it: by the mode, which says so to root, too. */
static bool is_read_only(const char *path) {
  struct stat status;
  return stat(path, &status) == 0 && (status.st_mode & 0222) == 0;
}

/* As rustc makes its output directory: with all above it, and content with one that is there. */
static int make_directory(const struct placed_file *file) {
  if (mkdir(file->path, file->mode) == 0 || errno == EEXIST) return 0;
  if (errno != ENOENT) return errno;
  for (char *slash = strchr(file->path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    int error = mkdir(file->path, file->mode) == 0 || errno == EEXIST ? 0 : errno;
    *slash = '/';
    if (error != 0) return error;
  }
  return mkdir(file->path, file->mode) == 0 || errno == EEXIST ? 0 : errno;
}

static int place_file(const struct placed_file *file) {
  if (file->method == PLACE_DIRECTORY) return make_directory(file);
  if (file->method == PLACE_REMOVE) {
    unlink(file->path); /* mostly there is none */
    return 0;
  }
  struct origin origin;
  int error = open_origin(file, &origin);
  if (error != 0) return error;
  switch (file->method) {
    case PLACE_TRUNCATE:
      error = write_in_place(file, &origin);
      break;
    case PLACE_COPY:
      error = write_as_copy(file, &origin);
      break;
    case PLACE_APPEND:
      error = open_and_fill(file, &origin, O_APPEND);
      break;
    case PLACE_UNLINK_FIRST:
      error = unlink_and_write(file, &origin);
      break;
    case PLACE_REMOVE_FIRST:
      error = remove_and_write(file, &origin);
      break;
    case PLACE_RENAME_WRITABLE:
      error = is_read_only(file->path) ? EACCES : write_and_rename(file, &origin);
      break;
    case PLACE_RENAME:
      error = write_and_rename(file, &origin);
      break;
    case PLACE_DIRECTORY:
    case PLACE_REMOVE:
      break;
  }
  if (origin.store >= 0) close(origin.store);
  return error;
}

int place_files(const struct place_step *step) {
  for (size_t index = 0; index < step->count; index++) {
    int error = place_file(&step->files[index]);
    if (error != 0) return error;
  }
  return 0;
}
