/* From a frame's bytes to steps. */
#include "client.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of the shortest file of a `place`: path, mode, method and an inline source, all empty. */
#define SHORTEST_FILE (4 + 4 + 1 + 1 + 4)

/* A u8 that must not be above `last`. */
static unsigned get_choice(struct reader *reader, unsigned last) {
  unsigned value = get_u8(reader);
  if (value > last) reader->failed = true;
  return value;
}

static void decode_run(struct reader *reader, struct run_step *run) {
  run->modes[0] = get_choice(reader, STREAM_TEE);
  run->modes[1] = get_choice(reader, STREAM_TEE);
  run->program = get_string(reader);
  run->argv = get_strings(reader);
  run->set = get_strings(reader);
  run->unset = get_strings(reader);
  run->input = get_string(reader);
  run->hidden = get_string(reader);
}

static void decode_file(struct reader *reader, struct placed_file *file) {
  file->path = get_string(reader);
  file->mode = get_u32(reader) & 07777;
  file->method = get_choice(reader, PLACE_REMOVE_FIRST);
  if (get_choice(reader, 1) == 0) {
    file->content = get_bytes(reader);
    file->length = file->content.length;
    return;
  }
  file->store_file = get_string(reader);
  file->offset = get_u64(reader);
  file->length = get_u64(reader);
  /* Both are used as off_t, and so is their sum. */
  if (file->offset > INT64_MAX / 2 || file->length > INT64_MAX / 2) reader->failed = true;
}

static void decode_place(struct reader *reader, struct place_step *place) {
  size_t count = get_u32(reader);
  if (reader->failed || count > (size_t)(reader->end - reader->at) / SHORTEST_FILE) {
    reader->failed = true;
    return;
  }
  place->files = calloc(count + 1, sizeof *place->files);
  if (place->files == NULL) out_of_memory();
  place->count = count;
  for (size_t index = 0; index < count && !reader->failed; index++) decode_file(reader, &place->files[index]);
}

static void decode_check(struct reader *reader, struct check_step *check) {
  check->count = get_u32(reader);
  check->claims = *reader;
  for (size_t index = 0; index < check->count && !reader->failed; index++) (void)get_bytes(reader);
}

static void decode_step(struct reader *reader, struct step *step) {
  memset(step, 0, sizeof *step);
  step->kind = get_u8(reader);
  switch (step->kind) {
    case STEP_EXEC:
    case STEP_CLI:
      return;
    case STEP_RUN:
      decode_run(reader, &step->run);
      return;
    case STEP_PLACE:
      decode_place(reader, &step->place);
      return;
    case STEP_PRINT:
      step->print[0] = get_bytes(reader);
      step->print[1] = get_bytes(reader);
      return;
    case STEP_EXIT:
      step->exit.by_signal = get_choice(reader, 1) == 1;
      step->exit.value = get_u32(reader);
      return;
    case STEP_CHECK:
      decode_check(reader, &step->check);
      return;
    case STEP_PRINT_CAPTURED:
      step->strip = get_choice(reader, 1) == 1;
      return;
  }
  reader->failed = true;
}

bool decode_steps(struct reader *reader, struct step *steps, size_t *count) {
  size_t announced = get_u8(reader);
  *count = 0;
  while (*count < announced && !reader->failed) {
    /* What comes behind a `run` could not be known before its `ran`. */
    if (*count > 0 && steps[*count - 1].kind == STEP_RUN) return false;
    decode_step(reader, &steps[(*count)++]);
  }
  return !reader->failed && reader->at == reader->end;
}

void free_steps(struct step *steps, size_t count) {
  for (size_t index = 0; index < count; index++) {
    struct step *step = &steps[index];
    if (step->kind == STEP_PLACE) free(step->place.files);
    if (step->kind == STEP_RUN) {
      free(step->run.argv);
      free(step->run.set);
      free(step->run.unset);
    }
  }
}
