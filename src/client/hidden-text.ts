/** Leaves a text out of a stream that comes in pieces. */
export class HiddenText {
  readonly #text: Buffer;
  #held = Buffer.alloc(0);

  /** @param text nothing is left out where it is empty */
  constructor(text: Buffer) {
    this.#text = text;
  }

  /** What can be shown after this piece: all but an end that may be the beginning of the text. */
  take(piece: Buffer): Buffer {
    const text = this.#text;
    if (text.length === 0) return piece;
    let held = Buffer.concat([this.#held, piece]);
    for (let at = held.indexOf(text); at >= 0; at = held.indexOf(text)) {
      held = Buffer.concat([held.subarray(0, at), held.subarray(at + text.length)]);
    }
    let begun = Math.min(held.length, text.length - 1);
    while (begun > 0 && !held.subarray(held.length - begun).equals(text.subarray(0, begun))) begun -= 1;
    this.#held = held.subarray(held.length - begun);
    return held.subarray(0, held.length - begun);
  }

  /** What was held back when the stream has ended. */
  rest(): Buffer {
    return this.#held;
  }
}
