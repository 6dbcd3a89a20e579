/* Leaving a text out of what a run writes. */
#include "client.h"

#include <string.h>

void hiding_drop(struct hiding *hiding, size_t length) {
  struct buffer *held = &hiding->held;
  held->length -= length;
  memmove(held->data, held->data + length, held->length);
}

/* How many bytes at the end may be the beginning of the text. */
static size_t begun(const struct buffer *held, const char *text, size_t length) {
  size_t most = held->length < length - 1 ? held->length : length - 1;
  while (most > 0 && memcmp(held->data + held->length - most, text, most) != 0) most--;
  return most;
}

size_t hiding_take(struct hiding *hiding, const void *bytes, size_t length) {
  struct buffer *held = &hiding->held;
  buffer_append(held, bytes, length);
  size_t hidden = strlen(hiding->text);
  if (hidden == 0) return held->length;
  unsigned char *found;
  while ((found = memmem(held->data, held->length, hiding->text, hidden)) != NULL) {
    memmove(found, found + hidden, held->length - hidden - (size_t)(found - held->data));
    held->length -= hidden;
  }
  return held->length - begun(held, hiding->text, hidden);
}
